/** Below the map: the reasons, the paragraph, the clip itself, and notes. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from './answer';
import { Player } from './player';
import { Reasons } from './Reasons';
import type { Clip } from './state';
import { splitSummary } from './words';

const LEAST_S = 0.1;

export function Why({ answer, clip }: { answer: Answer; clip: Clip }) {
  const audio = useRef<HTMLAudioElement>(null);
  const [player, setPlayer] = useState<Player | null>(null);
  useEffect(() => {
    const made = new Player(audio.current!);
    setPlayer(made);
    return () => made.close();
  }, []);
  return (
    <div class="answer-why">
      <Reasons answer={answer} player={player} duration_s={Math.max(answer.listened_s, LEAST_S)} />
      <InShort answer={answer} />
      <div class="clip-played">
        <span class="clip-name" dir="auto">
          {clip.name}
        </span>
        <audio ref={audio} src={clip.url} controls preload="metadata" aria-label="The clip" />
        <span role="status">{player?.failure.value}</span>
      </div>
      <Notices answer={answer} />
    </div>
  );
}

/** The paragraph, without a sentence that is read already as a headline or as a reason. */
function InShort({ answer }: { answer: Answer }) {
  const [first, rest] = splitSummary(answer.summary);
  const isRead = answer.status === 'LOCATED' || first === answer.reasoning[0];
  const text = isRead ? rest : answer.summary;
  if (!text) return null;
  return (
    <section aria-labelledby="locate-short">
      <h3 id="locate-short">In short</h3>
      <p class="answer-summary">{text}</p>
    </section>
  );
}

function Notices({ answer }: { answer: Answer }) {
  if (!answer.notices.length) return null;
  return (
    <section class="notices" aria-labelledby="locate-notices">
      <h3 id="locate-notices">Notes</h3>
      <ul>
        {answer.notices.map((one, index) => (
          <li key={index}>{one.message}</li>
        ))}
      </ul>
    </section>
  );
}
