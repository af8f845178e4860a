/** Why: every piece of evidence in the order of what it did, with stretches that can be heard. */

import { useState } from 'preact/hooks';
import { type Answer, type Reason, type Span, reasonsOf } from './answer';
import type { Player } from './player';
import { categoryName, clock, effectOf, inBits } from './words';

const LEAST_SCALE_BITS = 3; // so that a fraction of a bit does not look like much
const MOST_SPANS = 6;

interface ReasonsProps {
  answer: Answer;
  player: Player | null;
  /** How long the clip is. */
  duration_s: number;
}

export function Reasons({ answer, player, duration_s }: ReasonsProps) {
  const reasons = reasonsOf(answer);
  const most = Math.max(LEAST_SCALE_BITS, ...reasons.map((one) => Math.abs(one.bits)));
  return (
    <section class="reasons" aria-labelledby="locate-reasons">
      <h3 id="locate-reasons">Why</h3>
      {reasons.length ? (
        <>
          <p class="reasons-note">
            A bit halves the map. What speaks against the answer has less than none.
          </p>
          <ol>
            {reasons.map((one, index) => (
              <li key={index}>
                <ReasonItem reason={one} most={most} player={player} duration_s={duration_s} />
              </li>
            ))}
          </ol>
        </>
      ) : (
        <p>{answer.reasoning[0] ?? 'Nothing in this clip says where it was made.'}</p>
      )}
    </section>
  );
}

interface ItemProps {
  reason: Reason;
  most: number;
  player: Player | null;
  duration_s: number;
}

function ReasonItem({ reason, most, player, duration_s }: ItemProps) {
  const effect = effectOf(reason);
  return (
    <article class="reason">
      <p class="reason-kind">{categoryName(reason.category)}</p>
      <p class="reason-claim" dir="auto">
        {effect ? reason.claim : reason.sentence}
      </p>
      <Bits bits={reason.bits} most={most} />
      {effect && <p class="reason-effect">{effect}</p>}
      {reason.spans.length > 0 && (
        <Spans
          spans={reason.spans}
          claim={reason.claim}
          player={player}
          duration_s={duration_s}
        />
      )}
    </article>
  );
}

/** A bar to the right of the middle for what narrows the map, to the left for what contradicts. */
function Bits({ bits, most }: { bits: number; most: number }) {
  const width = `${(Math.abs(bits) / most) * 50}%`;
  return (
    <p class={`bits ${bits < 0 ? 'is-against' : ''}`}>
      <span class="bits-bar" aria-hidden="true">
        <span style={{ width }} />
      </span>
      <span class="number">{inBits(bits)}</span>
    </p>
  );
}

interface SpansProps {
  spans: Span[];
  claim: string;
  player: Player | null;
  duration_s: number;
}

function Spans({ spans, claim, player, duration_s }: SpansProps) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? spans : spans.slice(0, MOST_SPANS);
  const share = (time_s: number) => `${Math.min(100, (time_s / duration_s) * 100)}%`;
  const playing = player?.playing.value ?? null;
  return (
    <div class="spans">
      <div class="spans-line" aria-hidden="true">
        {spans.map((span, index) => (
          <span
            key={index}
            class={span === playing ? 'is-playing' : ''}
            style={{ left: share(span.start_s), width: share(span.end_s - span.start_s) }}
          />
        ))}
        {player && playing && spans.includes(playing) && (
          <i style={{ left: share(player.time_s.value) }} />
        )}
      </div>
      {shown.map((span, index) => (
        <button
          key={index}
          type="button"
          class="span-button"
          disabled={!player || player.failure.value !== ''}
          aria-pressed={span === playing}
          onClick={() => void player?.toggle(span)}
        >
          <span aria-hidden="true">{span === playing ? '◼' : '▶'}</span>
          <span class="visually-hidden">Play </span>
          <span class="number">
            {clock(span.start_s)}–{clock(Math.ceil(span.end_s))}
          </span>
          <span class="visually-hidden">: {claim}</span>
        </button>
      ))}
      {spans.length > shown.length && (
        <button type="button" class="span-button" onClick={() => setWhole(true)}>
          {spans.length - shown.length} more
        </button>
      )}
    </div>
  );
}
