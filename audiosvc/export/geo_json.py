"""A located recording as one JSON object on one line."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from audiosvc.estimates import Candidate, Contribution, GeoEstimate
from audiosvc.export.clock import milliseconds
from audiosvc.export.geo_shapes import cell
from audiosvc.export.text import encodable
from audiosvc.spans import Span

CORNER_DIGITS = 3  # of a degree: a hundred metres, where a cell has a hundred kilometres


def serialise(estimate: GeoEstimate, name: str, *, heat: bool = False) -> str:
    """Everything; the map's cells only with heat. name: of the recording, as it was given."""
    found = document(estimate, name, heat=heat)
    return encodable(json.dumps(found, ensure_ascii=False)) + "\n"


def document(estimate: GeoEstimate, name: str, *, heat: bool = False) -> dict[str, Any]:
    """The object. lat, lon and radii are null where no guess is given.

    heat: with the map's likeliest cells, likeliest first, as rings of ``[lon, lat]``.
    """
    point = estimate.point
    told = {
        "file": name,
        "status": estimate.status,
        "lat": None if point is None else _degrees(point.lat),
        "lon": None if point is None else _degrees(point.lon),
        "radius_km": None if point is None else _rounded(estimate.radius_50_km, 1),
        "radius_90_km": None if point is None else _rounded(estimate.radius_90_km, 1),
        "localizability": _rounded(estimate.localizability, 4),
        "candidates": [_candidate(candidate) for candidate in estimate.candidates],
        "evidence": [_evidence(piece) for piece in estimate.evidence],
        "reasoning": list(estimate.reasoning),
        "summary": estimate.summary,
        "notices": [{"code": one.code, "message": one.message} for one in estimate.notices],
        "listened_s": _rounded(estimate.listened_s, 3),
        "version": estimate.version,
    }
    return told | ({"heat": _heat(estimate)} if heat else {})


def _heat(estimate: GeoEstimate) -> list[dict[str, Any]]:
    """A cell across the antimeridian has a ring on either side."""
    return [
        {
            "h3": index,
            "probability": _rounded(probability, 6),
            "rings": [
                [[round(lon, CORNER_DIGITS), round(lat, CORNER_DIGITS)] for lon, lat in ring]
                for ring in cell(index)
            ],
        }
        for index, probability in sorted(estimate.heat, key=lambda one: -one[1])
    ]


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "name": candidate.name,
        "admin": candidate.admin,
        "country": candidate.country,
        "country_name": candidate.country_name,
        "continent": candidate.continent,
        "lat": _degrees(candidate.point.lat),
        "lon": _degrees(candidate.point.lon),
        "probability": _rounded(candidate.probability, 4),
    }


def _evidence(piece: Contribution) -> dict[str, Any]:
    whole = _whole(piece.spans)
    return {
        "source": piece.source,
        "category": piece.category,
        "claim": piece.claim,
        "bits": _rounded(piece.bits, 2),
        "start_s": None if whole is None else _seconds(whole.start_s),
        "end_s": None if whole is None else _seconds(whole.end_s),
        "spans": [
            {"start_s": _seconds(span.start_s), "end_s": _seconds(span.end_s)}
            for span in piece.spans
        ],
    }


def _whole(spans: Sequence[Span]) -> Span | None:
    """From the first to the last."""
    if not spans:
        return None
    return Span(min(span.start_s for span in spans), max(span.end_s for span in spans))


def _seconds(time_s: float) -> float:
    return milliseconds(time_s) / 1000


def _degrees(value: float) -> float | None:
    return _rounded(value, 5)


def _rounded(value: float, digits: int) -> float | None:
    """JSON knows no number for what is none."""
    return round(float(value), digits) if math.isfinite(value) else None
