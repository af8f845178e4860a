/** Rows of a long list, of which only those in sight are there. The window scrolls. */

import {
  measureElement,
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  windowScroll,
} from '@tanstack/virtual-core';
import { useLayoutEffect, useMemo, useReducer } from 'preact/hooks';

const OVERSCAN = 12;
export type Rows = Virtualizer<Window, HTMLElement>;

/** key: by which a row stays the same one when others come. top: where the list begins. */
export function useVirtual(
  count: number,
  estimate: (row: number) => number,
  key: (row: number) => number,
  top: number,
): Rows {
  const [, redraw] = useReducer((drawn: number) => drawn + 1, 0);
  const options = {
    count,
    estimateSize: estimate,
    getItemKey: key,
    getScrollElement: () => window,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    measureElement,
    overscan: OVERSCAN,
    scrollMargin: top,
    initialOffset: () => window.scrollY,
    onChange: () => redraw(0),
  };
  const rows = useMemo(() => new Virtualizer<Window, HTMLElement>(options), []);
  rows.setOptions(options);
  useLayoutEffect(() => rows._didMount(), []);
  useLayoutEffect(() => rows._willUpdate());
  return rows;
}
