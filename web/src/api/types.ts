/** What the server says, as its OpenAPI description has it. */

export interface Span {
  start_s: number;
  end_s: number;
}

export interface Word extends Span {
  text: string;
  probability: number | null;
}

export interface Segment extends Span {
  id: number;
  speaker: string | null;
  text: string;
  words: Word[];
  language: string | null;
  confidence: number | null;
  overlapped: boolean;
  events: string[];
}

export interface Speaker {
  label: string;
  speech_s: number;
  first_s: number;
}

export interface Notice {
  code: string;
  message: string;
  span: Span | null;
}

export interface Coverage {
  speech_s: number;
  covered_s: number;
  missed: Span[];
  stopped_early: Span[];
}

export interface Turn extends Span {
  speaker: string;
}

export interface Transcript {
  segments: Segment[];
  speakers: Speaker[];
  language: string | null;
  duration_s: number;
  coverage: Coverage;
  turns: Turn[];
  notices: Notice[];
  model: string;
  version: string;
}

export type State = 'uploading' | 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export interface Progress {
  done_s: number;
  total_s: number;
  windows_done: number;
  windows_total: number;
  stage: string;
}

export interface Failure {
  reason: string;
  message: string;
}

export interface Summary {
  language: string | null;
  duration_s: number;
  speakers: Speaker[];
  coverage: Coverage;
  notices: Notice[];
  model: string;
  segment_count: number;
}

export interface Job {
  id: string;
  display_name: string;
  state: State;
  options: Record<string, unknown>;
  upload: {
    id: string;
    url: string;
    committed_bytes: number;
    size_bytes: number | null;
    complete: boolean;
  };
  progress: Progress | null;
  failure: Failure | null;
  summary: Summary | null;
  create_time: string;
  start_time: string | null;
  end_time: string | null;
}

export const isFinal = (state: State): boolean =>
  state === 'succeeded' || state === 'failed' || state === 'cancelled';

/** In the format of audiowaveform: the lowest and the highest sample of each point, by turns. */
export interface WaveformData {
  sample_rate: number;
  samples_per_pixel: number;
  bits: number;
  length: number;
  data: readonly number[];
}
