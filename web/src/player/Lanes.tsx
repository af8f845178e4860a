/** One line a voice over the time of the recording, and a mark where two speak at once. */

import { useEffect, useMemo, useRef } from 'preact/hooks';
import { overlaps, type Lane } from './lanes';
import { onTheme, resolved } from './themed';

const LANE_PX = 12;
const GAP_PX = 2;
const SHORTEST_PX = 1.5;
// What a finger hits, however few the voices are.
const LOWEST_PX = 24;

export interface LanesProps {
  lanes: readonly Lane[];
  duration_s: number;
}

/** On a canvas: a long meeting has thousands of turns. */
export function Lanes({ lanes, duration_s }: LanesProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const together = useMemo(() => overlaps(lanes), [lanes]);
  const height = Math.max(LOWEST_PX, lanes.length * LANE_PX);
  useEffect(() => {
    const element = canvas.current!;
    const draw = () => paint(element, lanes, together, duration_s);
    const resized = new ResizeObserver(draw);
    resized.observe(element);
    const forget = onTheme(draw);
    draw();
    return () => {
      resized.disconnect();
      forget();
    };
  }, [lanes, together, duration_s]);
  return <canvas ref={canvas} class="lanes" aria-hidden="true" style={{ height: `${height}px` }} />;
}

function paint(
  canvas: HTMLCanvasElement,
  lanes: readonly Lane[],
  together: readonly { start_s: number; end_s: number }[],
  duration_s: number,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.scale(scale, scale);
  const x = (time_s: number) => (time_s / Math.max(duration_s, 0.001)) * width;
  context.fillStyle = resolved(canvas, 'var(--hit)');
  for (const { start_s, end_s } of together) {
    context.fillRect(x(start_s), 0, Math.max(1, x(end_s) - x(start_s)), height);
  }
  lanes.forEach((lane, row) => {
    context.fillStyle = resolved(canvas, lane.colour);
    for (const { start_s, end_s } of lane.spans) {
      const length = Math.max(SHORTEST_PX, x(end_s) - x(start_s));
      context.fillRect(x(start_s), row * LANE_PX + GAP_PX, length, LANE_PX - 2 * GAP_PX);
    }
  });
}
