import { expect, it } from 'vitest';
import type { Segment } from '../api/types';
import { hear, NOTHING } from './heard';
import { reason } from './microphone';
import { fileName, level, toS16le, wav } from './pcm';

const segment = (id: number, speaker: string, text: string) =>
  ({ id, speaker, text, start_s: id, end_s: id + 1 }) as Segment;

it('takes drafts, text, revisions and merged voices as they come', () => {
  let heard = hear(NOTHING, { type: 'interim', confirmed_words: ['Good'], tentative_words: ['morn'] });
  expect([heard.confirmed, heard.tentative]).toEqual(['Good', 'morn']);
  heard = hear(heard, { type: 'segment', segment: segment(0, 'S1', 'Good morning.') });
  expect(heard.confirmed).toBe('');
  heard = hear(heard, { type: 'segment', segment: segment(1, 'S2', 'Helo.') });
  heard = hear(heard, { type: 'segment_revised', segment: segment(1, 'S2', 'Hello.') });
  heard = hear(heard, { type: 'speakers_merged', kept: 'S1', merged: 'S2' });
  expect(heard.segments.map((one) => [one.speaker, one.text])).toEqual([
    ['S1', 'Good morning.'],
    ['S1', 'Hello.'],
  ]);
  expect(hear(heard, { type: 'unheard of' })).toBe(heard);
  expect(hear(heard, { type: 'error', problem: { detail: 'Busy.' } }).error).toBe('Busy.');
  expect(hear(heard, { type: 'finished' }).finished).toBe(true);
});

it('makes bytes that hold the samples', async () => {
  const block = toS16le(Float32Array.of(0, 1, -1, 0.5, 2));
  expect([...block]).toEqual([0, 32767, -32768, 16384, 32767]);
  const file = wav([block, block], 48_000);
  expect(file.size).toBe(44 + 20);
});

it('names a recording by the clock on the wall', () => {
  expect(fileName(new Date(2026, 2, 5, 9, 7))).toBe('Recording 2026-03-05 09.07.wav');
});

it('tells silence from noise', () => {
  expect(level(new Float32Array(100))).toBe(0);
  expect(level(new Float32Array(100).fill(1))).toBeCloseTo(1);
});

it('says what to do about a microphone', () => {
  expect(reason('NotAllowedError')).toContain('allow it');
  expect(reason('NotFoundError')).toContain('connect one');
  expect(reason('NotReadableError')).toContain('another program');
});
