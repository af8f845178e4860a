/** A job as it goes on: its state, its progress and its text. */

import { signal, type Signal } from '@preact/signals';
import { sentence } from '../api/http';
import { getTranscript, getWaveform } from '../api/jobs';
import { events, type ServerEvent } from '../api/sse';
import {
  isFinal,
  type Job,
  type Progress,
  type Segment,
  type Transcript,
  type WaveformData,
} from '../api/types';
import { put, update } from './store';

export interface Watched {
  job: Signal<Job | null>;
  progress: Signal<Progress | null>;
  segments: Signal<Segment[]>;
  transcript: Signal<Transcript | null>;
  waveform: Signal<WaveformData | null>;
  /** The connection is lost; it is tried again. */
  broken: Signal<boolean>;
  error: Signal<string | null>;
  stop(): void;
}

export function watch(id: string): Watched {
  const stop = new AbortController();
  const watched: Watched = {
    job: signal(null),
    progress: signal(null),
    segments: signal([]),
    transcript: signal(null),
    waveform: signal(null),
    broken: signal(false),
    error: signal(null),
    stop: () => stop.abort(),
  };
  void follow(id, watched, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) watched.error.value = sentence(error);
  });
  return watched;
}

async function follow(id: string, watched: Watched, stop: AbortSignal): Promise<void> {
  watched.job.value = await update(id);
  if (!isFinal(watched.job.value.state)) {
    const draft = new Draft(watched.segments);
    const path = `/v1/jobs/${encodeURIComponent(id)}/events`;
    for await (const event of events(path, stop, (broken) => (watched.broken.value = broken))) {
      take(event, watched, draft);
    }
    if (stop.aborted) return;
    watched.job.value = await update(id);
  }
  if (watched.job.value.state === 'succeeded') {
    const whole = await getTranscript(id);
    watched.segments.value = whole.segments;
    watched.transcript.value = whole;
    watched.waveform.value = await getWaveform(id);
  }
}

function take(event: ServerEvent, watched: Watched, draft: Draft): void {
  const said = JSON.parse(event.data) as Record<string, unknown>;
  if (event.event === 'segment' || event.event === 'segment_revised') {
    draft.add(said.segment as Segment);
  } else if (event.event === 'speakers_merged') {
    draft.merge(said.kept as string, said.merged as string);
  } else if (event.event === 'progress') {
    watched.progress.value = said as unknown as Progress;
  } else if (event.event === 'state' && watched.job.value) {
    watched.job.value = { ...watched.job.value, ...said };
    put(watched.job.value);
  }
}

/** The text so far. Many events at once are shown once. */
class Draft {
  #byId = new Map<number, Segment>();
  #waiting = false;

  constructor(private readonly shown: Signal<Segment[]>) {}

  add(segment: Segment): void {
    this.#byId.set(segment.id, segment);
    this.#show();
  }

  merge(kept: string, merged: string): void {
    for (const [id, segment] of this.#byId) {
      if (segment.speaker === merged) this.#byId.set(id, { ...segment, speaker: kept });
    }
    this.#show();
  }

  #show(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    // Not by animation frame: a page in the background has none.
    setTimeout(() => {
      this.#waiting = false;
      this.shown.value = [...this.#byId.values()].sort((a, b) => a.start_s - b.start_s || a.id - b.id);
    }, 50);
  }
}
