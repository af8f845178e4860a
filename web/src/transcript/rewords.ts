/** Times for the words of a text that somebody corrected. */

import type { Span, Word } from '../api/types';

/**
 * Words that stayed keep their times; those between them share the time that lies between, by
 * their length. within: where the segment lies.
 */
export function rewords(text: string, words: readonly Word[], within: Span): Word[] {
  const tokens = text.split(/\s+/).filter(Boolean);
  const kept = common(
    words.map((word) => plain(word.text)),
    tokens.map(plain),
  );
  const result: Word[] = [];
  let from = 0;
  let start_s = within.start_s;
  for (const [old, at] of [...kept, [words.length, tokens.length] as const]) {
    const anchor = words[old];
    const end_s = anchor ? anchor.start_s : within.end_s;
    result.push(...spread(tokens.slice(from, at), start_s, Math.max(start_s, end_s)));
    if (anchor) {
      result.push({ ...anchor, text: tokens[at]! });
      start_s = anchor.end_s;
    }
    from = at + 1;
  }
  return result;
}

function plain(token: string): string {
  return token.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '') || token.trim();
}

function spread(tokens: readonly string[], start_s: number, end_s: number): Word[] {
  const total = tokens.reduce((sum, token) => sum + token.length, 0);
  let done = 0;
  const at = () => round(start_s + ((end_s - start_s) * done) / total);
  return tokens.map((text) => {
    const begin_s = at();
    done += text.length;
    return { text, start_s: begin_s, end_s: at(), probability: null };
  });
}

const round = (time_s: number): number => Math.round(1000 * time_s) / 1000;

/** Pairs of places of a longest common subsequence. */
function common(left: readonly string[], right: readonly string[]): (readonly [number, number])[] {
  const width = right.length + 1;
  const longest = new Uint32Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        left[i] === right[j]
          ? longest[(i + 1) * width + j + 1]! + 1
          : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    if (left[i] === right[j]) pairs.push([i++, j++]);
    else if (longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!) i++;
    else j++;
  }
  return pairs;
}
