/** How far a job is, in words and as a bar. */

import { useComputed, useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Job, Progress } from '../api/types';
import { about, bytes, clock } from '../transcript/clock';
import type { Sending } from './store';
import { Pace } from './timeLeft';

const STAGES: Record<string, string> = {
  listen: 'Listening for speech',
  transcribe: 'Writing down what is said',
  link: 'Telling voices apart',
};

export function saidState(job: Job, progress: Progress | null, sending: Sending | null): string {
  if (job.state === 'uploading') return saidSending(job, sending);
  if (job.state === 'queued') return 'Waiting for its turn';
  if (job.state === 'cancelled') return 'Cancelled';
  if (job.state === 'failed') return job.failure?.message ?? 'It failed.';
  if (job.state === 'succeeded') return 'Done';
  const what = STAGES[progress?.stage ?? ''] ?? 'Working';
  if (!progress?.total_s) return what;
  return `${what}: ${clock(progress.done_s)} of ${clock(progress.total_s)}`;
}

function saidSending(job: Job, sending: Sending | null): string {
  if (sending?.error) return sending.error;
  if (!sending) return 'The upload was interrupted. Choose the same recording again to go on.';
  if (sending.broken) return 'The connection is lost. The upload goes on when it is back.';
  const total = job.upload.size_bytes ?? sending.total_bytes;
  return `Sending: ${bytes(sending.sent_bytes)} of ${bytes(total)}`;
}

export interface JobStateProps {
  job: ReadonlySignal<Job | null>;
  progress: ReadonlySignal<Progress | null>;
  broken: ReadonlySignal<boolean>;
  sending: ReadonlySignal<Sending | null>;
}

export function JobState({ job, progress, broken, sending }: JobStateProps) {
  const pace = useMemo(() => new Pace(), []);
  const left_s = useSignal<number | null>(null);
  useEffect(
    () =>
      progress.subscribe((now) => {
        if (now) left_s.value = pace.left_s(now, performance.now());
      }),
    [],
  );
  const share = useComputed(() => shareOf(job.value, progress.value, sending.value));
  const now = job.value;
  if (!now || now.state === 'succeeded') return null;
  const busy = now.state === 'uploading' || now.state === 'queued' || now.state === 'running';
  const said = saidState(now, progress.value, sending.value);
  return (
    <div class="state">
      <p role={now.state === 'failed' ? 'alert' : 'status'}>
        {said}
        {now.state === 'running' && left_s.value !== null && (
          <span class="soft"> About {about(left_s.value)} left.</span>
        )}
        {busy && broken.value && (
          <span class="soft"> The connection is lost; the server works on, and this page comes back.</span>
        )}
      </p>
      {busy && <progress aria-label="How far it is" max={1} value={share.value ?? undefined} />}
    </div>
  );
}

function shareOf(job: Job | null, progress: Progress | null, sending: Sending | null): number | null {
  if (job?.state === 'uploading' && sending) return sending.sent_bytes / Math.max(1, sending.total_bytes);
  if (job?.state === 'running' && progress?.total_s) return progress.done_s / progress.total_s;
  return null;
}
