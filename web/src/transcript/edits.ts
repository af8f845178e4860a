/** What a person changed, kept apart from what the model wrote. */

import type { Segment, Speaker, Transcript } from '../api/types';
import { rewords } from './rewords';

export interface Edits {
  /** By label: what to call a voice. */
  names: Record<string, string>;
  /** By label: the label of the voice that it is the same as. */
  merges: Record<string, string>;
  /** By the id of a segment: what was really said. */
  texts: Record<number, string>;
}

export const NO_EDITS: Edits = { names: {}, merges: {}, texts: {} };
const LONGEST_NAME = 80;

export const isEdited = (edits: Edits): boolean =>
  [edits.names, edits.merges, edits.texts].some((kind) => Object.keys(kind).length > 0);

export function rename(edits: Edits, label: string, name: string): Edits {
  const names = { ...edits.names };
  const clean = name.replace(/\s+/g, ' ').trim().slice(0, LONGEST_NAME);
  if (clean && clean !== label) names[label] = clean;
  else delete names[label];
  return { ...edits, names };
}

/** merged becomes kept; what was merged into it before comes along. */
export function merge(edits: Edits, kept: string, merged: string): Edits {
  const into = labelOf(edits, kept);
  if (into === merged) return edits;
  const merges: Record<string, string> = { ...edits.merges, [merged]: into };
  for (const [from, to] of Object.entries(merges)) if (to === merged) merges[from] = into;
  return { ...edits, merges };
}

export function correct(edits: Edits, segment: Segment, text: string): Edits {
  const texts = { ...edits.texts };
  const clean = text.replace(/\s+/g, ' ').trim();
  if (clean === segment.text) delete texts[segment.id];
  else texts[segment.id] = clean;
  return { ...edits, texts };
}

export const labelOf = (edits: Edits, label: string): string => edits.merges[label] ?? label;

export const nameOf = (edits: Edits, label: string): string =>
  edits.names[labelOf(edits, label)] ?? labelOf(edits, label);

/** The segments as they are shown: one voice has one label, texts are corrected. */
export function shown(segments: readonly Segment[], edits: Edits): Segment[] {
  return segments.map((segment) => {
    const text = edits.texts[segment.id];
    const speaker = segment.speaker === null ? null : labelOf(edits, segment.speaker);
    if (text === undefined && speaker === segment.speaker) return segment;
    if (text === undefined) return { ...segment, speaker };
    return { ...segment, speaker, text, words: rewords(text, segment.words, segment) };
  });
}

/** The whole transcript with every change in it, as it is exported: labels are names then. */
export function edited(transcript: Transcript, edits: Edits): Transcript {
  const name = (label: string) => nameOf(edits, label);
  return {
    ...transcript,
    segments: shown(transcript.segments, edits)
      .filter((segment) => segment.text || segment.events.length)
      .map((segment) => ({
        ...segment,
        speaker: segment.speaker === null ? null : name(segment.speaker),
      })),
    turns: transcript.turns.map((turn) => ({ ...turn, speaker: name(turn.speaker) })),
    speakers: joined(transcript.speakers, name),
  };
}

/** Speakers of one name are one. */
export function joined(speakers: readonly Speaker[], name: (label: string) => string): Speaker[] {
  const found = new Map<string, Speaker>();
  for (const speaker of speakers) {
    const label = name(speaker.label);
    const known = found.get(label);
    found.set(label, {
      label,
      speech_s: round((known?.speech_s ?? 0) + speaker.speech_s),
      first_s: Math.min(known?.first_s ?? Infinity, speaker.first_s),
    });
  }
  return [...found.values()];
}

const round = (time_s: number): number => Math.round(1000 * time_s) / 1000;
