/** Records from the microphone, and shows at once what is said. */

import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { sentence } from '../api/http';
import { look, mark } from '../transcript/colours';
import { clock } from '../transcript/clock';
import { download } from '../transcript/Export';
import { Recorder } from './recorder';
import './live.css';

export interface LiveProps {
  options: Record<string, unknown>;
  apiKey: string | null;
  onRecording(recording: File): void;
}

// Who is that near to the end of the text goes with it; who has scrolled away reads on.
const NEAR_PX = 160;

// A recording that was neither saved nor sent when this was closed: it is there again next time.
let left: Recorder | null = null;

export function Live({ options, apiKey, onRecording }: LiveProps) {
  const current = useSignal(useMemo(() => left ?? new Recorder(), []));
  const recorder = current.value;
  const failed = useSignal<string | null>(null);
  useEffect(() => {
    left = null;
    failed.value = null;
    if (recorder.state.peek() === 'starting') {
      recorder.start(options, apiKey).catch((error: unknown) => (failed.value = sentence(error)));
    }
    return () => {
      recorder.close();
      if (recorder.isUnsaved) left = recorder;
    };
  }, [recorder]);
  const anew = () => {
    recorder.isSafe = true;
    current.value = new Recorder();
  };
  const state = recorder.state.value;
  const error = failed.value ?? recorder.heard.value.error;
  const hasAudio = state === 'over' && recorder.seconds.peek() > 0;
  useLeaving(recorder);
  return (
    <section class="live" aria-label="Microphone">
      <p class="live-head">
        {state === 'recording' && (
          <button class="button is-primary" onClick={() => recorder.stop()}>
            Stop
          </button>
        )}
        <span role="status">
          {
            {
              starting: 'Waiting for the microphone …',
              recording: 'Recording',
              ending: 'The last words are being written …',
              over: hasAudio ? 'Recorded' : '',
            }[state]
          }
        </span>
        <Ticking recorder={recorder} />
      </p>
      {error && (
        <p class="alert" role="alert">
          {error}
        </p>
      )}
      <Text recorder={recorder} />
      {hasAudio && (
        <p>
          <button
            class="button is-primary"
            onClick={() => {
              recorder.isSafe = true;
              onRecording(recorder.file());
            }}
          >
            Transcribe it as a whole
          </button>{' '}
          <button
            class="button"
            onClick={() => {
              const file = recorder.file();
              download(file, file.name);
              recorder.isSafe = true;
            }}
          >
            Save the recording
          </button>{' '}
          <button class="button" onClick={anew}>
            Throw it away, record anew
          </button>{' '}
          <span class="soft">A second look at everything tells voices apart better.</span>
        </p>
      )}
    </section>
  );
}

/** What changes ten times a second, apart from the text, which may be long. */
function Ticking({ recorder }: { recorder: Recorder }) {
  return (
    <>
      <span class="soft live-time">{clock(recorder.seconds.value)}</span>
      {recorder.state.value === 'recording' && (
        <meter min={0} max={1} value={recorder.level.value} aria-label="Level" />
      )}
    </>
  );
}

/** A tab that is closed by mistake would take the recording with it: the browser asks first. */
function useLeaving(recorder: Recorder): void {
  useEffect(() => {
    const leave = (event: BeforeUnloadEvent) => {
      if (recorder.isUnsaved) event.preventDefault();
    };
    window.addEventListener('beforeunload', leave);
    return () => window.removeEventListener('beforeunload', leave);
  }, [recorder]);
}

function Text({ recorder }: { recorder: Recorder }) {
  const { segments, confirmed, tentative } = recorder.heard.value;
  const labels = [...new Set(segments.map((segment) => segment.speaker ?? ''))];
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const hidden_px = box.current!.getBoundingClientRect().bottom - innerHeight;
    if (hidden_px > 0 && hidden_px < NEAR_PX) box.current!.scrollIntoView({ block: 'end' });
  }, [segments, confirmed, tentative]);
  return (
    <div ref={box} class="live-text" dir="auto">
      <div aria-live="polite">
        {segments.map((segment) => {
          const colours = look(labels.indexOf(segment.speaker ?? ''));
          return (
            <p key={segment.id}>
              {segment.speaker && (
                <span class="who-mark" style={{ color: colours.ink, background: colours.wash }}>
                  {mark(segment.speaker)}
                </span>
              )}{' '}
              {segment.text}
            </p>
          );
        })}
      </div>
      {(confirmed || tentative) && (
        <p>
          {confirmed} <span class="soft">{tentative}</span>
        </p>
      )}
    </div>
  );
}
