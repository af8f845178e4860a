/** The candidates as a list; each is on the map under its number. */

import type { Signal } from '@preact/signals';
import type { Candidate } from './answer';
import { percent, placeName } from './words';

interface CandidatesProps {
  candidates: Candidate[];
  pointed: Signal<number | null>;
  visited: Signal<{ rank: number } | null>;
}

export function Candidates({ candidates, pointed, visited }: CandidatesProps) {
  if (!candidates.length) return null;
  const highest = Math.max(...candidates.map((one) => one.probability));
  return (
    <section class="candidates" aria-labelledby="locate-candidates">
      <h3 id="locate-candidates">Candidates</h3>
      <ol>
        {candidates.map((one, rank) => (
          <li key={rank} class={rank === pointed.value ? 'is-pointed' : ''}>
            <button
              type="button"
              onClick={() => (visited.value = { rank })}
              onPointerEnter={() => (pointed.value = rank)}
              onPointerLeave={() => (pointed.value = null)}
              onFocus={() => (pointed.value = rank)}
              onBlur={() => (pointed.value = null)}
            >
              <span class="candidate-rank" aria-hidden="true">
                {rank + 1}
              </span>
              <span class="candidate-place" dir="auto">
                {placeName(one)}
              </span>
              <span class="number">{percent(one.probability)}</span>
              <span class="visually-hidden">, show on the map</span>
              <span
                class="candidate-bar"
                aria-hidden="true"
                style={{ width: `${(one.probability / highest) * 100}%` }}
              />
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
