"""Where people record, before anything is heard.

A mixture of two: recordings of people are made where people are, recordings of nature wherever
there is land that somebody gets to. Both are multiplied by how much is recorded on a continent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

from audiosvc.errors import OptionError
from audiosvc.geo.countries import continent_of
from audiosvc.geo.grid import RESOLUTION, Grid

# A city of ten million is recorded more than one of a hundred thousand, but not a hundred times.
POPULATION_POWER = 0.5
# More is recorded among people than away from them.
PEOPLE_SHARE = 0.7
LAND_SHARE = 1.0 - PEOPLE_SHARE
# Ice, desert and tundra where nobody lives: expeditions record there, too.
EMPTY_LAND = 0.1
# Sound archives hold far more of some continents than of others, for their people and for their
# size; these are round numbers, not a fit. Russia, most of which lies in Asia, counts as Asia does.
RECORDISTS = {"Europe": 5.0, "North America": 3.0, "Oceania": 3.0, "South America": 2.0, "RU": 1.0}
# A caller's own map of where recordings are from may be wrong: so much is kept for elsewhere.
OUTSIDE = 1e-3
# No cell is impossible.
LEAST = 1e-9
MOST_HEAT_CELLS = 20_000

Float64 = npt.NDArray[np.float64]


def log_prior(grid: Grid) -> npt.NDArray[np.float32]:
    """Natural logarithm of the probability of each cell, float32 ``(n,)``.

    It knows nothing of what a caller says, which ``evidence.context`` takes for evidence.
    """
    prior = np.maximum(_mixture(grid) * _keenness(grid), LEAST)
    return np.asarray(np.log(prior / prior.sum()), np.float32)


def heat_prior(
    grid: Grid, heat: Mapping[str, float], log_prior: npt.NDArray[np.floating]
) -> npt.NDArray[np.float32]:
    """A caller's own prior, as ``log_prior`` gives it: the map's is kept for a thousandth.

    heat: weights of H3 cells of any resolution; what a large one has is spread over the map's
    cells in it as the map's own prior is. Raises OptionError for what is no such map.
    """
    usual = np.exp(np.asarray(log_prior, np.float64))
    given = np.zeros(len(grid))
    rows = {cell: row for row, cell in enumerate(grid.cells)}
    for cell, weight in _checked(heat):
        inside = [rows[one] for one in _on_map(cell) if one in rows]
        if inside:
            given[inside] += weight * usual[inside] / usual[inside].sum()
    if given.sum() <= 0:
        raise OptionError("The heat map has no weight on land.", field="context.heat")
    mixed = (1 - OUTSIDE) * given / given.sum() + OUTSIDE * usual / usual.sum()
    return np.asarray(np.log(mixed), np.float32)


def _checked(heat: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    from h3 import is_valid_cell  # noqa: PLC0415 - after --help

    if len(heat) > MOST_HEAT_CELLS:
        raise OptionError(
            f"The heat map has {len(heat)} cells; {MOST_HEAT_CELLS} are the most.",
            field="context.heat",
        )
    for cell, weight in heat.items():
        if not is_valid_cell(cell):
            raise OptionError(
                f"The heat map's {cell[:40]!r} is no cell of H3, such as 831f8dfffffffff.",
                field="context.heat",
            )
        if not 0 <= weight < np.inf:
            raise OptionError(
                f"The heat map's weight of {cell} is {weight}; it has to be 0 or more.",
                field="context.heat",
            )
        yield cell, float(weight)


def _on_map(cell: str) -> Iterable[str]:
    """The cells of the map's resolution that are in a cell, or that hold it."""
    from h3 import cell_to_children, cell_to_parent, get_resolution  # noqa: PLC0415

    if get_resolution(cell) < RESOLUTION:
        return list(cell_to_children(cell, RESOLUTION))
    return [cell_to_parent(cell, RESOLUTION)]


def _mixture(grid: Grid) -> Float64:
    people = grid.population.astype(np.float64) ** POPULATION_POWER
    land = grid.land_km2 * np.where(grid.population > 0, 1.0, EMPTY_LAND)
    return np.asarray(PEOPLE_SHARE * people / people.sum() + LAND_SHARE * land / land.sum())


def _keenness(grid: Grid) -> Float64:
    """How much is recorded where a cell lies; 1 for a cell without a country."""
    by_continent = [RECORDISTS.get(continent_of(iso) or "", 1.0) for iso in grid.countries]
    by_country = [
        RECORDISTS.get(iso, keen) for iso, keen in zip(grid.countries, by_continent, strict=True)
    ]
    return np.array([*by_country, 1.0])[grid.country]
