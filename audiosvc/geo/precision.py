"""Saying less than is known of where somebody was: an answer made coarser.

The words of the evidence stay as they are, but for places that were named in what was said: coarser
than a city they are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import h3
import numpy as np

from audiosvc.errors import OptionError
from audiosvc.estimates import Candidate, Contribution, GeoEstimate, Point, Precision

if TYPE_CHECKING:
    from audiosvc.geo.grid import Grid

CITY_DIGITS, REGION_DIGITS = 1, 0
REGION_KM = 80.0  # a degree is rounded by as much
REGION_RESOLUTION = 2
PLACES = "places"  # the source whose claims name them
UNNAMED = "places named in what is said"
_CODE = re.compile("[0-9A-Z]{1,3}")  # of a division whose name is not known
NOWHERE = "What is heard does not say where this was made."


def read_precision(text: str) -> Precision:
    """The precision of that name. Raises OptionError."""
    for known in get_args(Precision):
        if text == known:
            return known  # type: ignore[no-any-return]
    raise OptionError(f"A precision is {', '.join(get_args(Precision))}, not {text!r}.")


def without_guess(estimate: GeoEstimate) -> GeoEstimate:
    """The estimate without a place when it cannot be located."""
    if estimate.status == "LOCATED":
        return estimate
    return replace(estimate, point=None, candidates=(), heat=(), summary=NOWHERE)


def at_precision(
    estimate: GeoEstimate, precision: Precision, grid: Callable[[], Grid]
) -> GeoEstimate:
    """The estimate with no more told than asked for. grid: for the middle of a country."""
    if precision == "exact" or estimate.point is None:
        return estimate
    if precision == "country":
        return _unnamed(_by_country(estimate, grid()))
    if precision == "region":
        return _unnamed(_by_region(estimate))
    return replace(
        estimate,
        point=_rounded(estimate.point, CITY_DIGITS),
        candidates=tuple(
            replace(one, point=_rounded(one.point, CITY_DIGITS)) for one in estimate.candidates
        ),
    )


def _unnamed(estimate: GeoEstimate) -> GeoEstimate:
    """The estimate in words that name nothing smaller than its candidates."""
    hidden = [piece.claim.strip().rstrip(".") for piece in estimate.evidence if _names(piece)]
    reasoning = estimate.reasoning
    for claim in filter(None, hidden):
        reasoning = tuple(reason.replace(claim, UNNAMED) for reason in reasoning)
    best = estimate.candidates[0] if estimate.candidates else None
    where = ", ".join(dict.fromkeys(filter(None, (best.name, best.country_name)))) if best else ""
    summary = f"Most likely from {where}." if where else NOWHERE
    if where and estimate.status == "NOT_LOCALIZABLE":
        summary = f"{NOWHERE} The best guess is {where}."
    return replace(
        estimate,
        evidence=tuple(
            replace(piece, claim=UNNAMED) if _names(piece) else piece for piece in estimate.evidence
        ),
        reasoning=reasoning,
        summary=summary,
    )


def _names(piece: Contribution) -> bool:
    return piece.source == PLACES


def _by_region(estimate: GeoEstimate) -> GeoEstimate:
    assert estimate.point is not None
    merged = _merged(
        replace(_division(one), point=_rounded(one.point, REGION_DIGITS))
        for one in estimate.candidates
    )
    heat: dict[str, float] = {}
    for index, probability in estimate.heat:
        parent = h3.cell_to_parent(index, REGION_RESOLUTION)
        heat[parent] = heat.get(parent, 0.0) + probability
    return replace(
        estimate,
        point=_rounded(estimate.point, REGION_DIGITS),
        radius_50_km=max(REGION_KM, estimate.radius_50_km),
        radius_90_km=max(REGION_KM, estimate.radius_90_km),
        candidates=tuple(merged),
        heat=tuple(heat.items()),
    )


def _division(candidate: Candidate) -> Candidate:
    """A candidate by its first-level division, or by its country where that has a code alone."""
    admin = candidate.admin
    if admin and not _CODE.fullmatch(admin):
        return replace(candidate, name=admin, admin=None)
    return replace(candidate, name=candidate.country_name or "the open sea")


def _by_country(estimate: GeoEstimate, grid: Grid) -> GeoEstimate:
    """The likeliest country alone; the radii hold half and nine tenths of its land at least."""
    named = [one for one in estimate.candidates if one.country]
    merged = list(
        _merged(replace(one, name=one.country_name or one.name, admin=None) for one in named)
    )
    if not merged:
        return replace(estimate, point=None, candidates=(), heat=())
    best = merged[0]
    assert best.country is not None
    centre, half_km, most_km = _middle(grid, best.country) or (
        _rounded(best.point, REGION_DIGITS),
        REGION_KM,
        REGION_KM,
    )
    return replace(
        estimate,
        point=centre,
        radius_50_km=max(half_km, estimate.radius_50_km),
        radius_90_km=max(most_km, estimate.radius_90_km),
        candidates=(replace(best, point=centre),),
        heat=(),
    )


def _middle(grid: Grid, country: str) -> tuple[Point, float, float] | None:
    """The middle of a country's land, and the radii that hold half and nine tenths of it."""
    own = np.flatnonzero(grid.of_country(country))
    if not len(own):
        return None
    lat, lon = np.radians(grid.lat[own].astype(float)), np.radians(grid.lon[own].astype(float))
    towards = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    nearest = own[int(np.argmax(towards.mean(axis=1) @ towards))]
    centre = _rounded(Point(float(grid.lat[nearest]), float(grid.lon[nearest])), CITY_DIGITS)
    half_km, most_km = np.quantile(grid.distances_km(centre)[own], [0.5, 0.9])
    return centre, float(half_km), float(most_km)


def _merged(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Candidates of one name, division and country as one, likeliest first."""
    found: dict[tuple[str, str | None, str | None], Candidate] = {}
    for one in candidates:
        key = (one.name, one.admin, one.country)
        known = found.get(key)
        probability = one.probability + (known.probability if known else 0.0)
        found[key] = replace(known or one, probability=probability)
    return iter(sorted(found.values(), key=lambda one: -one.probability))


def _rounded(point: Point, digits: int) -> Point:
    return Point(round(point.lat, digits), round(point.lon, digits))
