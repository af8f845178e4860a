/** An answer in words: the same as audiosvc/export/geo_text.py and geo/reasoning.py use. */

import type { Answer, Candidate, Reason } from './answer';

const CODE = /^[0-9A-Z]{1,3}$/; // of a division whose name is not known

/** A candidate's name with what it lies in, without saying anything twice. */
export function placeName(one: Candidate): string {
  const admin = one.admin && !CODE.test(one.admin) ? one.admin : null;
  const parts = [one.name, admin, one.country_name ?? one.country].filter(Boolean);
  return [...new Set(parts)].join(', ') || 'the open sea';
}

/** `45.4° N, 2.9° E`, with as many digits as there are, up to four. */
export function degrees(lat: number, lon: number): string {
  const shown = (value: number) => `${Number(Math.abs(value).toFixed(4))}°`;
  return `${shown(lat)} ${lat < 0 ? 'S' : 'N'}, ${shown(lon)} ${lon < 0 ? 'W' : 'E'}`;
}

/** With two digits that count, as no circle is known better: `1,600 km`. */
export function distance(km: number): string {
  const unit = 10 ** Math.max(0, String(Math.trunc(km)).length - 2);
  return `${(Math.round(km / unit) * unit).toLocaleString('en')} km`;
}

/** `8 %`; small ones keep a digit, and what is less than a thousandth says so. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return 'under 0.1 %';
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} %`;
}

/** `+2.8 bits`, `−0.3 bits`, `0.0 bits`. */
export function inBits(bits: number): string {
  const shown = Math.abs(bits).toFixed(1);
  const sign = shown === '0.0' ? '' : bits < 0 ? '−' : '+';
  return `${sign}${shown} bits`;
}

/** `1:05`, `1:00:05`. */
export function clock(time_s: number): string {
  const whole = Math.max(0, Math.floor(time_s));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}

const CATEGORIES: Record<string, string> = {
  human_sounds: 'Voices',
  animal: 'Animals',
  music: 'Music',
  natural_sounds: 'Nature',
  channel: 'Recording and mains',
  environment_and_background: 'Surroundings',
  sounds_of_things: 'Things',
  source_ambiguous: 'Unclear source',
  context: 'What you said',
};

/** What kind of sound it is; `context` is none. */
export function categoryName(category: string): string {
  return CATEGORIES[category] ?? category.replaceAll('_', ' ');
}

/** What a piece of evidence does to the map: the part of its sentence behind the claim. */
export function effectOf(reason: Reason): string {
  const claim = reason.claim.trim().replace(/\.+$/, '');
  const at = reason.sentence.indexOf(`${claim}: `);
  if (at < 0) return '';
  const rest = reason.sentence.slice(at + claim.length + 2);
  return rest.replace(/, −?\d+\.\d bits$/, '');
}

/** The summary's first sentence, and the others. */
export function splitSummary(summary: string): [string, string] {
  const end = summary.search(/\.\s/);
  return end < 0 ? [summary, ''] : [summary.slice(0, end + 1), summary.slice(end + 1).trim()];
}

/** What a localizability means, in a sentence. */
export function scoreMeaning(score: number): string {
  const tens = Math.round(score * 100);
  return (
    `Of 100 recordings with this score, about ${tens} ${tens === 1 ? 'is' : 'are'} really ` +
    'within 1,000 km of the point.'
  );
}

/** A word for a localizability. */
export function scoreWord(answer: Answer): string {
  const score = answer.localizability ?? 0;
  if (answer.status === 'NOT_LOCALIZABLE') return 'cannot be located';
  if (score < 0.4) return 'barely located';
  if (score < 0.6) return 'roughly located';
  if (score < 0.8) return 'well located';
  return 'very well located';
}

/** What is said aloud when an answer comes. */
export function told(answer: Answer): string {
  const best = answer.candidates[0];
  const place = best ? `${placeName(best)}, ${percent(best.probability)}` : '';
  return answer.status === 'LOCATED'
    ? `Located.${place && ` The likeliest surroundings: ${place}.`}`
    : `This clip cannot be located.${place && ` A guess, no more: ${place}.`}`;
}

/** What the map shows, for who does not see it. */
export function mapInWords(answer: Answer | null): string {
  if (!answer) return 'The map shows the world, and no place yet.';
  if (answer.lat === null || answer.lon === null) return 'The map shows no place: no guess is given.';
  const kind = answer.status === 'LOCATED' ? 'The estimate' : 'A guess, no more,';
  const radii =
    answer.radius_km !== null && answer.radius_90_km !== null
      ? ` Half of the probability lies within ${distance(answer.radius_km)}, nine tenths within ` +
        `${distance(answer.radius_90_km)}.`
      : '';
  const count = answer.candidates.length;
  const listed = count
    ? ` ${count === 1 ? 'The candidate is' : `The ${count} candidates are`} listed beside the map.`
    : '';
  return `${kind} is at ${degrees(answer.lat, answer.lon)}.${radii}${listed}`;
}
