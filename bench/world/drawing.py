"""Outlines of countries for drawing: small, and cut at the 180th meridian."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from audiosvc.geo.world import Line
from world.topojson import Feature, Ring

EDGE = 180.0


def drawing(features: Iterable[Feature], codes: Mapping[str, str | None]) -> str:
    """JSON: a country's code and its rings a row, in tenths of a degree; null without a code.

    codes: by the features' names.
    """
    rows = [
        (codes.get(feature.name), [ring for whole in feature.rings for ring in cut(whole)])
        for feature in features
    ]
    return json.dumps(sorted(rows, key=lambda row: row[0] or ""), separators=(",", ":"))


def cut(ring: Ring) -> list[Line]:
    """A ring as one or several that lie within 180° W and 180° E, rounded."""
    points = [(float(lon), float(lat)) for lon, lat in ring[:-1]]
    pieces = []
    for shift in (-360.0, 0.0, 360.0):
        piece = _beside(_beside([(lon + shift, lat) for lon, lat in points], 1.0), -1.0)
        if len(piece) > 2:
            pieces.append(_rounded([*piece, piece[0]]))
    return pieces


def _beside(points: Line, sign: float) -> Line:
    """What lies west of 180° E (sign 1) or east of 180° W (sign -1), after Sutherland-Hodgman."""
    kept: Line = []
    for (lon, lat), (next_lon, next_lat) in zip(points, points[1:] + points[:1], strict=True):
        inside, next_inside = sign * lon <= EDGE, sign * next_lon <= EDGE
        if inside:
            kept.append((lon, lat))
        if inside != next_inside:
            part = (sign * EDGE - lon) / (next_lon - lon)
            kept.append((sign * EDGE, lat + part * (next_lat - lat)))
    return kept


def _rounded(points: Line) -> Line:
    """To tenths, without points that rounding made equal."""
    line = [(round(lon, 1), round(lat, 1)) for lon, lat in points]
    return [point for place, point in enumerate(line) if not place or point != line[place - 1]]
