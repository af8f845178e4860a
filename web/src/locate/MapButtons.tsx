/** Zooming for who has no wheel and no keys. */

import type { Moves } from './gestures';

const STEP = 1.8;

export function MapButtons({ moves }: { moves: Moves }) {
  return (
    <div class="map-buttons">
      <button type="button" aria-label="Zoom in" onClick={() => moves.zoom(STEP, undefined, true)}>
        +
      </button>
      <button
        type="button"
        aria-label="Zoom out"
        onClick={() => moves.zoom(1 / STEP, undefined, true)}
      >
        −
      </button>
      <button type="button" aria-label="Show the answer" onClick={moves.home}>
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <circle cx="8" cy="8" r="4.5" fill="none" stroke="currentColor" stroke-width="1.5" />
          <path d="M8 1v4M8 11v4M1 8h4M11 8h4" stroke="currentColor" stroke-width="1.5" />
        </svg>
      </button>
    </div>
  );
}
