/** Mouse, touch and keys on a map, as changes of what is seen. */

export interface Moves {
  pan: (dx: number, dy: number) => void;
  /** at: in pixels from the map's upper left corner; without it, the middle. */
  zoom: (factor: number, at?: [number, number], isCalm?: boolean) => void;
  home: () => void;
}

const STEP_PX = 60;
const STEP = 1.6;
const WHEEL = 0.0022; // of the zoom's logarithm, a pixel
const LINE_PX = 16;

/** The change that a key stands for, or null. */
export function keyMove(key: string, moves: Moves): (() => void) | null {
  switch (key) {
    case 'ArrowLeft':
      return () => moves.pan(STEP_PX, 0);
    case 'ArrowRight':
      return () => moves.pan(-STEP_PX, 0);
    case 'ArrowUp':
      return () => moves.pan(0, STEP_PX);
    case 'ArrowDown':
      return () => moves.pan(0, -STEP_PX);
    case '+':
    case '=':
      return () => moves.zoom(STEP, undefined, true);
    case '-':
    case '_':
      return () => moves.zoom(1 / STEP, undefined, true);
    case '0':
    case 'Home':
      return moves.home;
    default:
      return null;
  }
}

/**
 * Listens on a map until the returned function is called.
 *
 * The wheel zooms once the map has the focus, or with Ctrl, as a pinch on a touchpad sends it:
 * before that it scrolls the page, and `onIdleWheel` may say so.
 */
export function listen(box: HTMLElement, moves: Moves, onIdleWheel: () => void): () => void {
  const held = new Map<number, [number, number]>();
  const at = (event: MouseEvent): [number, number] => {
    const { left, top } = box.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const on = {
    pointerdown(event: PointerEvent) {
      if (event.button !== 0 || (event.target as Element).closest('button')) return;
      held.set(event.pointerId, at(event));
    },
    pointermove(event: PointerEvent) {
      const before = held.get(event.pointerId);
      if (!before) return;
      const now = at(event);
      const others = [...held].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
      if (!box.hasPointerCapture(event.pointerId)) box.setPointerCapture(event.pointerId);
      held.set(event.pointerId, now);
      const other = others[0];
      if (!other) {
        moves.pan(now[0] - before[0], now[1] - before[1]);
        return;
      }
      // Of two fingers each moves half of the map; their distance is the zoom.
      moves.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
      const length = (one: [number, number]) => Math.hypot(one[0] - other[0], one[1] - other[1]);
      const middle: [number, number] = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2];
      if (length(before) > 1) moves.zoom(length(now) / length(before), middle);
    },
    pointerup(event: PointerEvent) {
      held.delete(event.pointerId);
    },
    dblclick(event: MouseEvent) {
      if (!(event.target as Element).closest('button')) moves.zoom(2, at(event), true);
    },
    keydown(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const move = keyMove(event.key, moves);
      if (!move) return;
      event.preventDefault();
      move();
    },
    wheel(event: WheelEvent) {
      if (!event.ctrlKey && !event.metaKey && !box.contains(document.activeElement)) {
        onIdleWheel();
        return;
      }
      event.preventDefault();
      const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1);
      moves.zoom(Math.exp(-pixels * WHEEL * (event.ctrlKey ? 3 : 1)), at(event));
    },
  };
  const end = new AbortController();
  const { signal } = end;
  box.addEventListener('pointerdown', on.pointerdown, { signal });
  box.addEventListener('pointermove', on.pointermove, { signal });
  box.addEventListener('pointerup', on.pointerup, { signal });
  box.addEventListener('pointercancel', on.pointerup, { signal });
  box.addEventListener('dblclick', on.dblclick, { signal });
  box.addEventListener('keydown', on.keydown, { signal });
  box.addEventListener('wheel', on.wheel, { signal, passive: false });
  return () => end.abort();
}
