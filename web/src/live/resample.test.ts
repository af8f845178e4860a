import { expect, it } from 'vitest';
import { Resampler } from './resample';

const TO_HZ = 16_000;
const tone = (hz: number, rate_hz: number, length: number) =>
  Float32Array.from({ length }, (_, at) => Math.sin((2 * Math.PI * hz * at) / rate_hz));
/** How far two blocks are from each other, away from where the sound begins. */
const apart = (a: Float32Array, b: Float32Array) =>
  a.slice(100).reduce((most, value, at) => Math.max(most, Math.abs(value - b[at + 100]!)), 0);

it.each([48_000, 44_100, 96_000, 8_000])('keeps what is spoken, in its time, from %i Hz', (from_hz) => {
  const made = new Resampler(from_hz, TO_HZ).push(tone(1000, from_hz, from_hz));
  expect(made.length).toBeGreaterThan(TO_HZ - 60);
  expect(made.length).toBeLessThanOrEqual(TO_HZ);
  expect(apart(made, tone(1000, TO_HZ, TO_HZ))).toBeLessThan(1e-3);
});

it('folds nothing back from above', () => {
  const made = new Resampler(48_000, TO_HZ).push(tone(9000, 48_000, 48_000));
  expect(apart(made, new Float32Array(TO_HZ))).toBeLessThan(1e-3);
});

it('does the same whatever the blocks are', () => {
  const samples = tone(440, 44_100, 4410);
  const whole = new Resampler(44_100, TO_HZ).push(samples);
  const parts = new Resampler(44_100, TO_HZ);
  const made: number[] = [];
  for (let at = 0; at < samples.length; at += 128) made.push(...parts.push(samples.slice(at, at + 128)));
  expect(made).toEqual([...whole]);
});
