"""The few places that a map of probabilities points to, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from audiosvc.estimates import Candidate, Point
from audiosvc.geo import countries
from audiosvc.geo.fuse import Float64
from audiosvc.geo.grid import unit_vectors
from audiosvc.geo.median import distances_km, great_circle_km

if TYPE_CHECKING:
    from audiosvc.geo.gazetteer import Gazetteer, Place
    from audiosvc.geo.grid import Grid

SURROUNDINGS_KM = 150.0
# The highest peak need not have the most around it, so that more are looked at than are told.
PEAKS_A_CANDIDATE = 8
# A cell is named after a place that is no farther than this.
NAMED_WITHIN_KM = 150.0
NAMES = 5

Surroundings = tuple[int, float]
"""The likeliest cell, and the probability of all that lie near and were not counted before."""


def modes(grid: Grid, probabilities: Float64, most: int) -> list[Surroundings]:
    """The likeliest surroundings of peaks, likeliest first; no cell is counted in two of them.

    A peak is the likeliest cell of those that lie near no higher peak.
    """
    vectors = unit_vectors(grid.lat, grid.lon)
    left = probabilities.astype(np.float64, copy=True)
    found: list[Surroundings] = []
    for _ in range(most * PEAKS_A_CANDIDATE):
        cell = int(np.argmax(left))
        if left[cell] <= 0.0:
            break
        inside = distances_km(vectors[cell : cell + 1], vectors)[0] <= SURROUNDINGS_KM
        found.append((cell, float(left[inside].sum())))
        left[inside] = 0.0
    return sorted(found, key=lambda one: -one[1])[:most]


def candidates(
    grid: Grid, gazetteer: Gazetteer, probabilities: Float64, most: int
) -> tuple[Candidate, ...]:
    """The likeliest surroundings as places with names, likeliest first."""
    return tuple(
        _named(grid, gazetteer, cell, mass) for cell, mass in modes(grid, probabilities, most)
    )


def _named(grid: Grid, gazetteer: Gazetteer, cell: int, mass: float) -> Candidate:
    middle = Point(float(grid.lat[cell]), float(grid.lon[cell]))
    country = country_of(grid, cell)
    place = _place(gazetteer, middle, country)
    if place is not None:
        country = place.country
    country_name = countries.name_of(country) if country else None
    return Candidate(
        name=place.name if place else country_name or coordinates(middle),
        admin=(place.admin or None) if place else None,
        country=country,
        country_name=country_name,
        continent=countries.continent_of(country) if country else None,
        point=place.point if place else middle,
        probability=min(1.0, mass),
    )


def _place(gazetteer: Gazetteer, middle: Point, country: str | None) -> Place | None:
    """What to name a cell after: of its country if there is such a place near."""
    near = [
        place
        for place in gazetteer.near(middle, NAMES)
        if great_circle_km(place.point, middle) <= NAMED_WITHIN_KM
    ]
    own = [place for place in near if place.country == country]
    return next(iter(own or near), None)


def country_of(grid: Grid, cell: int) -> str | None:
    """The ISO code of a cell's country, None without one."""
    number = int(grid.country[cell])
    return grid.countries[number] if number >= 0 else None


def coordinates(point: Point) -> str:
    """A point in whole degrees: ``78° N, 12° E``."""
    north, east = "N" if point.lat >= 0 else "S", "E" if point.lon >= 0 else "W"
    return f"{abs(point.lat):.0f}° {north}, {abs(point.lon):.0f}° {east}"


def likeliest_cells(
    probabilities: Float64, share: float = 0.9, most: int = 500
) -> npt.NDArray[np.int64]:
    """The fewest cells that hold a share of the probability, likeliest first, at most so many."""
    order = np.argsort(-probabilities, kind="stable")
    count = int(np.searchsorted(np.cumsum(probabilities[order]), share)) + 1
    return np.asarray(order[: min(count, most)], np.int64)
