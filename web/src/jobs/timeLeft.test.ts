import { expect, it } from 'vitest';
import { Pace } from './timeLeft';

const progress = (done_s: number, stage = 'transcribe') => ({
  done_s,
  total_s: 1000,
  windows_done: 0,
  windows_total: 0,
  stage,
});

it('goes by the pace so far, from when the page looks', () => {
  const pace = new Pace();
  expect(pace.left_s(progress(200), 0)).toBeNull();
  expect(pace.left_s(progress(210), 1000)).toBeNull();
  expect(pace.left_s(progress(300), 10_000)).toBeCloseTo(70);
});

it('begins anew with every stage, and when work is done again', () => {
  const pace = new Pace();
  pace.left_s(progress(0, 'listen'), 0);
  expect(pace.left_s(progress(100), 10_000)).toBeNull();
  expect(pace.left_s(progress(50), 11_000)).toBeNull();
});
