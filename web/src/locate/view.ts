/** Which part of the world is seen, and how that changes. Pure. */

import { geoMercator, type GeoProjection } from 'd3-geo';
import type { LonLat } from './answer';

/** The world's width, and its height, before it is zoomed: the unit of all paths. */
export const WORLD = 1000;
const MOST_ZOOM = 120; // a window of 300 km; the coasts know no more
const FIT_MARGIN = 0.1;
const LEAST_FIT_KM = 250; // shown to every side of a point

export interface Size {
  width: number;
  height: number;
}

/** On the screen is `k · world + (x, y)`, in CSS pixels. */
export interface View {
  k: number;
  x: number;
  y: number;
}

/** A part of the world, in its units; it may reach beyond the antimeridian. */
export interface Box {
  west: number;
  north: number;
  east: number;
  south: number;
}

/** Where people are: without most of the polar regions, which Mercator makes huge. */
export const INHABITED: Box = boxOf([-180, 78], [180, -58]);

/** Mercator, which keeps shapes; `centre_lon` is in the middle of the world's width. */
export function mercator(centre_lon = 0): GeoProjection {
  return geoMercator()
    .rotate([-centre_lon, 0])
    .scale(WORLD / (2 * Math.PI))
    .translate([WORLD / 2, WORLD / 2])
    .precision(0.05);
}

/** A place in units of the world. */
export function project([lon, lat]: LonLat): [number, number] {
  const y = Math.log(Math.tan(Math.PI / 4 + (clamp(lat, -85.05, 85.05) * Math.PI) / 360));
  return [((lon + 180) / 360) * WORLD, WORLD / 2 - (y * WORLD) / (2 * Math.PI)];
}

/** The longitude in the middle of a view, which may lie beyond 180. */
export function middleLon(view: View, size: Size): number {
  return ((size.width / 2 - view.x) / view.k / WORLD) * 360 - 180;
}

export function boxOf(northWest: LonLat, southEast: LonLat): Box {
  const [west, north] = project(northWest);
  const [east, south] = project(southEast);
  return { west, north, east, south };
}

/** What lies within a radius of a place; at most the inhabited world. */
export function around([lon, lat]: LonLat, radius_km: number): Box {
  const up = Math.max(radius_km, LEAST_FIT_KM) / 111.2;
  const widest = Math.max(Math.cos((Math.min(Math.abs(lat) + up / 2, 85) * Math.PI) / 180), 0.1);
  const side = up / widest;
  if (side >= 120 || up >= 70) return INHABITED;
  return boxOf([lon - side, Math.min(lat + up, 84)], [lon + side, Math.max(lat - up, -84)]);
}

/** A box that has all of the boxes. */
export function hull(boxes: Box[]): Box {
  return {
    west: Math.min(...boxes.map((box) => box.west)),
    north: Math.min(...boxes.map((box) => box.north)),
    east: Math.max(...boxes.map((box) => box.east)),
    south: Math.max(...boxes.map((box) => box.south)),
  };
}

/** The view that shows a box, in the middle. */
export function fit(box: Box, size: Size): View {
  const [width, height] = [box.east - box.west, box.south - box.north];
  const room = 1 + 2 * (width >= WORLD ? 0 : FIT_MARGIN);
  const k = Math.min(size.width / (width * room), size.height / (height * room));
  const [x, y] = [(box.west + box.east) / 2, (box.north + box.south) / 2];
  return limited(centred(x, y, clamp(k, leastZoom(size), MOST_ZOOM), size), size);
}

/** The view of that zoom with a place of the world in its middle. */
export function centred(x: number, y: number, k: number, size: Size): View {
  return limited({ k, x: size.width / 2 - k * x, y: size.height / 2 - k * y }, size);
}

/** Zooms by a factor about a point of the screen, which stays where it is. */
export function zoomed(view: View, factor: number, at: [number, number], size: Size): View {
  const k = clamp(view.k * factor, leastZoom(size), MOST_ZOOM);
  const share = k / view.k;
  const moved = { k, x: at[0] - (at[0] - view.x) * share, y: at[1] - (at[1] - view.y) * share };
  return limited(moved, size);
}

export function panned(view: View, dx: number, dy: number, size: Size): View {
  return limited({ ...view, x: view.x + dx, y: view.y + dy }, size);
}

/** What lies a share of the way from one view to another, for a calm transition. */
export function between(from: View, to: View, share: number, size: Size): View {
  const k = from.k * (to.k / from.k) ** share;
  // The middle moves in step with the zoom, so that it does not swerve.
  const done = from.k === to.k ? share : (1 / from.k - 1 / k) / (1 / from.k - 1 / to.k);
  const middle = (view: View) => [
    (size.width / 2 - view.x) / view.k,
    (size.height / 2 - view.y) / view.k,
  ];
  const [start, end] = [middle(from), middle(to)];
  const at = (axis: number) => start[axis]! + (end[axis]! - start[axis]!) * done;
  return { k, x: size.width / 2 - k * at(0), y: size.height / 2 - k * at(1) };
}

/** The copies of the world that are seen: it goes on beyond the antimeridian. */
export function copies(view: View, size: Size): number[] {
  const first = Math.floor(-view.x / view.k / WORLD);
  const last = Math.floor((size.width - view.x) / view.k / WORLD);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** The world fills the window: no less zoom than that. */
function leastZoom(size: Size): number {
  return Math.max(size.width / WORLD, size.height / WORLD) * 0.999;
}

/** Keeps the window on the map from north to south; from west to east it goes round. */
function limited(view: View, size: Size): View {
  const y = clamp(view.y, size.height - view.k * WORLD, 0);
  return { ...view, y };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

/** The longest round distance that fits into so many pixels, and how many it takes. */
export function scaleBar(view: View, size: Size, most_px: number): { km: number; px: number } {
  const y = (size.height / 2 - view.y) / view.k;
  // Mercator stretches by 1 / cos(latitude).
  const stretch = Math.cosh(((WORLD / 2 - y) * 2 * Math.PI) / WORLD);
  const km_a_px = 40_030 / (WORLD * view.k * stretch);
  const ten = 10 ** Math.floor(Math.log10(most_px * km_a_px));
  const km = [5, 2, 1].map((step) => step * ten).find((one) => one <= most_px * km_a_px) ?? ten;
  return { km, px: km / km_a_px };
}
