/** The changes of a person, kept in this browser, each of which can be taken back. */

import { useComputed, useSignal, type ReadonlySignal } from '@preact/signals';
import { useCallback, useEffect } from 'preact/hooks';
import type { Segment } from '../api/types';
import { editsOf, keepEdits } from '../jobs/kept';
import { correct, merge, NO_EDITS, rename, type Edits } from './edits';

const MOST_STEPS = 500;

export interface EditsHere {
  now: ReadonlySignal<Edits>;
  canUndo: ReadonlySignal<boolean>;
  /** Whether the browser keeps them. */
  kept: ReadonlySignal<boolean>;
  rename(label: string, name: string): void;
  merge(keptLabel: string, merged: string): void;
  /** segment: as the model wrote it. */
  correct(segment: Segment, text: string): void;
  undo(): void;
}

export function useEdits(id: string): EditsHere {
  const steps = useSignal<Edits[]>([NO_EDITS]);
  const kept = useSignal(true);
  useEffect(() => {
    void editsOf(id).then((found) => (steps.value = [found]));
  }, [id]);
  const now = useComputed(() => steps.value.at(-1)!);
  const show = useCallback(
    (next: Edits[]) => {
      steps.value = next.slice(-MOST_STEPS);
      void keepEdits(id, next.at(-1)!).then((done) => (kept.value = done));
    },
    [id],
  );
  const change = useCallback(
    (next: Edits) => {
      if (JSON.stringify(next) !== JSON.stringify(now.value)) show([...steps.value, next]);
    },
    [show],
  );
  return {
    now,
    kept,
    canUndo: useComputed(() => steps.value.length > 1),
    rename: useCallback((label, name) => change(rename(now.value, label, name)), [change]),
    merge: useCallback((into, merged) => change(merge(now.value, into, merged)), [change]),
    correct: useCallback((segment, text) => change(correct(now.value, segment, text)), [change]),
    undo: useCallback(() => {
      if (steps.value.length > 1) show(steps.value.slice(0, -1));
    }, [show]),
  };
}
