/** The text, row by row; only what is in sight is there. */

import type { ReadonlySignal } from '@preact/signals';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Segment } from '../api/types';
import type { Look } from './colours';
import { Row } from './Row';
import type { Hit } from './search';
import { useVirtual } from './useVirtual';

const CHARACTERS_A_LINE = 80;
const NO_HITS: readonly Hit[] = [];

export interface TranscriptProps {
  segments: readonly Segment[];
  nameOf(label: string): string;
  lookOf(label: string): Look;
  corrected: ReadonlySet<number>;
  canEdit: boolean;
  hits: ReadonlyMap<number, readonly Hit[]>;
  current: Hit | null;
  spoken: ReadonlySignal<{ row: number; word: number }>;
  follow: ReadonlySignal<boolean>;
  onHear(start_s: number, end_s?: number): void;
  onSpeaker(label: string): void;
  onCorrect(segment: Segment, text: string): void;
}

export function Transcript(props: TranscriptProps) {
  const { segments, current } = props;
  const list = useRef<HTMLOListElement>(null);
  const [top, setTop] = useState(0);
  const rows = useVirtual(
    segments.length,
    (row) => 62 + 26 * Math.floor((segments[row]?.text.length ?? 0) / CHARACTERS_A_LINE),
    (row) => segments[row]?.id ?? row,
    top,
  );
  useLayoutEffect(() => {
    if (!list.current) return;
    const now = Math.round(list.current.getBoundingClientRect().top + window.scrollY);
    if (Math.abs(now - top) > 1) setTop(now);
  });
  useLayoutEffect(() => {
    if (current) rows.scrollToIndex(current.row, { align: 'center' });
  }, [current]);
  const spokenRow = props.spoken.value.row;
  useLayoutEffect(() => {
    if (props.follow.value && spokenRow >= 0) rows.scrollToIndex(spokenRow, { align: 'center' });
  }, [spokenRow]);
  return (
    <ol ref={list} class="transcript" style={{ height: `${rows.getTotalSize()}px` }}>
      {rows.getVirtualItems().map((item) => {
        const segment = segments[item.index];
        if (!segment) return null;
        const label = segment.speaker;
        return (
          <li
            key={item.key}
            data-index={item.index}
            ref={rows.measureElement}
            class="row"
            aria-setsize={segments.length}
            aria-posinset={item.index + 1}
            style={{ transform: `translateY(${item.start - top}px)` }}
          >
            <Row
              row={item.index}
              segment={segment}
              name={label === null ? null : props.nameOf(label)}
              look={label === null ? null : props.lookOf(label)}
              hits={props.hits.get(item.index) ?? NO_HITS}
              current={current?.row === item.index ? current : null}
              spoken={props.spoken}
              corrected={props.corrected.has(segment.id)}
              canEdit={props.canEdit}
              onHear={props.onHear}
              onSpeaker={props.onSpeaker}
              onCorrect={props.onCorrect}
            />
          </li>
        );
      })}
    </ol>
  );
}
