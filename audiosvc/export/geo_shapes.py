"""Shapes on the globe as rings on a flat map: ``(lon, lat)`` in degrees, cut at the antimeridian.

A ring is closed: its first point is its last one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import h3

from audiosvc.estimates import Point

EARTH_KM = 6371.0088
CORNERS = 72
LonLat = tuple[float, float]
Ring = list[LonLat]
WORLD: Ring = [(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0), (-180.0, -90.0)]


def circle(centre: Point, radius_km: float) -> list[Ring]:
    """All within a radius. One that holds both poles is drawn as the whole world."""
    angle = radius_km / EARTH_KM
    north = angle >= math.radians(90.0 - centre.lat)
    south = angle >= math.radians(90.0 + centre.lat)
    if north and south:
        return [WORLD]
    edge = [_towards(centre, angle, 2 * math.pi * n / CORNERS) for n in range(CORNERS)]
    ring = _unwrapped([*edge, edge[0]])
    if abs(ring[-1][0] - ring[0][0]) > 180.0:  # it goes once around the world, and a pole
        return [_around_pole(edge, math.copysign(90.0, centre.lat))]
    return _cut(ring)


def cell(index: str) -> list[Ring]:
    """A cell of the grid by its H3 index."""
    edge = [(lon, lat) for lat, lon in h3.cell_to_boundary(index)]
    return _cut(_unwrapped([*edge, edge[0]]))


def _around_pole(edge: Iterable[LonLat], pole: float) -> Ring:
    """All between a line around the world and a pole, as a ring that begins at 180 degrees west."""
    line = sorted(((lon + 180.0) % 360.0 - 180.0, lat) for lon, lat in edge)
    (first_lon, first_lat), (last_lon, last_lat) = line[0], line[-1]
    share = (180.0 - last_lon) / (first_lon + 360.0 - last_lon)
    lat = last_lat + share * (first_lat - last_lat)
    return [(-180.0, lat), *line, (180.0, lat), (180.0, pole), (-180.0, pole), (-180.0, lat)]


def _towards(start: Point, angle: float, bearing: float) -> LonLat:
    """Where one comes to, going straight on. angle: of the way, seen from the earth's centre."""
    lat, lon = math.radians(start.lat), math.radians(start.lon)
    sine = math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(bearing)
    east = math.sin(bearing) * math.sin(angle) * math.cos(lat)
    north = math.cos(angle) - math.sin(lat) * sine
    end_lat = math.degrees(math.asin(max(-1.0, min(1.0, sine))))
    return math.degrees(lon + math.atan2(east, north)), end_lat


def _unwrapped(ring: Sequence[LonLat]) -> Ring:
    """The ring without jumps from one end of the map to the other; it may leave the map."""
    found: Ring = []
    for lon, lat in ring:
        before = found[-1][0] if found else lon
        found.append((lon - 360.0 * round((lon - before) / 360.0), lat))
    return found


def _cut(ring: Ring) -> list[Ring]:
    """The parts of a ring that lie on the map, those that left it on the other side of it."""
    parts = (
        _clipped([(lon + turn, lat) for lon, lat in ring[:-1]]) for turn in (-360.0, 0.0, 360.0)
    )
    return [[*part, part[0]] for part in parts if len(part) > 2]


def _clipped(corners: Iterable[LonLat]) -> Ring:
    """Corners of what lies between 180 degrees west and east; few or none if nothing does."""
    kept = _half(list(corners), -180.0, 1.0)
    return _half(kept, 180.0, -1.0)


def _half(corners: Ring, limit: float, side: float) -> Ring:
    """What lies on one side of a meridian."""
    kept: Ring = []
    for (lon, lat), (next_lon, next_lat) in zip(corners, corners[1:] + corners[:1], strict=True):
        is_in = (lon - limit) * side >= 0.0
        if is_in:
            kept.append((lon, lat))
        if is_in != ((next_lon - limit) * side >= 0.0):
            share = (limit - lon) / (next_lon - lon)
            kept.append((limit, lat + share * (next_lat - lat)))
    return kept if any(lon != limit for lon, _ in kept) else []
