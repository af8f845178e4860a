import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keyMove, listen } from './gestures';

function hands() {
  return { pan: vi.fn(), zoom: vi.fn(), home: vi.fn() };
}

describe('keyMove', () => {
  it('moves what is seen towards the arrow', () => {
    const moves = hands();
    for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']) keyMove(key, moves)!();
    expect(moves.pan.mock.calls).toEqual([
      [60, 0],
      [-60, 0],
      [0, 60],
      [0, -60],
    ]);
  });

  it('zooms in by plus and out by minus, by as much', () => {
    const moves = hands();
    keyMove('+', moves)!();
    keyMove('-', moves)!();
    const [inwards, outwards] = moves.zoom.mock.calls.map(([factor]) => factor as number);
    expect(inwards! * outwards!).toBeCloseTo(1);
    expect(inwards).toBeGreaterThan(1);
  });

  it('leaves other keys to the page', () => {
    expect(keyMove('Tab', hands())).toBeNull();
    expect(keyMove('a', hands())).toBeNull();
  });

  it('goes home by 0', () => {
    const moves = hands();
    keyMove('0', moves)!();
    expect(moves.home).toHaveBeenCalledOnce();
  });
});

/** As much of an element as is used, at (100, 50) on the page. */
class FakeBox extends EventTarget {
  hasFocus = false;

  getBoundingClientRect() {
    return { left: 100, top: 50 };
  }

  closest() {
    return null;
  }

  contains() {
    return this.hasFocus;
  }

  hasPointerCapture() {
    return true;
  }

  /** Returns whether the page may still act on it. */
  send(kind: string, about: object): boolean {
    return this.dispatchEvent(Object.assign(new Event(kind, { cancelable: true }), about));
  }

  touch(kind: string, pointerId: number, clientX: number, clientY: number) {
    this.send(kind, { pointerId, clientX, clientY, button: 0 });
  }
}

describe('listen', () => {
  let box: FakeBox;
  let moves: ReturnType<typeof hands>;
  const onIdleWheel = vi.fn();
  let stop: () => void;

  beforeEach(() => {
    vi.stubGlobal('document', { activeElement: null });
    vi.stubGlobal('WheelEvent', { DOM_DELTA_LINE: 1 });
    box = new FakeBox();
    moves = hands();
    onIdleWheel.mockClear();
    stop = listen(box as unknown as HTMLElement, moves, onIdleWheel);
  });

  afterEach(() => {
    stop();
    vi.unstubAllGlobals();
  });

  it('moves the map with a hand that holds it, and not otherwise', () => {
    box.touch('pointermove', 1, 300, 200);
    expect(moves.pan).not.toHaveBeenCalled();
    box.touch('pointerdown', 1, 300, 200);
    box.touch('pointermove', 1, 310, 195);
    expect(moves.pan).toHaveBeenLastCalledWith(10, -5);
    box.touch('pointerup', 1, 310, 195);
    box.touch('pointermove', 1, 400, 400);
    expect(moves.pan).toHaveBeenCalledOnce();
  });

  it('zooms by how far two fingers go apart, between them', () => {
    box.touch('pointerdown', 1, 200, 150);
    box.touch('pointerdown', 2, 300, 150);
    box.touch('pointermove', 2, 400, 150);
    const [factor, at] = moves.zoom.mock.calls[0] as [number, [number, number]];
    expect(factor).toBe(2);
    expect(at).toEqual([200, 100]);
  });

  it('leaves the wheel to the page until the map has the focus', () => {
    const wheel = { deltaY: -100, deltaMode: 0, clientX: 150, clientY: 80 };
    expect(box.send('wheel', wheel)).toBe(true);
    expect(onIdleWheel).toHaveBeenCalledOnce();
    expect(moves.zoom).not.toHaveBeenCalled();
    box.hasFocus = true;
    expect(box.send('wheel', wheel)).toBe(false);
    const [factor, at] = moves.zoom.mock.calls[0] as [number, [number, number]];
    expect(factor).toBeGreaterThan(1);
    expect(at).toEqual([50, 30]);
  });

  it('zooms by a pinch on a touchpad at once', () => {
    box.send('wheel', { deltaY: 50, deltaMode: 0, ctrlKey: true, clientX: 150, clientY: 80 });
    expect(moves.zoom.mock.calls[0]![0]).toBeLessThan(1);
  });

  it('leaves keys with modifiers to the browser', () => {
    expect(box.send('keydown', { key: '+', ctrlKey: true })).toBe(true);
    expect(box.send('keydown', { key: '+' })).toBe(false);
    expect(moves.zoom).toHaveBeenCalledOnce();
  });
});
