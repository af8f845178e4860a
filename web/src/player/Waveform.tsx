/** How loud the recording is. */

import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import WaveSurfer from 'wavesurfer.js';
import type { WaveformData } from '../api/types';
import { peaksOf } from './peaks';
import { onTheme, resolved } from './themed';

const HEIGHT_PX = 56;

export interface WaveformProps {
  waveform: WaveformData;
  duration_s: number;
  time: ReadonlySignal<number>;
}

export function Waveform({ waveform, duration_s, time }: WaveformProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current!;
    const drawn = WaveSurfer.create({
      container: element,
      peaks: [peaksOf(waveform, duration_s)],
      duration: duration_s,
      height: HEIGHT_PX,
      normalize: true,
      interact: false, // the timeline around it takes clicks and keys
      cursorWidth: 0,
      ...colours(element),
    });
    const forget = [
      time.subscribe((time_s) => drawn.setTime(time_s)),
      onTheme(() => drawn.setOptions(colours(element))),
      () => drawn.destroy(),
    ];
    return () => forget.forEach((one) => one());
  }, [waveform, duration_s]);
  return <div ref={box} class="waveform" aria-hidden="true" />;
}

const colours = (element: HTMLElement) => ({
  waveColor: resolved(element, 'var(--line-strong)'),
  progressColor: resolved(element, 'var(--accent)'),
});
