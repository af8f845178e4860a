"""Figures of answers to "where was this recorded?". Pure: points and numbers in, figures out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import TypeVar

import numpy as np
from geopy.distance import geodesic  # type: ignore[import-untyped,unused-ignore]

from audiosvc.estimates import Point

_Key = TypeVar("_Key", int, str)

THRESHOLDS_KM = (1, 10, 25, 100, 200, 750, 1000, 2500)
UNANSWERED_KM = 10_000.0
"""What no answer counts: about the mean distance of two points on Earth."""
PLACE_KM = 50.0
NEAR_KM = 1_000.0
"""What localizability is about: whether the truth lies within this."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer beside the truth. place: a number that clips of one place share.

    continent: the true one. The three that may be right are None where the truth is not known.
    """

    error_km: float
    place: int
    continent: str | None = None
    continent_right: bool | None = None
    country_right: bool | None = None
    city_right: bool | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """What many answers come to.

    mean_over_places_km and median_over_places_km: of the places' mean errors. macro_km: the mean
    over continents of their mean errors. within: shares by THRESHOLDS_KM. refused: the share that
    was declared not localizable.
    """

    clips: int
    places: int
    mean_km: float
    median_km: float
    mean_over_places_km: float
    median_over_places_km: float
    macro_km: float | None
    within: dict[int, float]
    continent: float | None
    country: float | None
    city: float | None
    refused: float
    continents_km: dict[str, float]


@dataclass(frozen=True, slots=True)
class Bin:
    """Scores between two bounds: their mean, and the share that came true. weight: of all 1."""

    low: float
    high: float
    weight: float
    score: float
    share: float


def distance_km(a: Point, b: Point) -> float:
    """The geodesic on the WGS 84 ellipsoid."""
    return float(geodesic((a.lat, a.lon), (b.lat, b.lon)).kilometers)


def places(points: Sequence[Point], within_km: float = PLACE_KM) -> tuple[int, ...]:
    """A number for each point; two share it when a chain of steps that short joins them."""
    lat, lon = (np.radians([getattr(point, axis) for point in points]) for axis in ("lat", "lon"))
    group = list(range(len(points)))
    for here, point in enumerate(points):
        away = np.sin((lat - lat[here]) / 2) ** 2
        away += np.cos(lat) * np.cos(lat[here]) * np.sin((lon - lon[here]) / 2) ** 2
        sphere_km = 2 * 6371.0 * np.arcsin(np.sqrt(np.clip(away, 0, 1)))
        for there in np.flatnonzero(sphere_km <= within_km * 1.01):  # off by 0.6 % at most
            old, new = sorted((group[here], group[int(there)]), reverse=True)
            if old != new and distance_km(point, points[int(there)]) <= within_km:
                group = [new if number == old else number for number in group]
    return tuple(group)


def figures(hits: Sequence[Hit]) -> Figures:
    """The figures of these answers, of which there is at least one."""
    errors = [hit.error_km for hit in hits]
    by_place = _means([(hit.place, hit.error_km) for hit in hits])
    known = [(hit.continent, hit.error_km) for hit in hits if hit.continent is not None]
    continents = _means(sorted(known))
    return Figures(
        clips=len(hits),
        places=len(by_place),
        mean_km=mean(errors),
        median_km=median(errors),
        mean_over_places_km=mean(by_place.values()),
        median_over_places_km=median(by_place.values()),
        macro_km=mean(continents.values()) if continents else None,
        within=shares_within(errors),
        continent=share([hit.continent_right for hit in hits]),
        country=share([hit.country_right for hit in hits]),
        city=share([hit.city_right for hit in hits]),
        refused=mean(hit.refused for hit in hits),
        continents_km=continents,
    )


def shares_within(errors_km: Sequence[float]) -> dict[int, float]:
    """For each of THRESHOLDS_KM, the share of errors below it."""
    return {km: mean(error < km for error in errors_km) for km in THRESHOLDS_KM}


def share(right: Sequence[bool | None]) -> float | None:
    """The share of True among those that are not None; None without any."""
    known = [one for one in right if one is not None]
    return mean(known) if known else None


def place_weights(numbers: Sequence[int]) -> list[float]:
    """Weights that give each place the same, whatever its number of clips; they sum to 1."""
    count = {number: numbers.count(number) for number in set(numbers)}
    return [1 / count[number] / len(count) for number in numbers]


def reliability(
    scores: Sequence[float],
    came_true: Sequence[bool],
    weights: Sequence[float] | None = None,
    bins: int = 10,
) -> tuple[Bin, ...]:
    """Scores in [0, 1] in equally wide bins, empty ones left out; a score of 1 is in the last."""
    weight = np.full(len(scores), 1.0) if weights is None else np.asarray(weights, dtype=float)
    weight = weight / weight.sum()
    number = np.minimum((np.asarray(scores) * bins).astype(int), bins - 1)
    found = []
    for one in sorted(set(number.tolist())):
        inside = number == one
        total = float(weight[inside].sum())
        score, true = (
            float((np.asarray(values, dtype=float)[inside] * weight[inside]).sum()) / total
            for values in (scores, came_true)
        )
        found.append(Bin(one / bins, (one + 1) / bins, total, score, true))
    return tuple(found)


def calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error: how far scores are from shares, by weight."""
    return sum(one.weight * abs(one.score - one.share) for one in bins)


def coverage(errors_km: Sequence[float], radii_km: Sequence[float]) -> float | None:
    """The share of circles that hold the truth; None without any."""
    return share([e <= r for e, r in zip(errors_km, radii_km, strict=True)])


def _means(pairs: Sequence[tuple[_Key, float]]) -> dict[_Key, float]:
    groups: dict[_Key, list[float]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return {key: mean(values) for key, values in groups.items()}
