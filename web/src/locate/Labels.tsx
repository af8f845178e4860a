/** The names of countries on the map. */

import type { Country } from './shapes';
import { WORLD } from './view';

interface LabelsProps {
  countries: Country[];
  k: number;
  x: number;
  y: number;
  width: number;
}

const LETTER_PX = 6.6;
const LETTERS_TALL_PX = 30;

/** The names of countries that have room for them. */
export function Labels({ countries, k, x, y, width }: LabelsProps) {
  return (
    <g class="map-labels">
      {countries.flatMap(({ id, label }) => {
        const fits =
          label &&
          label.width * k > label.name.length * LETTER_PX &&
          label.height * k > LETTERS_TALL_PX;
        if (!fits) return [];
        const turn = WORLD * k;
        const left = x + label.x * k;
        const first = left - turn * Math.floor(left / turn);
        return [first - turn, first]
          .filter((at) => at > -200 && at < width + 200)
          .map((at) => (
            <text key={`${id} ${at > 0}`} x={at} y={y + label.y * k}>
              {label.name}
            </text>
          ));
      })}
    </g>
  );
}
