/** Where in the page we are: the part of the address behind the hash. */

import { signal } from '@preact/signals';

export type Route = { tab: 'transcribe'; job: string | null } | { tab: 'locate' };

export function parse(hash: string): Route {
  const parts = hash.replace(/^#\/?/, '').split('/');
  if (parts[0] === 'locate') return { tab: 'locate' };
  return { tab: 'transcribe', job: parts[0] === 'jobs' && parts[1] ? parts[1] : null };
}

export const route = signal<Route>(parse(location.hash));

window.addEventListener('hashchange', () => {
  route.value = parse(location.hash);
});

export const jobHref = (id: string): string => `#/jobs/${encodeURIComponent(id)}`;
