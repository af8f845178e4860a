/** Uploads by the tus protocol, version 1: what has arrived stays, and the rest goes on from there. */

import { call, Refusal } from './http';
import { pause } from './pause';

const PART_BYTES = 4 * 1024 * 1024;
const TUS = { 'Tus-Resumable': '1.0.0' };
const LONGEST_PAUSE_S = 15;

/**
 * Sends what the server does not have yet. Breaks are waited out.
 * Raises Refusal for what waiting does not mend.
 */
export async function upload(
  url: string,
  file: Blob,
  signal: AbortSignal,
  onProgress: (sent_bytes: number, broken: boolean) => void,
): Promise<void> {
  let pause_s = 0.5;
  let at = -1;
  while (!signal.aborted && at < file.size) {
    try {
      at = at < 0 ? await offset(url, signal) : await send(url, file, at, signal);
      pause_s = 0.5;
      onProgress(at, false);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refusal && !error.passes && error.status !== 409) throw error;
      onProgress(Math.max(0, at), true);
      at = -1; // whatever arrived, the server knows
      await pause(pause_s, signal);
      pause_s = Math.min(2 * pause_s, LONGEST_PAUSE_S);
    }
  }
}

async function offset(url: string, signal: AbortSignal): Promise<number> {
  const response = await call(url, { method: 'HEAD', headers: TUS, signal });
  return Number(response.headers.get('Upload-Offset') ?? 0);
}

async function send(url: string, file: Blob, at: number, signal: AbortSignal): Promise<number> {
  const headers = {
    ...TUS,
    'Upload-Offset': String(at),
    'Content-Type': 'application/offset+octet-stream',
  };
  const body = file.slice(at, at + PART_BYTES);
  const response = await call(url, { method: 'PATCH', headers, body, signal });
  return Number(response.headers.get('Upload-Offset') ?? at + body.size);
}
