"""A located recording as GeoJSON (RFC 7946), for any program that draws maps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from audiosvc.estimates import GeoEstimate, Point
from audiosvc.export.geo_shapes import Ring, cell, circle
from audiosvc.export.text import encodable

DIGITS = 5


def serialise(estimate: GeoEstimate, name: str) -> str:
    """A FeatureCollection, on one line; ``role`` says what each feature is.

    ``estimate`` is the answer, ``radius_50`` and ``radius_90`` the circles around it, then there
    are each ``candidate`` and each ``heat`` cell, likeliest first. Without a guess there is none
    of them.
    """
    features = [*_answer(estimate, name), *_candidates(estimate), *_heat(estimate)]
    collection = {"type": "FeatureCollection", "features": features}
    return encodable(json.dumps(collection, ensure_ascii=False, allow_nan=False)) + "\n"


def _answer(estimate: GeoEstimate, name: str) -> list[dict[str, Any]]:
    if estimate.point is None:
        return []
    answer = _feature(
        _point(estimate.point),
        role="estimate",
        file=name,
        status=estimate.status,
        localizability=round(estimate.localizability, 4),
        summary=estimate.summary,
        reasoning=list(estimate.reasoning),
    )
    radii = {"radius_50": estimate.radius_50_km, "radius_90": estimate.radius_90_km}
    return [
        answer,
        *(
            _feature(_area(circle(estimate.point, km)), role=role, radius_km=round(km, 1))
            for role, km in radii.items()
        ),
    ]


def _candidates(estimate: GeoEstimate) -> list[dict[str, Any]]:
    return [
        _feature(
            _point(candidate.point),
            role="candidate",
            rank=rank,
            name=candidate.name,
            admin=candidate.admin,
            country=candidate.country,
            continent=candidate.continent,
            probability=round(candidate.probability, 4),
        )
        for rank, candidate in enumerate(estimate.candidates, 1)
    ]


def _heat(estimate: GeoEstimate) -> list[dict[str, Any]]:
    return [
        _feature(_area(cell(index)), role="heat", h3=index, probability=round(probability, 6))
        for index, probability in estimate.heat
    ]


def _feature(geometry: dict[str, Any], **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _point(point: Point) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(point.lon, DIGITS), round(point.lat, DIGITS)]}


def _area(rings: Sequence[Ring]) -> dict[str, Any]:
    """A polygon, or several where the antimeridian cuts it; outer rings go anticlockwise."""
    outer = [[_coordinates(ring)] for ring in rings]
    if len(outer) == 1:
        return {"type": "Polygon", "coordinates": outer[0]}
    return {"type": "MultiPolygon", "coordinates": outer}


def _coordinates(ring: Ring) -> list[list[float]]:
    doubled = sum((x2 - x1) * (y2 + y1) for (x1, y1), (x2, y2) in pairwise(ring))
    anticlockwise = ring if doubled < 0 else ring[::-1]
    return [[round(lon, DIGITS), round(lat, DIGITS)] for lon, lat in anticlockwise]
