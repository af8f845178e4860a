/** A transcript to listen to, to search and to correct. */

import { useComputed, useSignal } from '@preact/signals';
import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import type { Segment, Speaker } from '../api/types';
import type { Watched } from '../jobs/watch';
import { Player, type Lane, type PlayerHandle } from '../player/Player';
import { look } from './colours';
import { edited, isEdited, joined, labelOf, nameOf as namedIn, shown } from './edits';
import { Export } from './Export';
import { Find } from './Find';
import { Notices } from './Notices';
import { rowAt, wordAt } from './playhead';
import { search, type Hit } from './search';
import { Transcript } from './Transcript';
import { useEdits } from './useEdits';
import { Voices } from './Voices';

export interface ReviewProps {
  id: string;
  watched: Watched;
  recording: Blob | null;
}

export function Review({ id, watched, recording }: ReviewProps) {
  const edits = useEdits(id);
  const transcript = watched.transcript.value;
  const raw = watched.segments.value;
  const now = edits.now.value;
  const segments = useMemo(() => shown(raw, now), [raw, now]);
  const speakers = useMemo(
    () => joined(transcript?.speakers ?? heard(raw), (label) => labelOf(now, label)),
    [transcript, raw, now],
  );
  const places = useMemo(
    () => new Map((transcript?.speakers ?? heard(raw)).map((one, place) => [one.label, place])),
    [transcript, raw],
  );
  // Of a part of a recording, the times are those of the whole.
  const length_s = useMemo(
    () => raw.reduce((so_far, one) => Math.max(so_far, one.end_s), transcript?.duration_s ?? 0),
    [transcript, raw],
  );
  const nameOf = useCallback((label: string) => namedIn(now, label), [now]);
  const lookOf = useCallback((label: string) => look(places.get(label) ?? 0), [places]);
  const corrected = useMemo(() => new Set(Object.keys(now.texts).map(Number)), [now]);

  const player = useRef<PlayerHandle | null>(null);
  const follow = useSignal(true);
  const spoken = useSignal({ row: -1, word: -1 });
  const onTime = useCallback(
    (time_s: number) => {
      const row = rowAt(segments, time_s);
      const word = row < 0 ? -1 : wordAt(segments[row]!, time_s);
      if (row !== spoken.value.row || word !== spoken.value.word) spoken.value = { row, word };
    },
    [segments],
  );
  const hear = useCallback(
    (start_s: number, end_s?: number) => player.current?.playFrom(start_s, end_s),
    [],
  );
  const lanes = useMemo<Lane[]>(
    () =>
      speakers.map(({ label }) => ({
        label,
        name: nameOf(label),
        colour: lookOf(label).ink,
        spans: (transcript?.turns.length ? transcript.turns : segments)
          .filter((one) => one.speaker !== null && labelOf(now, one.speaker) === label)
          .map(({ start_s, end_s }) => ({ start_s, end_s })),
      })),
    [speakers, transcript, segments, nameOf, lookOf],
  );

  const correct = useCallback(
    (segment: Segment, text: string) => {
      const written = raw.find((one) => one.id === segment.id);
      if (written) edits.correct(written, text);
    },
    [raw, edits.correct],
  );

  const asked = useSignal('');
  const at = useSignal(0);
  const hits = useMemo(() => search(segments, asked.value), [segments, asked.value]);
  const byRow = useMemo(() => grouped(hits), [hits]);
  const place = hits.length ? Math.min(at.value, hits.length - 1) : 0;
  const ask = (text: string) => {
    asked.value = text;
    at.value = 0;
  };
  const go = (step: number) => {
    if (hits.length) at.value = (place + step + hits.length) % hits.length;
  };
  const canEdit = transcript !== null;
  const focusVoice = useCallback((label: string) => document.getElementById(`voice-${label}`)?.focus(), []);
  useKeys(edits.undo);
  const name = useComputed(() => watched.job.value?.display_name ?? '');
  if (!segments.length && !transcript) return null;
  return (
    <>
      <div class="desk">
        {transcript && (
          <Player
            source={recording}
            waveform={watched.waveform.value}
            duration_s={length_s}
            lanes={lanes}
            onTime={onTime}
            handle={(handle) => (player.current = handle)}
          />
        )}
        <div class="tools">
          <Find asked={asked.value} count={hits.length} at={place} onAsk={ask} onGo={go} />
          <label class="follow">
            <input
              type="checkbox"
              checked={follow.value}
              onChange={(event) => (follow.value = event.currentTarget.checked)}
            />{' '}
            Follow what is heard
          </label>
          {canEdit && (
            <button class="button is-small" disabled={!edits.canUndo.value} onClick={edits.undo}>
              Undo
            </button>
          )}
          {transcript && <Export name={name.value} transcript={edited(transcript, now)} />}
        </div>
      </div>
      <Voices
        speakers={speakers}
        nameOf={nameOf}
        lookOf={lookOf}
        canEdit={canEdit}
        onRename={edits.rename}
        onMerge={edits.merge}
      />
      {isEdited(now) && (
        <p class="soft" role="status">
          {edits.kept.value
            ? 'Your changes are kept in this browser. Save a file to share them.'
            : 'This browser keeps nothing: save a file before you close the page.'}
        </p>
      )}
      {transcript && <Notices transcript={transcript} onHear={hear} />}
      <Transcript
        segments={segments}
        nameOf={nameOf}
        lookOf={lookOf}
        corrected={corrected}
        canEdit={canEdit}
        hits={byRow}
        current={hits[place] ?? null}
        spoken={spoken}
        follow={follow}
        onHear={hear}
        onSpeaker={focusVoice}
        onCorrect={correct}
      />
    </>
  );
}

/** The voices of a text that is still being written. */
function heard(segments: readonly Segment[]): Speaker[] {
  const each = segments.flatMap(({ speaker, start_s, end_s }) =>
    speaker === null ? [] : [{ label: speaker, speech_s: end_s - start_s, first_s: start_s }],
  );
  return joined(each, (label) => label);
}

function grouped(hits: readonly Hit[]): Map<number, Hit[]> {
  const found = new Map<number, Hit[]>();
  for (const hit of hits) {
    const known = found.get(hit.row);
    if (known) known.push(hit);
    else found.set(hit.row, [hit]);
  }
  return found;
}

/** Ctrl-Z takes back, but not while something is being written. */
function useKeys(undo: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const writing = /^(INPUT|TEXTAREA|SELECT)$/.test((event.target as HTMLElement).tagName);
      if (writing || event.key !== 'z' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      undo();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [undo]);
}
