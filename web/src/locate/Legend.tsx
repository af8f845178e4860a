/** What the colours and lines of the map mean. */

import type { Answer } from './answer';
import { heatShare } from './heat';
import { percent } from './words';

export function Legend({ answer }: { answer: Answer }) {
  if (answer.lat === null) return null;
  const share = heatShare(answer.heat ?? []);
  return (
    <ul class="legend" aria-label="What the map shows">
      <li>
        <i class="legend-point" aria-hidden="true" />
        {answer.status === 'LOCATED' ? 'the point' : 'a guess'}
      </li>
      <li>
        <i class="legend-half" aria-hidden="true" />
        50 %
      </li>
      <li>
        <i class="legend-most" aria-hidden="true" />
        90 % of the probability
      </li>
      {share > 0 && (
        <li>
          <i class="legend-heat" aria-hidden="true" />
          likeliest cells, together {percent(share)}
        </li>
      )}
    </ul>
  );
}
