/** Requests, with the key if the server wants one, and errors as sentences. */

import { signal } from '@preact/signals';

const STORE = 'audiosvc.key';

/** Whether the server has refused us without a key, or with this one. */
export const wantsKey = signal(false);

export function key(): string | null {
  return sessionStorage.getItem(STORE);
}

/** Kept as long as this tab is open, and no longer. */
export function setKey(value: string): void {
  sessionStorage.setItem(STORE, value.trim());
  wantsKey.value = false;
}

/** An answer that is a refusal. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly reason: string,
    readonly retryAfter_s: number | null = null,
  ) {
    super(message);
  }

  /** Whether the same request may succeed later. */
  get passes(): boolean {
    return this.status === 429 || this.status === 503 || this.status === 507;
  }
}

/** No answer at all. */
export class Unreachable extends Error {
  constructor() {
    super('The server cannot be reached. Your recording is kept here, and it goes on by itself.');
  }
}

/** The response of a request that succeeded. Raises Refusal, Unreachable. */
export async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const known = key();
  if (known) headers.set('Authorization', `Bearer ${known}`);
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Unreachable();
  }
  if (response.ok) return response;
  throw await refusalOf(response);
}

export async function callJson<T>(path: string, init: RequestInit = {}): Promise<T> {
  return (await (await call(path, init)).json()) as T;
}

async function refusalOf(response: Response): Promise<Refusal> {
  const said = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.status === 401) wantsKey.value = true;
  const detail = typeof said.detail === 'string' ? said.detail : '';
  return new Refusal(
    detail || `The server answered with status ${response.status}.`,
    response.status,
    typeof said.reason === 'string' ? said.reason : '',
    typeof said.retry_after_s === 'number' ? said.retry_after_s : null,
  );
}

/** What to tell a person. */
export function sentence(error: unknown): string {
  return error instanceof Error && error.message ? error.message : 'Something went wrong here.';
}
