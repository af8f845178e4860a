import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import type { HeatCell } from './answer';
import { heatShare } from './heat';
import { SHADES, type World, circle, countriesOf, heatShades, nearestCopy } from './shapes';
import { WORLD, project } from './view';

/** All points of a path. */
function points(path: string): [number, number][] {
  return [...path.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map((one) => [Number(one[1]), Number(one[2])]);
}

function cell(probability: number, lon: number): HeatCell {
  const corners: [number, number][] = [
    [lon, 0],
    [lon + 1, 0],
    [lon + 1, 1],
    [lon, 0],
  ];
  return { h3: `${lon}`, probability, rings: [corners] };
}

describe('circle', () => {
  it('is round where it lies, and as large as it says', () => {
    const { line } = circle([18, 60], 500);
    const found = points(line);
    const [, y] = project([18, 60]);
    const east = Math.max(...found.map((one) => one[0])) - WORLD / 2;
    // A degree of longitude is 55.6 km there, and 1000 / 360 units.
    expect((east / WORLD) * 360 * 55.6).toBeCloseTo(500, -1.5);
    const [top, bottom] = [Math.min(...found.map((p) => p[1])), Math.max(...found.map((p) => p[1]))];
    expect(y).toBeGreaterThan(top);
    expect(y).toBeLessThan(bottom);
  });

  it('is not cut at the antimeridian', () => {
    expect(circle([179.5, -17], 500).line.match(/M/g)).toHaveLength(1);
  });

  it('holds a pole when it reaches it, without a line along the cut', () => {
    const { area, line } = circle([13, 51], 6900);
    const isAtCut = ([x]: [number, number]) => x < 0.01 || x > WORLD - 0.01;
    expect(points(area).filter(isAtCut).length).toBeGreaterThan(2);
    const atCut = points(line).filter(isAtCut).map((one) => one[1]);
    expect(atCut.length).toBeGreaterThan(0);
    expect(Math.max(...atCut) - Math.min(...atCut)).toBeLessThan(5);
  });
});

describe('heatShades', () => {
  it('has all cells in the first shade and the likeliest alone in the last', () => {
    const shades = heatShades([cell(0.4, 10), cell(0.1, 20), cell(0.001, 30)]);
    expect(shades).toHaveLength(SHADES);
    expect(shades[0]!.match(/M/g)).toHaveLength(3);
    expect(shades.at(-1)!.match(/M/g)).toHaveLength(1);
    expect(points(shades.at(-1)!)[0]![0]).toBeCloseTo(project([10, 0])[0], 2);
  });

  it('keeps a ring on its side of the antimeridian', () => {
    const ring: [number, number][] = [
      [179, 0],
      [180, 0],
      [180, 1],
      [179, 0],
    ];
    const west = ring.map(([lon, lat]): [number, number] => [lon === 180 ? -180 : -179, lat]);
    const [east] = heatShades([{ h3: 'a', probability: 1, rings: [ring] }]);
    const [other] = heatShades([{ h3: 'b', probability: 1, rings: [west] }]);
    expect(Math.min(...points(east!).map((one) => one[0]))).toBeGreaterThan(WORLD * 0.99);
    expect(Math.max(...points(other!).map((one) => one[0]))).toBeLessThan(WORLD * 0.01);
  });

  it('draws nothing of nothing', () => {
    expect(heatShades([])).toEqual([]);
    expect(heatShare([])).toBe(0);
  });

  it('knows how much it holds', () => {
    expect(heatShare([cell(0.4, 10), cell(0.1, 20)])).toBeCloseTo(0.5);
  });
});

it('takes the copy of a place that is seen', () => {
  expect(nearestCopy([-179, 5], 181)).toEqual([181, 5]);
  expect(nearestCopy([10, 5], 0)).toEqual([10, 5]);
  expect(nearestCopy([10, 5], -700)).toEqual([-710, 5]);
});

describe('countriesOf', () => {
  const require = createRequire(import.meta.url);
  const file = require.resolve('world-atlas/countries-110m.json');
  const countries = countriesOf(JSON.parse(readFileSync(file, 'utf8')) as World);

  it('draws every country of the atlas with its name', () => {
    expect(countries.length).toBeGreaterThan(170);
    expect(countries.every((one) => one.path.startsWith('M'))).toBe(true);
    expect(new Set(countries.map((one) => one.id)).size).toBe(countries.length);
  });

  it('puts a name onto the largest part', () => {
    const france = countries.find((one) => one.label?.name === 'France')!.label!;
    const [x, y] = project([2.5, 46.7]);
    expect(france.x).toBeCloseTo(x, -1);
    expect(france.y).toBeCloseTo(y, -1);
    expect(france.width).toBeLessThan(60); // without Guiana
  });
});
