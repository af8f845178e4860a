/** One recording: how far it is, and its text. */

import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { sentence } from '../api/http';
import { getAudio } from '../api/jobs';
import { isFinal } from '../api/types';
import { Review } from '../transcript/Review';
import { keepRecording, recordingOf } from './kept';
import { JobState } from './JobState';
import { cancel, goOnWith, refresh, sending } from './store';
import { watch } from './watch';

export function JobView({ id }: { id: string }) {
  const watched = useMemo(() => watch(id), [id]);
  const recording = useSignal<Blob | null>(null);
  const failed = useSignal<string | null>(null);
  useEffect(() => {
    void refresh(); // an upload that was interrupted goes on
    void recordingOf(id).then(async (kept) => (recording.value = kept ?? (await getAudio(id))));
    return watched.stop;
  }, [id]);
  const sent = useComputed(() => sending.value[id] ?? null);
  const job = watched.job.value;
  const choose = (file: File) => {
    failed.value = null;
    if (job?.state === 'uploading') {
      if (!goOnWith(job, file)) failed.value = 'That is another recording: its size differs.';
    } else {
      void keepRecording(id, file, file.name);
    }
    recording.value = file;
  };
  const stop = () => cancel(id).catch((error: unknown) => (failed.value = sentence(error)));
  return (
    <article class="job">
      <p>
        <a href="#/">All recordings</a>
      </p>
      <h2>
        <bdi>{job?.display_name || 'A recording'}</bdi>
      </h2>
      {(watched.error.value ?? failed.value) && (
        <p class="alert" role="alert">
          {watched.error.value ?? failed.value}
        </p>
      )}
      <JobState job={watched.job} progress={watched.progress} broken={watched.broken} sending={sent} />
      {job && !isFinal(job.state) && (
        <p>
          <button class="button is-small" onClick={stop}>
            Stop
          </button>
        </p>
      )}
      {job && !recording.value && (job.state === 'succeeded' || (job.state === 'uploading' && !sent.value)) && (
        <ChooseAgain onFile={choose} />
      )}
      <Review id={id} watched={watched} recording={recording.value} />
    </article>
  );
}

function ChooseAgain({ onFile }: { onFile(file: File): void }) {
  return (
    <p class="soft">
      <label>
        The recording is not kept in this browser. Choose it again to listen or to go on:{' '}
        <input
          type="file"
          accept="audio/*,video/*"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file) onFile(file);
          }}
        />
      </label>
    </p>
  );
}
