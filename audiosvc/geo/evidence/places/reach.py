"""How much more often a place is named near itself than anywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from audiosvc.geo.evidence.places.coherence import Readings

if TYPE_CHECKING:
    from audiosvc.geo.gazetteer import Place
    from audiosvc.geo.grid import Grid

Float64 = npt.NDArray[np.float64]

# A cell reaches so far from its middle, about; a place lies anywhere in it.
CELL_KM = 40.0
# A reading that is less probable adds nothing that can be seen.
LEAST_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Reach:
    """times: at the place itself. sigma_km: how wide around it. in_country: times, in all of its
    country.
    """

    times: float
    sigma_km: float
    in_country: float


STOP = Reach(600.0, 20.0, 20.0)
# A stop may also be the terminus of a long line, or one that only has the name of a far place.
STOP_FAR = Reach(150.0, 150.0, 0.0)
DESTINATION = Reach(100.0, 120.0, 8.0)
# The larger a place, the more it is talked about elsewhere.
TALK_TIMES, TALK_PEOPLE, TALK_POWER = 12.0, 300_000.0, -0.3
LEAST_TALK_TIMES, MOST_TALK_TIMES = 5.0, 30.0
TALK_SIGMA_KM = 120.0
TALK_IN_COUNTRY = 3.0


def times_around(grid: Grid, readings: Readings) -> Float64:
    """How many times more often the name is said in each cell, less the once, ``(cells,)``."""
    times = np.zeros(len(grid.cells), np.float64)
    for place, share in zip(readings.places, readings.shares, strict=True):
        if share >= LEAST_SHARE:
            distances_km = grid.distances_km(place.point).astype(np.float64)
            own = grid.of_country(place.country)
            for reach in _reaches(readings, place):
                sigma_km = float(np.hypot(reach.sigma_km, CELL_KM))
                near = reach.times * np.exp(-0.5 * (distances_km / sigma_km) ** 2)
                times += share * (near + reach.in_country * own)
    return times


def _reaches(readings: Readings, place: Place) -> tuple[Reach, ...]:
    kind = readings.mention.kind
    if kind == "stop":
        return STOP, STOP_FAR
    return (DESTINATION,) if kind == "destination" else (_talked_about(place.population),)


def _talked_about(population: float) -> Reach:
    times = TALK_TIMES * (max(population, 1.0) / TALK_PEOPLE) ** TALK_POWER
    return Reach(
        float(np.clip(times, LEAST_TALK_TIMES, MOST_TALK_TIMES)), TALK_SIGMA_KM, TALK_IN_COUNTRY
    )
