"""Estimates to write."""

from __future__ import annotations

from audiosvc.estimates import Candidate, Contribution, GeoEstimate, Point
from audiosvc.spans import Span
from audiosvc.types import Notice

LYON = Candidate(
    "Lyon", "Auvergne-Rhône-Alpes", "FR", "France", "Europe", Point(45.7485, 4.8467), 0.613
)
GENEVA = Candidate("Geneva", "Geneva", "CH", "Switzerland", "Europe", Point(46.2022, 6.1457), 0.2)
LOCATED = GeoEstimate(
    status="LOCATED",
    point=Point(45.81234, 5.01234),
    radius_50_km=123.4,
    radius_90_km=987.6,
    localizability=0.72345,
    candidates=(LYON, GENEVA),
    evidence=(
        Contribution(
            "language", "human_sounds", "French speech", 4.117, (Span(0.5, 3), Span(7, 9))
        ),
        Contribution("context", "context", "said to be in France", -0.25),
    ),
    reasoning=("0:00–0:09 French speech: 4.1 bits", "said to be in France"),
    summary="Probably France.",
    heat=(("8339a3fffffffff", 0.3), ("831f92fffffffff", 0.1)),
    listened_s=12.0,
    notices=(Notice("evidence_missing", "No birds were listened for."),),
    version="0",
)
UNKNOWN = GeoEstimate(
    status="NOT_LOCALIZABLE",
    point=None,
    radius_50_km=5000.0,
    radius_90_km=9000.0,
    localizability=0.03,
    candidates=(),
    evidence=(),
    reasoning=(),
    summary="Nothing in it tells of a place.",
    listened_s=8.0,
)
COASTS = (((-5.0, 42.0), (8.0, 42.0), (8.0, 51.0), (-5.0, 51.0), (-5.0, 42.0)),)
