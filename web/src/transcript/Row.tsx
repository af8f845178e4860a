/** One segment: when, who, and what, with words that can be heard and text that can be corrected. */

import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { memo } from '../ui/memo';
import type { Segment } from '../api/types';
import { clock } from './clock';
import { mark, type Look } from './colours';
import { pieces, type Hit } from './search';

export interface RowProps {
  segment: Segment;
  name: string | null;
  look: Look | null;
  hits: readonly Hit[];
  current: Hit | null;
  /** The word that is spoken, if it is one of these; -1 otherwise. */
  spoken: ReadonlySignal<{ row: number; word: number }>;
  row: number;
  corrected: boolean;
  canEdit: boolean;
  onHear(start_s: number, end_s?: number): void;
  onSpeaker(label: string): void;
  onCorrect(segment: Segment, text: string): void;
}

export const Row = memo(function Row(props: RowProps) {
  const { segment, name, look } = props;
  const editing = useSignal(false);
  return (
    <>
      <div class="row-who">
        {name !== null && look && segment.speaker !== null && (
          <button
            class="who"
            style={{ color: look.ink, background: look.wash }}
            onClick={() => props.onSpeaker(segment.speaker!)}
          >
            {mark(name) !== name && (
              <span class="who-mark" aria-hidden="true">
                {mark(name)}
              </span>
            )}
            <bdi>{name}</bdi>
          </button>
        )}
        <button
          class="when"
          aria-label={`Hear from ${clock(segment.start_s)}`}
          onClick={() => props.onHear(segment.start_s)}
        >
          {clock(segment.start_s)}
        </button>
      </div>
      <div class="row-what">
        {editing.value ? (
          <Editor {...props} onClose={() => (editing.value = false)} />
        ) : (
          <>
            <p dir="auto" lang={segment.language ?? undefined}>
              <Text {...props} />
            </p>
            <p class="row-notes">
              {segment.overlapped && <span title="Somebody else speaks as well">overlap</span>}
              {segment.events.map((event) => (
                <span key={event}>{event}</span>
              ))}
              {props.corrected && <span>corrected</span>}
              {props.canEdit && (
                <button class="link" onClick={() => (editing.value = true)}>
                  Correct
                  <span class="visually-hidden"> the text at {clock(segment.start_s)}</span>
                </button>
              )}
            </p>
          </>
        )}
      </div>
    </>
  );
});

function Text({ segment, hits, current, spoken, row, onHear }: RowProps) {
  const now = spoken.value.row === row ? spoken.value.word : -1;
  const listen = (event: MouseEvent) => {
    const at = (event.target as HTMLElement).dataset.word;
    const word = at === undefined ? undefined : segment.words[Number(at)];
    if (word) onHear(word.start_s);
  };
  return (
    <span onClick={listen}>
      {pieces(segment, hits, current).map((piece, place) => (
        <span
          key={place}
          data-word={piece.word ?? undefined}
          class={[
            piece.word !== null && 'word',
            piece.word !== null && piece.word === now && 'is-spoken',
            piece.hit && 'is-hit',
            piece.current && 'is-current',
          ]
            .filter(Boolean)
            .join(' ')}
        >
          {piece.text}
        </span>
      ))}
    </span>
  );
}

function Editor({ segment, onCorrect, onClose }: RowProps & { onClose(): void }) {
  const text = useSignal(segment.text);
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const save = () => {
    onCorrect(segment, text.value);
    onClose();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose();
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
  };
  return (
    <div class="editor">
      <textarea
        dir="auto"
        aria-label={`The text at ${clock(segment.start_s)}`}
        rows={Math.max(2, Math.ceil(segment.text.length / 70))}
        ref={field}
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
        onKeyDown={press}
      />
      <p>
        <button class="button is-small is-primary" onClick={save}>
          Save
        </button>{' '}
        <button class="button is-small" onClick={onClose}>
          Leave as it was
        </button>{' '}
        <span class="soft">Enter saves, Escape leaves it.</span>
      </p>
    </div>
  );
}
