/** Where recordings go in, and the jobs that there are. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { key, sentence } from '../api/http';
import { Live } from '../live/Live';
import { jobHref } from '../route';
import { DropZone } from './DropZone';
import { JobList } from './JobList';
import { Options, options } from './Options';
import { begin, jobs, listError, refresh } from './store';

const EVERY_MS = 3000;

export function Home() {
  const failed = useSignal<string | null>(null);
  const live = useSignal(false);
  useEffect(() => {
    void refresh();
    const timer = setInterval(() => {
      const busy = jobs.value?.some((job) => !['succeeded', 'failed', 'cancelled'].includes(job.state));
      if (busy || listError.value) void refresh();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const take = async (files: readonly File[]) => {
    failed.value = null;
    try {
      const ids = [];
      for (const file of files) ids.push(await begin(file, options.value));
      if (ids.length === 1) location.hash = jobHref(ids[0]!);
    } catch (error) {
      failed.value = sentence(error);
    }
  };
  return (
    <div class="home">
      <h2>Who said what, when?</h2>
      <DropZone onFiles={take}>
        <button class="button" onClick={() => (live.value = !live.value)} aria-expanded={live.value}>
          {live.value ? 'Put the microphone away' : 'Speak into the microphone'}
        </button>
      </DropZone>
      {failed.value && (
        <p class="alert" role="alert">
          {failed.value}
        </p>
      )}
      <Options />
      {live.value && (
        <Live
          options={options.value}
          apiKey={key()}
          onRecording={(recording) => void take([recording])}
        />
      )}
      <JobList />
    </div>
  );
}
