/** How loud it is played. */

import { useSignal } from '@preact/signals';

export interface VolumeProps {
  media: { readonly current: HTMLMediaElement | null };
}

export function Volume({ media }: VolumeProps) {
  const volume = useSignal(1);
  return (
    <label class="player-volume">
      <span class="soft">Volume</span>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={volume.value}
        aria-valuetext={`${Math.round(100 * volume.value)} percent`}
        onInput={(event) => {
          volume.value = Number(event.currentTarget.value);
          if (media.current) media.current.volume = volume.value;
        }}
      />
    </label>
  );
}
