/** What is being spoken at a moment. */

import type { Segment } from '../api/types';

/** The last segment that has begun by then and is not long over; -1 when there is none. */
export function rowAt(segments: readonly Segment[], time_s: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segments[middle]!.start_s <= time_s) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The word that is spoken then, or was last; -1 before the first. */
export function wordAt(segment: Segment, time_s: number): number {
  let found = -1;
  segment.words.forEach((word, index) => {
    if (word.start_s <= time_s) found = index;
  });
  return found;
}
