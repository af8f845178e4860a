"""From a map and evidence to an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from audiosvc.estimates import Candidate, Evidence, GeoEstimate, Point
from audiosvc.geo import fuse, localizability
from audiosvc.geo.candidates import candidates, likeliest_cells
from audiosvc.geo.fuse import Float64, Pooled
from audiosvc.geo.median import CELL_RADIUS_KM, great_circle_km, least_expected, radius_km
from audiosvc.geo.reasoning import Findings, reasoning, reasons, summary
from audiosvc.geo.regions import regions
from audiosvc.geo.weights import WEIGHTS, Weights

if TYPE_CHECKING:
    from audiosvc.geo.gazetteer import Gazetteer
    from audiosvc.geo.grid import Grid

# About as far as the middle of a cell is from a town in it.
BESIDE_KM = 1.5 * CELL_RADIUS_KM


def estimate(  # noqa: PLR0913 - all that is known of the world, and the question
    grid: Grid,
    gazetteer: Gazetteer,
    log_prior: npt.NDArray[np.floating],
    evidence: Sequence[Evidence],
    *,
    top: int = 5,
    weights: Weights | None = None,
    listened_s: float = 0.0,
) -> GeoEstimate:
    """Where the evidence points, how surely, and why. Its order makes no difference.

    log_prior: ``(cells,)``, natural logarithm. top: how many candidates. Without evidence it is
    the best guess by the prior, and NOT_LOCALIZABLE.
    """
    weights = weights or WEIGHTS
    pooled = fuse.pool(log_prior, evidence, weights)
    probabilities = pooled.probabilities
    places = candidates(grid, gazetteer, probabilities, max(1, top))
    point = _settled(least_expected(grid, probabilities), places[0])
    from_point_km = grid.distances_km(point)
    bits = fuse.contribution_bits(pooled)
    score = localizability.localizability(
        localizability.mass_within(probabilities, from_point_km),
        heard_bits(pooled, evidence),
        localizability.conflict(bits),
        weights.calibration,
    )
    found = reasons(grid, pooled, evidence, bits)
    findings = Findings(
        status=localizability.status_of(score, weights.calibration),
        localizability=score,
        radius_50_km=radius_km(probabilities, from_point_km, 0.5),
        radius_90_km=radius_km(probabilities, from_point_km, 0.9),
        where=regions(grid, probabilities, pooled.prior),
        candidates=places[:top],
    )
    return GeoEstimate(
        status=findings.status,
        point=point,
        radius_50_km=findings.radius_50_km,
        radius_90_km=findings.radius_90_km,
        localizability=score,
        candidates=findings.candidates,
        evidence=tuple(reason.contribution for reason in found),
        reasoning=reasoning(found),
        summary=summary(found, findings),
        heat=_heat(grid, probabilities),
        listened_s=listened_s,
    )


def _settled(point: Point, likeliest: Candidate) -> Point:
    """The likeliest place itself, where it is as likely as all others and the point is beside it.

    A cell is larger than a town, and its middle tells nothing of where in it people record.
    """
    is_beside = great_circle_km(point, likeliest.point) <= BESIDE_KM
    return likeliest.point if likeliest.probability >= 0.5 and is_beside else point


def heard_bits(pooled: Pooled, evidence: Sequence[Evidence]) -> float:
    """The information gained over the prior from sound alone, whatever the caller said."""
    heard = [piece.category != "context" for piece in evidence]
    by_sound = fuse.added(pooled.log_prior, pooled.votes[np.array(heard, np.bool_)])
    return fuse.information_bits(by_sound, pooled.log_prior)


def _heat(grid: Grid, probabilities: Float64) -> tuple[tuple[str, float], ...]:
    cells = likeliest_cells(probabilities)
    return tuple((grid.cells[cell], float(probabilities[cell])) for cell in cells)
