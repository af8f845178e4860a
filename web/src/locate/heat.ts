/** What can be said of the heat without drawing it. */

import type { HeatCell } from './answer';

/** How much of the probability the shaded cells hold. */
export function heatShare(heat: HeatCell[]): number {
  return heat.reduce((sum, cell) => sum + cell.probability, 0);
}
