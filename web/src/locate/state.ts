/** What the tab holds: the clip, what is known of it, and what came of it. */

import { computed, signal } from '@preact/signals';
import { sentence } from '../api/http';
import type { Answer } from './answer';
import { askWhere } from './request';

export interface Clip {
  name: string;
  data: Blob;
  /** Of the clip's data, to play it. */
  url: string;
}

export type Phase =
  | { kind: 'empty' }
  | { kind: 'listening'; began_ms: number }
  | { kind: 'answered'; answer: Answer }
  | { kind: 'failed'; message: string };

export const PRECISIONS = {
  city: 'City (0.1 degrees)',
  region: 'Region (1 degree)',
  country: 'Country only',
  exact: 'As exact as found',
} as const;
export type Precision = keyof typeof PRECISIONS;

/** What is asked with a clip; empty is unsaid. */
export const country = signal('');
export const recordedOn = signal('');
export const precision = signal<Precision>('city');

export const clip = signal<Clip | null>(null);
export const phase = signal<Phase>({ kind: 'empty' });
export const isListening = computed(() => phase.value.kind === 'listening');

let running: AbortController | null = null;

/** Takes a clip in place of the one before, and asks where it was made. */
export async function locate(data: Blob, name: string): Promise<void> {
  cancel();
  if (clip.value) URL.revokeObjectURL(clip.value.url);
  clip.value = { name, data, url: URL.createObjectURL(data) };
  await locateAgain();
}

/** Asks of the same clip, with what is said now. */
export async function locateAgain(): Promise<void> {
  const asked = clip.value;
  if (!asked) return;
  cancel();
  const own = new AbortController();
  running = own;
  phase.value = { kind: 'listening', began_ms: Date.now() };
  try {
    const answer = await askWhere(asked.data, asked.name, wish(), own.signal);
    if (running === own) phase.value = { kind: 'answered', answer };
  } catch (error) {
    if (running === own) phase.value = { kind: 'failed', message: sentence(error) };
  } finally {
    if (running === own) running = null;
  }
}

/** Stops asking; what is known of the clip stays. */
export function cancel(): void {
  running?.abort();
  running = null;
  if (isListening.value) phase.value = { kind: 'empty' };
}

function wish() {
  return { country: country.value, recordedOn: recordedOn.value, precision: precision.value };
}
