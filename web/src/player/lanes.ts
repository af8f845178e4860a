/** Who speaks when, side by side. */

import type { Span } from '../api/types';

export interface Lane {
  label: string;
  name: string;
  colour: string;
  spans: readonly Span[];
}

/** Where two or more speak at once, in order. */
export function overlaps(lanes: readonly Lane[]): Span[] {
  const edges: (readonly [number, number])[] = lanes.flatMap((lane) =>
    united(lane.spans).flatMap(
      (span) =>
        [
          [span.start_s, 1],
          [span.end_s, -1],
        ] as const,
    ),
  );
  edges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const found: Span[] = [];
  let busy = 0;
  let from_s = 0;
  for (const [at_s, step] of edges) {
    if (busy < 2 && busy + step >= 2) from_s = at_s;
    if (busy >= 2 && busy + step < 2 && at_s > from_s) found.push({ start_s: from_s, end_s: at_s });
    busy += step;
  }
  return found;
}

/** Spans without the overlaps among themselves. */
export function united(spans: readonly Span[]): Span[] {
  const found: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start_s - b.start_s)) {
    const last = found.at(-1);
    if (last && span.start_s <= last.end_s) last.end_s = Math.max(last.end_s, span.end_s);
    else found.push({ ...span });
  }
  return found;
}

/** 1 hour 2 minutes 5 seconds. */
export function spokenTime(time_s: number): string {
  const whole = Math.max(0, Math.floor(time_s));
  const parts = [
    [Math.floor(whole / 3600), 'hour'],
    [Math.floor(whole / 60) % 60, 'minute'],
    [whole % 60, 'second'],
  ] as const;
  const said = parts
    .filter(([count]) => count)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`);
  return said.join(' ') || 'the beginning';
}
