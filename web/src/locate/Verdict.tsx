/** Whether it was located, how far that can be believed, and the three figures of the answer. */

import type { Answer } from './answer';
import { degrees, distance, percent, placeName, scoreMeaning, scoreWord, splitSummary } from './words';

export function Verdict({ answer }: { answer: Answer }) {
  const isLocated = answer.status === 'LOCATED';
  const [first] = splitSummary(answer.summary);
  return (
    <section class="verdict" aria-labelledby="locate-verdict">
      <p class="verdict-status">{isLocated ? 'Located' : 'Not localizable'}</p>
      <h2 id="locate-verdict">{isLocated ? first : 'This clip cannot be located.'}</h2>
      <Score answer={answer} />
      <Figures answer={answer} />
    </section>
  );
}

/** The localizability on a scale from 0 to 1. */
function Score({ answer }: { answer: Answer }) {
  const score = answer.localizability;
  if (score === null) return null;
  return (
    <div class="score">
      <p class="score-line">
        <span id="locate-score">Localizability</span>
        <strong class="number">{score.toFixed(2)}</strong>
        <span>{scoreWord(answer)}</span>
      </p>
      <div
        class="score-scale"
        role="meter"
        aria-labelledby="locate-score"
        aria-valuemin={0}
        aria-valuemax={1}
        aria-valuenow={score}
        aria-valuetext={`${score.toFixed(2)} of 1, ${scoreWord(answer)}`}
      >
        <div style={{ width: `${score * 100}%` }} />
      </div>
      <p class="score-ends" aria-hidden="true">
        <span>0 anywhere</span>
        <span>1 certain</span>
      </p>
      <p class="score-meaning">{scoreMeaning(score)}</p>
    </div>
  );
}

function Figures({ answer }: { answer: Answer }) {
  const { lat, lon, radius_km, radius_90_km } = answer;
  if (lat === null || lon === null) return <p>No guess is given.</p>;
  const best = answer.candidates[0];
  return (
    <dl class="figures">
      <div>
        <dt>{answer.status === 'LOCATED' ? 'Point' : 'Best guess, no more than that'}</dt>
        <dd class="number">{degrees(lat, lon)}</dd>
      </div>
      {best && (
        <div>
          <dt>Likeliest surroundings</dt>
          <dd>
            {placeName(best)} <span class="number">({percent(best.probability)})</span>
          </dd>
        </div>
      )}
      {radius_km !== null && radius_90_km !== null && (
        <div>
          <dt>Within</dt>
          <dd>
            <span class="number">{distance(radius_km)}</span> of the point: half of the probability;{' '}
            <span class="number">{distance(radius_90_km)}</span>: nine tenths
          </dd>
        </div>
      )}
    </dl>
  );
}
