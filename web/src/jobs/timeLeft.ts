/** How long a job will still take, from how long it has taken so far. */

import type { Progress } from '../api/types';

// Before that much is done, the first window tells nothing about the others.
const LEAST_SHARE = 0.02;

export class Pace {
  #stage = '';
  #from: { done_s: number; at_ms: number } | null = null;

  /** Seconds; null while it cannot be said. now_ms: any clock that runs on. */
  left_s(progress: Progress, now_ms: number): number | null {
    if (progress.stage !== this.#stage || !this.#from || progress.done_s < this.#from.done_s) {
      this.#stage = progress.stage;
      this.#from = { done_s: progress.done_s, at_ms: now_ms };
      return null;
    }
    const done_s = progress.done_s - this.#from.done_s;
    const took_s = (now_ms - this.#from.at_ms) / 1000;
    if (!progress.total_s || done_s < LEAST_SHARE * progress.total_s || took_s <= 0) return null;
    return ((progress.total_s - progress.done_s) * took_s) / done_s;
  }
}
