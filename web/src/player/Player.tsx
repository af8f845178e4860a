/** Plays a recording, over its waveform and who speaks when. */

import { useSignal } from '@preact/signals';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import type { WaveformData } from '../api/types';
import { clock } from '../transcript/clock';
import type { Lane } from './lanes';
import { Timeline } from './Timeline';
import { Volume } from './Volume';
import './player.css';

export type { Lane } from './lanes';

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];

export interface PlayerHandle {
  /** end_s: stops there. */
  playFrom(start_s: number, end_s?: number): void;
}

export interface PlayerProps {
  source: Blob | null;
  waveform: WaveformData | null;
  duration_s: number;
  lanes: readonly Lane[];
  onTime(time_s: number): void;
  handle(handle: PlayerHandle): void;
}

export function Player({ source, waveform, duration_s, lanes, onTime, handle }: PlayerProps) {
  const media = useRef<HTMLAudioElement>(null);
  const url = useSignal<string | null>(null);
  const time = useSignal(0);
  const playing = useSignal(false);
  const failed = useSignal(false);
  const speed = useSignal(1);
  const until = useRef(Infinity);
  useEffect(() => {
    failed.value = false;
    const made = source && URL.createObjectURL(source);
    url.value = made;
    return () => {
      if (made) URL.revokeObjectURL(made);
    };
  }, [source]);
  const move = useCallback(
    (time_s: number) => {
      time.value = time_s;
      onTime(time_s);
    },
    [onTime],
  );
  const seek = (time_s: number, end_s = Infinity) => {
    until.current = end_s;
    if (media.current && url.peek()) media.current.currentTime = time_s;
    move(time_s);
  };
  useEffect(() => {
    handle({
      playFrom: (start_s, end_s = Infinity) => {
        seek(start_s, end_s);
        void media.current?.play().catch(() => {});
      },
    });
  });
  useTicks(media, playing, (time_s) => {
    if (time_s >= until.current) {
      media.current?.pause();
      until.current = Infinity;
    }
    move(time_s);
  });
  const toggle = () => {
    until.current = Infinity;
    if (playing.value) media.current?.pause();
    else void media.current?.play().catch(() => {});
  };
  const canPlay = url.value !== null && !failed.value;
  return (
    <section class="player" aria-label="Player">
      <audio
        ref={media}
        src={url.value ?? undefined}
        preload="auto"
        onPlay={() => (playing.value = true)}
        onPause={() => (playing.value = false)}
        onError={() => (failed.value = url.value !== null)}
        onSeeked={(event) => move(event.currentTarget.currentTime)}
      />
      <Timeline
        waveform={waveform}
        lanes={lanes}
        duration_s={duration_s}
        time={time}
        onSeek={seek}
        onToggle={toggle}
      />
      <div class="player-buttons">
        <button class="button is-primary" disabled={!canPlay} onClick={toggle}>
          {playing.value ? 'Pause' : 'Play'}
        </button>
        <span class="player-time">
          {clock(time.value)} <span class="soft">of {clock(duration_s)}</span>
        </span>
        <label>
          <span class="visually-hidden">Speed</span>
          <select
            value={speed.value}
            onChange={(event) => {
              speed.value = Number(event.currentTarget.value);
              // The default too: another recording begins with that.
              if (media.current) {
                media.current.defaultPlaybackRate = speed.value;
                media.current.playbackRate = speed.value;
              }
            }}
          >
            {SPEEDS.map((rate) => (
              <option key={rate} value={rate}>
                {rate} ×
              </option>
            ))}
          </select>
        </label>
        <Volume media={media} />
        {failed.value && <span role="alert">This browser cannot play a recording of that kind.</span>}
      </div>
    </section>
  );
}

/** Words are shorter than the quarter of a second at which a browser tells the time by itself. */
function useTicks(
  media: { current: HTMLAudioElement | null },
  playing: { value: boolean },
  onTick: (time_s: number) => void,
): void {
  const tick = useRef(onTick);
  tick.current = onTick;
  const runs = playing.value;
  useEffect(() => {
    if (!runs) return;
    const timer = setInterval(() => {
      if (media.current) tick.current(media.current.currentTime);
    }, 50);
    return () => clearInterval(timer);
  }, [runs]);
}
