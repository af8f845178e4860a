import { expect, it } from 'vitest';
import type { Word } from '../api/types';
import { rewords } from './rewords';

const word = (text: string, start_s: number, end_s: number): Word => ({
  text,
  start_s,
  end_s,
  probability: 0.8,
});
const WORDS = [word('the', 1, 1.2), word('quick', 1.4, 1.8), word('fox.', 2, 2.5)];
const WITHIN = { start_s: 1, end_s: 3 };

it('keeps the times of words that stayed, whatever their case and marks', () => {
  const got = rewords('The quick, brown fox', WORDS, WITHIN);
  expect(got.map((one) => [one.text, one.start_s, one.end_s])).toEqual([
    ['The', 1, 1.2],
    ['quick,', 1.4, 1.8],
    ['brown', 1.8, 2],
    ['fox', 2, 2.5],
  ]);
});

it('shares the time between them by length', () => {
  const got = rewords('the ab abcd fox', WORDS, WITHIN);
  expect(got[1]).toMatchObject({ text: 'ab', start_s: 1.2, end_s: 1.467, probability: null });
  expect(got[2]).toMatchObject({ text: 'abcd', start_s: 1.467, end_s: 2 });
});

it('finds times for a text without any word of before, and for words without times', () => {
  expect(rewords('все иначе', WORDS, WITHIN).map((one) => one.start_s)).toEqual([1, 1.75]);
  expect(rewords('a b', [], WITHIN).at(-1)!.end_s).toBe(3);
  expect(rewords('  ', WORDS, WITHIN)).toEqual([]);
});
