/** Finding words in a transcript. */

import type { Segment } from '../api/types';

export interface Hit {
  /** Which segment, by its place. */
  row: number;
  /** Where in its text. */
  start: number;
  end: number;
}

/** Every place where the words stand, in order; letter case and accents make no difference. */
export function search(segments: readonly Segment[], asked: string): Hit[] {
  const wanted = folded(asked.trim()).text;
  if (!wanted) return [];
  const hits: Hit[] = [];
  segments.forEach((segment, row) => {
    const { text, places } = foldedOf(segment);
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      hits.push({ row, start: places[at]!, end: places[at + wanted.length]! });
    }
  });
  return hits;
}

interface Folded {
  text: string;
  /** Where in the original each character came from; one more than characters. */
  places: number[];
}

// Segments are never changed, only replaced: what was folded once stays so.
const known = new WeakMap<Segment, Folded>();

function foldedOf(segment: Segment): Folded {
  let found = known.get(segment);
  if (!found) known.set(segment, (found = folded(segment.text)));
  return found;
}

function folded(original: string): Folded {
  let text = '';
  const places: number[] = [];
  let at = 0;
  for (const character of original) {
    const plain = character.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    for (let index = 0; index < plain.length; index++) places.push(at);
    text += plain;
    at += character.length;
  }
  places.push(at);
  return { text, places };
}

export interface Piece {
  text: string;
  /** Which word it belongs to; null between words. */
  word: number | null;
  hit: boolean;
  current: boolean;
}

/** A text cut where its words and the hits begin and end. */
export function pieces(segment: Segment, hits: readonly Hit[], current: Hit | null): Piece[] {
  const owner: (number | null)[] = new Array(segment.text.length).fill(null);
  let from = 0;
  segment.words.forEach((word, index) => {
    const text = word.text.trim();
    const at = segment.text.indexOf(text, from);
    if (at < 0 || !text) return;
    owner.fill(index, at, at + text.length);
    from = at + text.length;
  });
  const found: Piece[] = [];
  for (let at = 0; at < segment.text.length; at++) {
    const hit = hits.find((one) => one.start <= at && at < one.end);
    const word = owner[at] ?? null;
    const isCurrent = hit !== undefined && hit === current;
    const last = found.at(-1);
    if (last && last.word === word && last.hit === !!hit && last.current === isCurrent) {
      last.text += segment.text[at];
    } else {
      found.push({ text: segment.text[at]!, word, hit: !!hit, current: isCurrent });
    }
  }
  return found;
}
