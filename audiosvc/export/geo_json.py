"""A located recording as one JSON object on one line."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from audiosvc.estimates import Candidate, Contribution, GeoEstimate
from audiosvc.export.clock import milliseconds
from audiosvc.export.text import encodable
from audiosvc.spans import Span


def serialise(estimate: GeoEstimate, name: str) -> str:
    """Everything but the map's cells. name: of the recording, as it was given."""
    return encodable(json.dumps(document(estimate, name), ensure_ascii=False)) + "\n"


def document(estimate: GeoEstimate, name: str) -> dict[str, Any]:
    """The object. lat, lon and radii are null where no guess is given."""
    point = estimate.point
    return {
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
