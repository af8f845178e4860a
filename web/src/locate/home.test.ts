import { expect, it } from 'vitest';
import type { Answer, Candidate } from './answer';
import { homeOf } from './home';
import { type Box, INHABITED, WORLD, project } from './view';

const place = (lat: number, lon: number, probability: number): Candidate => ({
  name: 'x',
  admin: null,
  country: null,
  country_name: null,
  continent: null,
  lat,
  lon,
  probability,
});

const answer = (said: Partial<Answer>): Answer => ({
  file: 'x',
  status: 'LOCATED',
  lat: 19.7,
  lon: -155.1,
  radius_km: 110,
  radius_90_km: 340,
  localizability: 0.8,
  candidates: [place(19.7, -155.1, 0.62), place(21.3, -158, 0.06), place(4, -159, 0.011)],
  evidence: [],
  reasoning: [],
  summary: '',
  notices: [],
  listened_s: 1,
  ...said,
});

const holds = (box: Box, lat: number, lon: number) => {
  const [x, y] = project([lon, lat]);
  return x >= box.west && x <= box.east && y >= box.north && y <= box.south;
};

it('shows both circles where they are small', () => {
  const box = homeOf(answer({ candidates: [] }));
  expect(holds(box, 19.7 + 3, -155.1)).toBe(true);
  expect(holds(box, 19.7 + 5, -155.1)).toBe(false);
});

it('shows half of the probability alone where nine tenths are half of the world', () => {
  const box = homeOf(answer({ radius_km: 650, radius_90_km: 7000, candidates: [] }));
  expect(holds(box, 19.7 + 5.8, -155.1)).toBe(true);
  expect(box.east - box.west).toBeLessThan(WORLD / 10);
});

it('shows the candidates that count, and not those that hardly do', () => {
  const found = answer({ candidates: [place(19.7, -155.1, 0.5), place(40, -120, 0.2)] });
  expect(holds(homeOf(found), 40, -120)).toBe(true);
  expect(holds(homeOf(answer({})), 4, -159)).toBe(false);
});

it('goes over the antimeridian rather than around the world', () => {
  const candidates = [place(-17, 179, 0.5), place(-17, -179, 0.4)];
  const box = homeOf(answer({ lat: -17, lon: 179, candidates }));
  expect(box.east - box.west).toBeLessThan(WORLD / 20);
});

it('shows the world when nothing is known', () => {
  expect(homeOf(null)).toEqual(INHABITED);
  expect(homeOf(answer({ lat: null, lon: null }))).toEqual(INHABITED);
  expect(homeOf(answer({ radius_km: 6900, radius_90_km: 10_600 }))).toEqual(INHABITED);
});
