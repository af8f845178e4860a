/** The point and the numbered candidates, as large at every zoom. */

import type { Signal } from '@preact/signals';
import { type Answer, type LonLat, pointOf } from './answer';
import { nearestCopy } from './shapes';
import { percent, placeName } from './words';

interface MarksProps {
  answer: Answer;
  pointed: Signal<number | null>;
  /** From a place to pixels. */
  at: (place: LonLat) => [number, number];
  /** The longitude in the middle of what is seen. */
  middle: number;
}

export function Marks({ answer, pointed, at, middle }: MarksProps) {
  const point = pointOf(answer);
  const numbered = answer.candidates.map((one, rank) => ({ one, rank }));
  // The likeliest is drawn last, and what is pointed at after that: it lies on the others.
  const order = numbered.sort((a, b) => b.rank - a.rank);
  order.sort((a, b) => Number(a.rank === pointed.value) - Number(b.rank === pointed.value));
  const translate = (place: LonLat) => `translate(${at(nearestCopy(place, middle)).join(' ')})`;
  return (
    <g class="map-marks">
      {point && (
        <g class="map-point" transform={translate(point)}>
          <circle r="5" />
          <path d="M0-17V-8M0 8V17M-17 0H-8M8 0H17" />
        </g>
      )}
      {order.map(({ one, rank }) => (
        <g
          key={rank}
          class={`map-candidate ${rank === pointed.value ? 'is-pointed' : ''}`}
          transform={translate([one.lon, one.lat])}
          onPointerEnter={() => (pointed.value = rank)}
          onPointerLeave={() => (pointed.value = null)}
        >
          <title>{`${rank + 1}. ${placeName(one)}, ${percent(one.probability)}`}</title>
          <circle r="10" />
          <text dy="0.35em">{rank + 1}</text>
        </g>
      ))}
    </g>
  );
}
