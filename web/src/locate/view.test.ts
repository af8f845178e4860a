import { describe, expect, it } from 'vitest';
import {
  INHABITED,
  WORLD,
  around,
  between,
  boxOf,
  centred,
  copies,
  fit,
  hull,
  mercator,
  middleLon,
  panned,
  project,
  scaleBar,
  zoomed,
} from './view';

const SIZE = { width: 800, height: 500 };

/** What is at a point of the screen, in units of the world. */
const under = (view: { k: number; x: number; y: number }, [x, y]: [number, number]) => [
  (x - view.x) / view.k,
  (y - view.y) / view.k,
];

describe('project', () => {
  it('is what the paths are drawn with', () => {
    for (const place of [[0, 0], [18.1, 59.3], [-179.9, -16.8], [151.2, -33.9]] as const) {
      const [x, y] = mercator()([...place])!;
      expect(project([...place])[0]).toBeCloseTo(x, 6);
      expect(project([...place])[1]).toBeCloseTo(y, 6);
    }
  });

  it('keeps the poles on the map', () => {
    expect(project([0, 90])[1]).toBeGreaterThanOrEqual(-0.1);
    expect(project([0, -90])[1]).toBeLessThanOrEqual(WORLD + 0.1);
  });
});

describe('fit', () => {
  it('shows all of a box in the middle', () => {
    const box = around([2.9, 45.4], 650);
    const view = fit(box, SIZE);
    const [west, north] = under(view, [0, 0]);
    const [east, south] = under(view, [SIZE.width, SIZE.height]);
    expect(west).toBeLessThan(box.west);
    expect(east).toBeGreaterThan(box.east);
    expect(north).toBeLessThan(box.north);
    expect(south).toBeGreaterThan(box.south);
    expect(middleLon(view, SIZE)).toBeCloseTo(2.9, 6);
  });

  it('never leaves the map in the north or south', () => {
    const view = fit(INHABITED, { width: 300, height: 600 });
    expect(view.y).toBeLessThanOrEqual(0);
    expect(view.y + view.k * WORLD).toBeGreaterThanOrEqual(600 - 1);
  });

  it('shows the world where a circle is as large as that', () => {
    expect(around([10, 50], 9000)).toEqual(INHABITED);
  });

  it('goes over the antimeridian in one piece', () => {
    const box = around([179, -17], 500);
    expect(box.east).toBeGreaterThan(WORLD);
    expect(box.east - box.west).toBeLessThan(WORLD / 10);
  });
});

describe('zoomed', () => {
  it('keeps what is under the hand where it is', () => {
    const view = centred(500, 400, 3, SIZE);
    const at: [number, number] = [200, 300];
    const [x, y] = under(view, at);
    const after = zoomed(view, 2, at, SIZE);
    expect(after.k).toBe(6);
    expect(under(after, at)[0]).toBeCloseTo(x!, 6);
    expect(under(after, at)[1]).toBeCloseTo(y!, 6);
  });

  it('ends at the whole world, and close up', () => {
    const view = centred(500, 400, 3, SIZE);
    expect(zoomed(view, 1e-9, [0, 0], SIZE).k * WORLD).toBeCloseTo(SIZE.width, -1);
    expect(zoomed(view, 1e9, [0, 0], SIZE).k).toBe(120);
  });
});

it('moves without an end from west to east, and stops at the poles', () => {
  const view = centred(500, 400, 3, SIZE);
  expect(panned(view, -1e5, 0, SIZE).x).toBe(view.x - 1e5);
  expect(panned(view, 0, 1e5, SIZE).y).toBe(0);
});

it('draws the world as often as it is seen', () => {
  expect(copies(centred(500, 400, 0.8, SIZE), SIZE)).toContain(0);
  expect(copies(centred(1000, 400, 3, SIZE), SIZE)).toEqual([0, 1]);
  expect(copies(centred(-20, 400, 10, SIZE), SIZE)).toEqual([-1, 0]);
});

it('goes from one view to another and arrives', () => {
  const [from, to] = [centred(100, 300, 1, SIZE), centred(700, 450, 40, SIZE)];
  for (const [share, view] of [[0, from], [1, to]] as const) {
    const found = between(from, to, share, SIZE);
    expect(found.k).toBeCloseTo(view.k, 9);
    expect(found.x).toBeCloseTo(view.x, 6);
    expect(found.y).toBeCloseTo(view.y, 6);
  }
  expect(between(from, to, 0.5, SIZE).k).toBeCloseTo(Math.sqrt(40), 9);
});

it('has boxes that hold boxes', () => {
  expect(hull([boxOf([0, 10], [5, 0]), boxOf([-5, 20], [1, 8])])).toEqual(boxOf([-5, 20], [5, 0]));
});

it('has a scale that is true in the middle of the map', () => {
  const [, y] = project([0, 60]);
  const { km, px } = scaleBar(centred(500, y, 20, SIZE), SIZE, 130);
  // At 60 degrees a degree of longitude is half as long as at the equator.
  expect(km / px).toBeCloseTo(40_030 / (WORLD * 20) / 2, 6);
  expect(px).toBeLessThanOrEqual(130);
  expect([1, 2, 5].map((step) => step * 100)).toContain(km);
});
