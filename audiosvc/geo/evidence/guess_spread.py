"""How far a guessed place is believed: no further than such guesses have been right.

Audio-language models name a city whatever they hear. What that is worth was learned from published
guesses: a share of them is right to the city, a share is off by what lies in a region, a share has
the country alone right, and the rest says nothing of the place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from audiosvc.estimates import Point

if TYPE_CHECKING:
    from audiosvc.geo.grid import Grid

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """Shares of guesses, which with the rest add up to 1, and how far off those are, in km.

    near: right to the city. region: off, but not anywhere. country: right about no more than that.
    """

    near: float
    near_km: float
    region: float
    region_km: float
    country: float

    @property
    def rest(self) -> float:
        """The share of guesses that say nothing of the place."""
        return 1.0 - self.near - self.region - self.country


# From the 1,442 published answers of Qwen2.5-Omni to AGL1K (arXiv 2601.03227), of which 1,058 have
# coordinates; fitted on 2026-11-23 by bench/fit_guess_spread.py. Other models are believed as far.
SPREAD = Spread(near=0.100, near_km=60.0, region=0.406, region_km=1700.0, country=0.081)


def log_likelihood(
    grid: Grid,
    prior: Float64,
    point: Point | None,
    country: str | None,
    spread: Spread = SPREAD,
    trust: float = 1.0,
) -> npt.NDArray[np.float32]:
    """Of this guess in each cell, ``(cells,)``, at most 0; never less than what the rest leaves.

    prior: ``(cells,)``, sums to 1. country: ISO 3166 alpha-2. trust: from 0 to 1, of the shares.
    What the guess leaves out counts as the rest does.
    """
    likelihood = np.ones(len(grid.cells))
    for share, kernel in _kernels(grid, point, country, spread):
        mass = float(kernel @ prior)
        if mass > 0.0:
            likelihood += trust * share * (kernel / mass - 1.0)
    found = np.log(likelihood)
    return np.asarray(found - found.max(), np.float32)


def around(grid: Grid, point: Point, scale_km: float) -> Float64:
    """How much of a heavy-tailed circle each cell gets: a Student distribution in the plane."""
    return np.asarray((1.0 + (grid.distances_km(point) / scale_km) ** 2.0) ** -1.5, np.float64)


def _kernels(
    grid: Grid, point: Point | None, country: str | None, spread: Spread
) -> Iterator[tuple[float, Float64]]:
    if point is not None:
        yield spread.near, around(grid, point, spread.near_km)
        yield spread.region, around(grid, point, spread.region_km)
    if country is not None:
        yield spread.country, grid.of_country(country).astype(np.float64)
