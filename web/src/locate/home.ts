/** What of the world is shown when an answer comes. Pure. */

import { type Answer, pointOf } from './answer';
import { type Box, INHABITED, WORLD, around, boxOf, hull, project } from './view';

const ROOM = 1.1; // around a circle
// The circle of 90 % is shown where it tells more than that nobody knows.
const MOST_TIMES = 3.2;
const MOST_KM = 3000;
const LEAST_SHARE = 0.1; // of the likeliest candidate's probability

/** The circle of 50 %, that of 90 % where it is no world of its own, and who else may be it. */
export function homeOf(answer: Answer | null): Box {
  const point = answer && pointOf(answer);
  if (!answer || !point) return INHABITED;
  const half_km = answer.radius_km ?? 0;
  const most_km = answer.radius_90_km ?? half_km;
  const shown_km = most_km <= Math.min(MOST_KM, MOST_TIMES * half_km) ? most_km : half_km;
  const least = LEAST_SHARE * Math.max(...answer.candidates.map((one) => one.probability));
  const [near] = project(point);
  const boxes = answer.candidates
    .filter((one) => one.probability >= least)
    .map(({ lat, lon }) => {
      const [x] = project([lon, lat]);
      const turn = 360 * Math.round((near - x) / WORLD);
      return boxOf([lon + turn, lat], [lon + turn, lat]);
    });
  const all = hull([around(point, shown_km * ROOM), ...boxes]);
  return all.east - all.west > 0.6 * WORLD ? INHABITED : all;
}
