/** The waveform and the voices under one playhead; a click, a drag or a key goes elsewhere. */

import type { ReadonlySignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { WaveformData } from '../api/types';
import { Lanes } from './Lanes';
import { spokenTime, type Lane } from './lanes';
import { after } from './steps';
import { Waveform } from './Waveform';

export interface TimelineProps {
  waveform: WaveformData | null;
  lanes: readonly Lane[];
  duration_s: number;
  time: ReadonlySignal<number>;
  onSeek(time_s: number): void;
  onToggle(): void;
}

export function Timeline({ waveform, lanes, duration_s, time, onSeek, onToggle }: TimelineProps) {
  const box = useRef<HTMLDivElement>(null);
  const go = (event: PointerEvent) => {
    const { left, width } = box.current!.getBoundingClientRect();
    onSeek(Math.min(1, Math.max(0, (event.clientX - left) / width)) * duration_s);
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    box.current!.setPointerCapture(event.pointerId); // a drag may leave the box
    go(event);
  };
  const drag = (event: PointerEvent) => {
    if (box.current!.hasPointerCapture(event.pointerId)) go(event);
  };
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const time_s = after(event.key, time.peek(), duration_s);
    if (event.key === ' ') onToggle();
    else if (time_s !== null) onSeek(time_s);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={box}
      class="timeline"
      role="slider"
      tabIndex={0}
      aria-label="Position in the recording"
      aria-valuemin={0}
      aria-valuemax={Math.round(duration_s)}
      aria-valuenow={Math.round(time.value)}
      aria-valuetext={spokenTime(time.value)}
      onPointerDown={down}
      onPointerMove={drag}
      onKeyDown={press}
    >
      {waveform && <Waveform waveform={waveform} duration_s={duration_s} time={time} />}
      <Lanes lanes={lanes} duration_s={duration_s} />
      <div
        class="timeline-now"
        style={{ left: `${(100 * Math.min(time.value, duration_s)) / Math.max(duration_s, 0.001)}%` }}
      />
    </div>
  );
}
