/** The tab: a clip goes in, a place on the map comes out. */

import { useSignal } from '@preact/signals';
import { Failure, Intro, Listening } from './Before';
import { Candidates } from './Candidates';
import { ClipInput } from './ClipInput';
import { Known } from './Known';
import { Legend } from './Legend';
import { clip, phase } from './state';
import { Verdict } from './Verdict';
import { Why } from './Why';
import { WorldMap } from './WorldMap';
import { told } from './words';
import './locate.css';
import './map.css';
import './answer.css';

export function LocateTab() {
  const pointed = useSignal<number | null>(null);
  const visited = useSignal<{ rank: number } | null>(null);
  const now = phase.value;
  const answer = now.kind === 'answered' ? now.answer : null;
  const isGuess = answer?.status === 'NOT_LOCALIZABLE';
  return (
    <div class={`locate is-${now.kind}`}>
      <div class="locate-in">
        <ClipInput />
        <Known />
      </div>
      <p class="visually-hidden" role="status">
        {now.kind === 'listening' && 'Listening to the clip.'}
        {answer && told(answer)}
      </p>
      <div class={`answer ${isGuess ? 'is-guess' : ''}`}>
        <div class="answer-map">
          <WorldMap answer={answer} pointed={pointed} visited={visited} />
          {answer && <Legend answer={answer} />}
        </div>
        <div class="answer-words">
          {now.kind === 'empty' && <Intro />}
          {now.kind === 'listening' && <Listening began_ms={now.began_ms} />}
          {now.kind === 'failed' && <Failure sentence={now.message} />}
          {answer && (
            <>
              <Verdict answer={answer} />
              <Candidates candidates={answer.candidates} pointed={pointed} visited={visited} />
            </>
          )}
        </div>
        {answer && clip.value && <Why key={clip.value.url} answer={answer} clip={clip.value} />}
      </div>
      <p class="locate-credits">
        Map: <a href="https://www.naturalearthdata.com/">Natural Earth</a>, public domain, packed by
        world-atlas (ISC). Places: <a href="https://www.geonames.org/">GeoNames</a>, CC BY 4.0.{' '}
        <a href="/assets/licences.txt">All licences of this page</a>
      </p>
    </div>
  );
}
