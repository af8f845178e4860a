/** What is drawn on the map, as SVG paths in units of the world. Pure. */

import { geoCircle, geoPath } from 'd3-geo';
import type { Geometry, Position } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import type { HeatCell, LonLat } from './answer';
import { WORLD, mercator } from './view';

const KM_A_DEGREE = 111.195;
const DIGITS = 3; // of a unit: 40 m
const MAP_DIGITS = 2;
export const SHADES = 6;

export type World = Topology<{
  countries: GeometryCollection<{ name: string }>;
}>;

/** A country's name, and the room that there is for it: a box around its largest part. */
export interface Label {
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A country's land, and its name. */
export interface Country {
  id: string;
  path: string;
  label: Label | null;
}

/** Every country by itself, so that a browser draws only those that are seen. */
export function countriesOf(world: World): Country[] {
  const path = geoPath(mercator()).digits(MAP_DIGITS);
  return feature(world, world.objects.countries).features.map((country, index) => ({
    id: `${index}`, // two territories may have one number
    path: path(country) ?? '',
    label: labelOf(country.geometry, country.properties.name),
  }));
}

function labelOf(shape: Geometry, name: string): Label | null {
  const largest = largestPart(shape);
  if (!largest) return null;
  const path = geoPath(mercator());
  const [[west, north], [east, south]] = path.bounds(largest);
  const [x, y] = path.centroid(largest);
  return { name, x, y, width: east - west, height: south - north };
}

/** The part with the longest coast, in corners: that is found at once, also among 500 islands. */
function largestPart(shape: Geometry): Geometry | null {
  if (shape.type === 'Polygon') return shape;
  if (shape.type !== 'MultiPolygon') return null;
  const corners = (rings: Position[][]) => rings[0]?.length ?? 0;
  const rings = shape.coordinates.reduce((a, b) => (corners(b) > corners(a) ? b : a));
  return { type: 'Polygon', coordinates: rings };
}

/**
 * All within a radius of the centre, with the centre's meridian in the middle of the world's width:
 * so no circle is cut, but for those that are half of the globe.
 */
export function circle([lon, lat]: LonLat, radius_km: number): { area: string; line: string } {
  const shape = geoCircle().center([lon, lat]).radius(radius_km / KM_A_DEGREE).precision(2)();
  const path = geoPath(mercator(lon)).digits(DIGITS);
  // An area that is cut is closed along the cut; the line around it is not.
  const line: Geometry = { type: 'MultiLineString', coordinates: shape.coordinates };
  return { area: path(shape) ?? '', line: path(line) ?? '' };
}

/**
 * The heat in shades that lie on each other: all cells in the first, the likeliest alone in the
 * last. Each shade is one path, so that no seams are seen between its cells.
 */
export function heatShades(heat: HeatCell[]): string[] {
  const highest = Math.max(...heat.map((cell) => cell.probability), 0);
  if (highest <= 0) return [];
  return Array.from({ length: SHADES }, (_, level) =>
    heat
      .filter((cell) => Math.sqrt(cell.probability / highest) >= level / SHADES)
      .flatMap((cell) => cell.rings)
      .map(ringPath)
      .join(''),
  );
}

function ringPath(ring: LonLat[]): string {
  const projection = mercator();
  const points = ring.map(([lon, lat]) => {
    // A corner on the antimeridian is at the end of the map at which the ring is.
    const [x, y] = projection([lon, lat]) ?? [0, 0];
    const side = Math.abs(lon) === 180 ? (lon > 0 ? WORLD : 0) : x;
    return `${side.toFixed(DIGITS)},${y.toFixed(DIGITS)}`;
  });
  return points.length ? `M${points.join('L')}Z` : '';
}

/** The copy of a place that is nearest to a longitude, which may lie beyond 180. */
export function nearestCopy([lon, lat]: LonLat, middle: number): LonLat {
  return [lon + 360 * Math.round((middle - lon) / 360), lat];
}
