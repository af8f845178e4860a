/** The jobs of this caller, and the recordings on their way. */

import { signal } from '@preact/signals';
import { sentence } from '../api/http';
import { cancelJob, createJob, deleteJob, getJob, listJobs } from '../api/jobs';
import { upload } from '../api/tus';
import { isFinal, type Job } from '../api/types';
import { forget, keepRecording, recordingOf } from './kept';

export interface Sending {
  sent_bytes: number;
  total_bytes: number;
  /** The connection is lost; it is tried again. */
  broken: boolean;
  error: string | null;
}

export const jobs = signal<Job[] | null>(null);
export const listError = signal<string | null>(null);
export const sending = signal<Record<string, Sending>>({});
const stops = new Map<string, AbortController>();

export async function refresh(): Promise<void> {
  try {
    jobs.value = await listJobs();
    listError.value = null;
    jobs.value.forEach(goOn);
  } catch (error) {
    listError.value = sentence(error);
  }
}

/** A new job for a recording: its id, as soon as the server knows of it. Raises Refusal. */
export async function begin(file: File, options: Record<string, unknown>): Promise<string> {
  const job = await createJob(file, options, crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`);
  jobs.value = [job, ...(jobs.value ?? [])];
  await keepRecording(job.id, file, file.name);
  void send(job, file);
  return job.id;
}

/** Goes on with an upload that a closed page or a lost connection has left. */
function goOn(job: Job): void {
  if (job.state !== 'uploading' || stops.has(job.id)) return;
  void recordingOf(job.id).then((file) => {
    if (file && file.size === job.upload.size_bytes) void send(job, file);
  });
}

/** The same, with a recording that a person has chosen again. False when it is another one. */
export function goOnWith(job: Job, file: File): boolean {
  if (file.size !== job.upload.size_bytes) return false;
  void keepRecording(job.id, file, file.name);
  void send(job, file);
  return true;
}

async function send(job: Job, file: Blob): Promise<void> {
  if (stops.has(job.id)) return;
  const stop = new AbortController();
  stops.set(job.id, stop);
  const tell = (known: Partial<Sending>) => {
    const before = sending.value[job.id] ?? {
      sent_bytes: 0,
      total_bytes: file.size,
      broken: false,
      error: null,
    };
    sending.value = { ...sending.value, [job.id]: { ...before, ...known } };
  };
  tell({});
  try {
    await upload(job.upload.url, file, stop.signal, (sent_bytes, broken) =>
      tell({ sent_bytes, broken }),
    );
    const { [job.id]: _, ...others } = sending.value;
    sending.value = others;
    if (!stop.signal.aborted) await update(job.id);
  } catch (error) {
    tell({ error: sentence(error) });
  } finally {
    stops.delete(job.id);
  }
}

/** Asks for one job again. */
export async function update(id: string): Promise<Job> {
  const job = await getJob(id);
  put(job);
  return job;
}

export function put(job: Job): void {
  const list = jobs.value ?? [];
  jobs.value = list.some((one) => one.id === job.id)
    ? list.map((one) => (one.id === job.id ? job : one))
    : [job, ...list];
}

export async function cancel(id: string): Promise<void> {
  stops.get(id)?.abort();
  await cancelJob(id);
  await update(id);
}

export async function remove(id: string): Promise<void> {
  stops.get(id)?.abort();
  await deleteJob(id);
  await forget(id);
  jobs.value = (jobs.value ?? []).filter((job) => job.id !== id);
}

export const isBusy = (job: Job): boolean => !isFinal(job.state);
