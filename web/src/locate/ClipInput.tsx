/** A clip to drop, to choose or to record. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { ClipRecorder } from './recorder';
import { locate } from './state';
import { clock } from './words';

const TICK_MS = 250;

export function ClipInput() {
  const [isOver, setOver] = useState(false);
  const [failure, setFailure] = useState('');
  const input = useRef<HTMLInputElement>(null);

  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    setFailure(files && files.length > 1 ? 'One clip at a time: this is the first of them.' : '');
    if (file) void locate(file, file.name);
  };
  return (
    <section
      class={`clip-input ${isOver ? 'is-over' : ''}`}
      aria-label="A clip"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <p class="clip-lead">Drop a clip here to find out where it was recorded.</p>
      <div class="clip-ways">
        <input
          ref={input}
          id="locate-file"
          class="visually-hidden"
          type="file"
          accept="audio/*,video/*"
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = ''; // so that the same file can be chosen again
          }}
        />
        <label class="button is-primary" for="locate-file">
          Choose a file
        </label>
        <RecordButton onFailure={setFailure} />
      </div>
      <p class="clip-note">
        Half a minute is plenty. It is sent to this server alone, which forgets it after the answer.
      </p>
      <p class="clip-failure" role="alert">
        {failure}
      </p>
    </section>
  );
}

function RecordButton({ onFailure }: { onFailure: (sentence: string) => void }) {
  const [recorder, setRecorder] = useState<ClipRecorder | null>(null);
  const [elapsed_s, setElapsed] = useState(0);
  const current = useRef(recorder);
  current.current = recorder;
  useEffect(() => () => current.current?.drop(), []);
  useEffect(() => {
    if (!recorder) return undefined;
    const began_ms = Date.now();
    setElapsed(0);
    const timer = setInterval(() => setElapsed((Date.now() - began_ms) / 1000), TICK_MS);
    return () => clearInterval(timer);
  }, [recorder]);

  const press = async () => {
    onFailure('');
    if (recorder) {
      setRecorder(null);
      const { data, name } = await recorder.finish();
      await locate(data, name);
      return;
    }
    try {
      setRecorder(await ClipRecorder.start());
    } catch (error) {
      onFailure((error as Error).message);
    }
  };
  return (
    <button
      type="button"
      class={`button ${recorder ? 'is-recording' : ''}`}
      onClick={() => void press()}
    >
      {recorder ? (
        <>
          Stop and locate <span class="number">{clock(elapsed_s)}</span>
        </>
      ) : (
        'Record'
      )}
    </button>
  );
}
