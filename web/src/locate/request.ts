/** `POST /v1/locate`. */

import { Unreachable, callJson } from '../api/http';
import type { Answer } from './answer';

export interface LocateWish {
  /** ISO 3166 alpha-2, or empty. */
  country: string;
  /** A day such as 2024-05-01, or empty. */
  recordedOn: string;
  precision: string;
}

/** The form that is sent. */
export function formOf(data: Blob, name: string, wish: LocateWish): FormData {
  const form = new FormData();
  form.append('file', data, name);
  form.append('precision', wish.precision);
  form.append('cells', 'true');
  if (wish.country) form.append('country', wish.country);
  if (wish.recordedOn) form.append('date', wish.recordedOn);
  return form;
}

/** Raises an Error with a sentence. */
export async function askWhere(
  data: Blob,
  name: string,
  wish: LocateWish,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const body = formOf(data, name, wish);
    return await callJson<Answer>('/v1/locate', { method: 'POST', body, signal });
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    throw new Error('The server cannot be reached. Is it running?', { cause: error });
  }
}
