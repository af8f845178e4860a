/** The part of the world that a map shows, with calm changes from one to another. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Moves } from './gestures';
import { type Box, type Size, type View, between, fit, panned, zoomed } from './view';

const CALM_MS = 350;

export interface Seen {
  size: Size;
  view: View;
  moves: Moves;
  /** Goes to where all of a box is seen. */
  show: (box: Box) => void;
}

/** home: what is shown at first, and again with every new one. */
export function useView(frame: { current: HTMLElement | null }, home: Box): Seen {
  const [size, setSize] = useState<Size>({ width: 640, height: 360 });
  const [view, setView] = useState<View>(() => fit(home, size));
  const now = useRef({ size, view, home, frames: 0, isTouched: false });
  Object.assign(now.current, { size, view, home });

  const first = useRef<Box | null>(home);
  const controls = useMemo(() => {
    const state = now.current;
    const stop = () => cancelAnimationFrame(state.frames);
    const jump = (to: View) => {
      stop();
      state.view = to;
      setView(to);
    };
    const glide = (to: View) => {
      if (matchMedia('(prefers-reduced-motion: reduce)').matches) return jump(to);
      stop();
      const from = state.view;
      const began_ms = performance.now();
      const step = () => {
        const share = Math.min(1, (performance.now() - began_ms) / CALM_MS);
        const eased = 1 - (1 - share) ** 3;
        state.view = share < 1 ? between(from, to, eased, state.size) : to;
        setView(state.view);
        if (share < 1) state.frames = requestAnimationFrame(step);
      };
      step();
    };
    const moves: Moves = {
      pan(dx, dy) {
        state.isTouched = true;
        jump(panned(state.view, dx, dy, state.size));
      },
      zoom(factor, at, isCalm) {
        state.isTouched = true;
        const where = at ?? [state.size.width / 2, state.size.height / 2];
        (isCalm ? glide : jump)(zoomed(state.view, factor, where, state.size));
      },
      home() {
        state.isTouched = false;
        glide(fit(state.home, state.size));
      },
    };
    const show = (box: Box) => {
      state.isTouched = true;
      glide(fit(box, state.size));
    };
    return { moves, show, jump, stop };
  }, []);

  useLayoutEffect(() => {
    const watcher = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      if (!width || !height) return;
      const state = now.current;
      const grown = { width, height };
      setSize(grown);
      // Whoever looks at something keeps it in the middle.
      const [dx, dy] = [(width - state.size.width) / 2, (height - state.size.height) / 2];
      state.size = grown;
      controls.jump(
        state.isTouched
          ? panned(zoomed(state.view, 1, [0, 0], grown), dx, dy, grown)
          : fit(state.home, grown),
      );
    });
    watcher.observe(frame.current!);
    return () => {
      watcher.disconnect();
      controls.stop();
    };
  }, []);

  useEffect(() => {
    if (home !== first.current) controls.moves.home();
    first.current = null;
  }, [home]);

  return { size, view, moves: controls.moves, show: controls.show };
}
