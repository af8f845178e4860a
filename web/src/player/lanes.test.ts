import { expect, it } from 'vitest';
import { overlaps, spokenTime, united, type Lane } from './lanes';

const lane = (label: string, ...spans: [number, number][]): Lane => ({
  label,
  name: label,
  colour: 'red',
  spans: spans.map(([start_s, end_s]) => ({ start_s, end_s })),
});

it('finds where two or more speak at once', () => {
  const all = [lane('A', [0, 5], [8, 9]), lane('B', [4, 8.5]), lane('C', [4.5, 4.8])];
  expect(overlaps(all)).toEqual([
    { start_s: 4, end_s: 5 },
    { start_s: 8, end_s: 8.5 },
  ]);
});

it('does not take a voice that overlaps itself, or one that follows another, for two', () => {
  expect(overlaps([lane('A', [0, 3], [2, 5])])).toEqual([]);
  expect(overlaps([lane('A', [0, 3]), lane('B', [3, 5])])).toEqual([]);
  expect(united(lane('A', [2, 5], [0, 3]).spans)).toEqual([{ start_s: 0, end_s: 5 }]);
});

it('says times in words', () => {
  expect(spokenTime(3725.9)).toBe('1 hour 2 minutes 5 seconds');
  expect(spokenTime(61)).toBe('1 minute 1 second');
  expect(spokenTime(0)).toBe('the beginning');
});
