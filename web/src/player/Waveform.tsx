/** How loud the recording is; nothing for one that is too long to be read here. */

import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import WaveSurfer from 'wavesurfer.js';
import { readPeaks } from './peaks';
import { onTheme, resolved } from './themed';

const HEIGHT_PX = 56;

export interface WaveformProps {
  source: Blob;
  duration_s: number;
  time: ReadonlySignal<number>;
}

export function Waveform({ source, duration_s, time }: WaveformProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const forget: (() => void)[] = [];
    let over = false;
    void readPeaks(source, duration_s).then((found) => {
      if (over || !found || !box.current) return;
      const element = box.current;
      const drawn = WaveSurfer.create({
        container: element,
        peaks: [found],
        duration: duration_s,
        height: HEIGHT_PX,
        normalize: true,
        interact: false, // the timeline around it takes clicks and keys
        cursorWidth: 0,
        ...colours(element),
      });
      forget.push(
        () => drawn.destroy(),
        time.subscribe((time_s) => drawn.setTime(time_s)),
        onTheme(() => drawn.setOptions(colours(element))),
      );
    });
    return () => {
      over = true;
      forget.forEach((one) => one());
    };
  }, [source, duration_s]);
  return <div ref={box} class="waveform" aria-hidden="true" />;
}

const colours = (element: HTMLElement) => ({
  waveColor: resolved(element, 'var(--line-strong)'),
  progressColor: resolved(element, 'var(--accent)'),
});
