/** What stands beside the map while there is no answer. */

import { useEffect, useState } from 'preact/hooks';
import { cancel, clip, locateAgain } from './state';
import { clock } from './words';

const TICK_MS = 500;

export function Intro() {
  return (
    <section class="intro" aria-labelledby="locate-intro">
      <h2 id="locate-intro">Where was this?</h2>
      <p>
        Languages, places that are named, words of prayers, birds, telephone tones, the hum of the
        mains: each makes some parts of the map likelier than others. All are added up, and each is
        shown with the stretches in which it was heard.
      </p>
      <p>When a clip tells nothing of its place, the answer says that instead.</p>
    </section>
  );
}

export function Listening({ began_ms }: { began_ms: number }) {
  const [now_ms, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <section class="listening" aria-label="At work">
      <span class="listening-waves" aria-hidden="true">
        <i />
        <i />
        <i />
        <i />
        <i />
      </span>
      <p>
        Listening to <strong dir="auto">{clip.value?.name}</strong>{' '}
        <span class="number">{clock((now_ms - began_ms) / 1000)}</span>
      </p>
      <button type="button" class="button" onClick={cancel}>
        Stop
      </button>
    </section>
  );
}

export function Failure({ sentence }: { sentence: string }) {
  return (
    <section class="locate-failure" aria-label="What went wrong">
      <p role="alert">{sentence}</p>
      <button type="button" class="button" onClick={() => void locateAgain()}>
        Try again
      </button>
    </section>
  );
}
