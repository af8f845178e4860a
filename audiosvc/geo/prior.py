"""Where people record, before anything is heard.

A mixture of two: recordings of people are made where people are, recordings of nature wherever
there is land that somebody gets to. Both are multiplied by how much is recorded on a continent.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from audiosvc.estimates import Context
from audiosvc.geo.countries import continent_of
from audiosvc.geo.grid import Grid

# A city of ten million is recorded more than one of a hundred thousand, but not a hundred times.
POPULATION_POWER = 0.5
# More is recorded among people than away from them.
PEOPLE_SHARE = 0.7
LAND_SHARE = 1.0 - PEOPLE_SHARE
# Ice, desert and tundra where nobody lives: expeditions record there, too.
EMPTY_LAND = 0.1
# Sound archives hold far more of some continents than of others, for their people and for their
# size; these are round numbers, not a fit.
RECORDISTS = {"Europe": 4.0, "North America": 3.0, "Oceania": 3.0, "South America": 1.5}
# What a caller says may be wrong: a thousandth of the probability is kept for elsewhere. A device's
# locale leaves half, as its owner travels, or lives where another language is spoken.
OUTSIDE = 1e-3
OUTSIDE_LOCALE = 0.5
# Half a cell's width: a place may lie this far from the middle of its cell.
CELL_KM = 60.0
# No cell is impossible.
LEAST = 1e-9

Float64 = npt.NDArray[np.float64]


def log_prior(grid: Grid, context: Context | None = None) -> npt.NDArray[np.float32]:
    """Natural logarithm of the probability of each cell, float32 ``(n,)``.

    context: restricts it to a country or a circle, for those who do not take it as evidence
    (evidence.context does); never both, or it counts twice.
    """
    prior = np.maximum(_mixture(grid) * _keenness(grid), LEAST)
    prior = prior / prior.sum()
    if context is not None:
        prior = _after(prior, grid, context)
    return np.asarray(np.log(prior / prior.sum()), np.float32)


def _mixture(grid: Grid) -> Float64:
    people = grid.population.astype(np.float64) ** POPULATION_POWER
    land = grid.land_km2 * np.where(grid.population > 0, 1.0, EMPTY_LAND)
    return np.asarray(PEOPLE_SHARE * people / people.sum() + LAND_SHARE * land / land.sum())


def _keenness(grid: Grid) -> Float64:
    """How much is recorded where a cell lies; 1 for a cell without a country."""
    by_country = [RECORDISTS.get(continent_of(iso) or "", 1.0) for iso in grid.countries]
    return np.array([*by_country, 1.0])[grid.country]


def _after(prior: Float64, grid: Grid, context: Context) -> Float64:
    """The prior of one who believes what the caller said."""
    if context.country:
        prior = _believed(prior, grid.touching(context.country.upper()), OUTSIDE)
    if context.within:
        centre, radius_km = context.within
        inside = grid.distances_km(centre) <= radius_km + CELL_KM
        prior = _believed(prior, inside, OUTSIDE)
    _, sign, territory = (context.locale or "").replace("-", "_").rpartition("_")
    if sign:
        prior = _believed(prior, grid.touching(territory.upper()), OUTSIDE_LOCALE)
    return prior


def _believed(prior: Float64, inside: npt.NDArray[np.bool_], outside: float) -> Float64:
    """Moved so that no more than a share of it lies outside; as it was if nothing lies inside."""
    mass = float(prior[inside].sum())
    if mass <= 0 or 1 - mass <= outside:
        return prior
    return prior * np.where(inside, (1 - outside) / mass, outside / (1 - mass))
