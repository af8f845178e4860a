import { expect, it } from 'vitest';
import type { Segment } from '../api/types';
import { pieces, search } from './search';

const segment = (text: string): Segment => ({
  id: 0,
  start_s: 0,
  end_s: 1,
  speaker: 'S1',
  text,
  words: text.split(' ').map((word) => ({ text: word, start_s: 0, end_s: 1, probability: null })),
  language: null,
  confidence: null,
  overlapped: false,
  events: [],
});

it('finds every place, whatever the case and the accents', () => {
  const hits = search([segment('Café and CAFE'), segment('no'), segment('decaf ecafé')], 'cafe');
  expect(hits).toEqual([
    { row: 0, start: 0, end: 4 },
    { row: 0, start: 9, end: 13 },
    { row: 2, start: 7, end: 11 },
  ]);
});

it('finds nothing for nothing, and words across words', () => {
  expect(search([segment('a b')], '  ')).toEqual([]);
  expect(search([segment('over the hill')], 'the hi')).toEqual([{ row: 0, start: 5, end: 11 }]);
  expect(search([segment('𝒳 marks 𝒳')], 'marks')).toEqual([{ row: 0, start: 3, end: 8 }]);
});

it('cuts a text at words and hits, and loses nothing', () => {
  const one = segment('over the hill');
  const hits = search([one], 'the hi');
  const cut = pieces(one, hits, hits[0]!);
  expect(cut.map((piece) => piece.text).join('')).toBe(one.text);
  expect(cut.map((piece) => [piece.text, piece.word, piece.hit])).toEqual([
    ['over', 0, false],
    [' ', null, false],
    ['the', 1, true],
    [' ', null, true],
    ['hi', 2, true],
    ['ll', 2, false],
  ]);
});
