/** What the keys of a slider do. */

const STEP_S = 5;
const PAGE_S = 30;
const STEPS_S: Readonly<Record<string, number>> = {
  ArrowRight: STEP_S,
  ArrowUp: STEP_S,
  ArrowLeft: -STEP_S,
  ArrowDown: -STEP_S,
  PageUp: PAGE_S,
  PageDown: -PAGE_S,
  Home: -Infinity,
  End: Infinity,
};

/** Where a key leads to; null for a key that leads nowhere. */
export function after(key: string, time_s: number, duration_s: number): number | null {
  const step_s = STEPS_S[key];
  return step_s === undefined ? null : Math.min(duration_s, Math.max(0, time_s + step_s));
}
