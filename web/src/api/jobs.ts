/** Jobs, as the server keeps them. */

import { call, callJson } from './http';
import type { Job, Transcript, WaveformData } from './types';

const JSON_KIND = { 'Content-Type': 'application/json' };

export async function listJobs(): Promise<Job[]> {
  return (await callJson<{ jobs: Job[] }>('/v1/jobs?page_size=100')).jobs;
}

export const getJob = (id: string): Promise<Job> => callJson(`/v1/jobs/${encodeURIComponent(id)}`);

export function createJob(
  file: File,
  options: Record<string, unknown>,
  request_id: string,
): Promise<Job> {
  const body = { request_id, display_name: file.name, size_bytes: file.size, options };
  return callJson('/v1/jobs', { method: 'POST', headers: JSON_KIND, body: JSON.stringify(body) });
}

export async function cancelJob(id: string): Promise<void> {
  await call(`/v1/jobs/${encodeURIComponent(id)}/cancel`, { method: 'POST' });
}

export async function deleteJob(id: string): Promise<void> {
  await call(`/v1/jobs/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

export const getTranscript = (id: string): Promise<Transcript> =>
  callJson(`/v1/jobs/${encodeURIComponent(id)}/transcript?format=json`);

/** How loud the recording is; null where the server cannot tell. */
export const getWaveform = (id: string): Promise<WaveformData | null> =>
  callJson<WaveformData>(`/v1/jobs/${encodeURIComponent(id)}/waveform`).catch(() => null);

/** The recording, if the server still keeps it; null otherwise. */
export async function getAudio(id: string): Promise<Blob | null> {
  const path = `/v1/jobs/${encodeURIComponent(id)}/audio`;
  return call(path).then(
    (response) => response.blob(),
    () => null,
  );
}

/** A transcript as a file of another format. */
export async function exportTranscript(
  transcript: Transcript,
  format: string,
  name: string,
): Promise<Blob> {
  const asked = new URLSearchParams({ format, name });
  const response = await call(`/v1/transcripts/export?${asked}`, {
    method: 'POST',
    headers: JSON_KIND,
    body: JSON.stringify(transcript),
  });
  return response.blob();
}
