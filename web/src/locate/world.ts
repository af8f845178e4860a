/**
 * The countries of the world: Natural Earth (public domain), as world-atlas (ISC) packs them.
 *
 * They are files beside the page, fetched when a map is first shown: the coarse ones at once, the
 * fine ones when somebody zooms in.
 */

import coarseUrl from 'world-atlas/countries-110m.json?url';
import fineUrl from 'world-atlas/countries-50m.json?url';
import { countriesOf, type Country, type World } from './shapes';

export type Detail = 'coarse' | 'fine';

const URLS: Record<Detail, string> = { coarse: coarseUrl, fine: fineUrl };
const fetched = new Map<Detail, Promise<Country[]>>();

/** Fetched once; a failure is forgotten, so that the next one tries again. */
export function loadWorld(detail: Detail): Promise<Country[]> {
  let found = fetched.get(detail);
  if (!found) {
    found = fetchWorld(URLS[detail]);
    found.catch(() => fetched.delete(detail));
    fetched.set(detail, found);
  }
  return found;
}

async function fetchWorld(url: string): Promise<Country[]> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The map could not be loaded (${response.status}).`);
  return countriesOf((await response.json()) as World);
}
