/** What the server has heard so far. */

import type { Segment } from '../api/types';

export interface Heard {
  segments: readonly Segment[];
  confirmed: string;
  tentative: string;
  finished: boolean;
  error: string | null;
}

export const NOTHING: Heard = {
  segments: [],
  confirmed: '',
  tentative: '',
  finished: false,
  error: null,
};

interface Message {
  type: string;
  segment?: Segment;
  kept?: string;
  merged?: string;
  confirmed_words?: string[];
  tentative_words?: string[];
  problem?: { detail?: string };
}

/** The same with one more message of the server. */
export function hear(heard: Heard, message: Message): Heard {
  switch (message.type) {
    case 'interim':
      return {
        ...heard,
        confirmed: (message.confirmed_words ?? []).join(' '),
        tentative: (message.tentative_words ?? []).join(' '),
      };
    case 'segment':
      return { ...heard, segments: [...heard.segments, message.segment!], confirmed: '', tentative: '' };
    case 'segment_revised':
      return {
        ...heard,
        segments: heard.segments.map((one) => (one.id === message.segment!.id ? message.segment! : one)),
      };
    case 'speakers_merged':
      return {
        ...heard,
        segments: heard.segments.map((one) =>
          one.speaker === message.merged ? { ...one, speaker: message.kept! } : one,
        ),
      };
    case 'finished':
      return { ...heard, confirmed: '', tentative: '', finished: true };
    case 'error':
      return { ...heard, error: message.problem?.detail ?? 'The server has ended the recording.' };
    default:
      return heard;
  }
}
