"""A map of five countries as boxes, with a few towns: enough to try the arithmetic on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiosvc.estimates import Category, Evidence, Point
from audiosvc.spans import Span

# South, north, west, east in degrees.
BOXES = {
    "SE": (56.0, 68.0, 12.0, 18.0),
    "FI": (61.0, 69.0, 22.0, 30.0),
    "BR": (-30.0, -3.0, -58.0, -40.0),
    "JP": (32.0, 40.0, 131.0, 140.0),
    "NZ": (-46.0, -36.0, 169.0, 178.0),
}
STEP_DEG = 1.0


@dataclass(frozen=True)
class SmallGrid:
    cells: tuple[str, ...]
    lat: npt.NDArray[np.float32]
    lon: npt.NDArray[np.float32]
    country: npt.NDArray[np.int16]
    countries: tuple[str, ...]

    def distances_km(self, point: Point) -> npt.NDArray[np.float32]:
        """By the haversine formula, which is not what the code under test uses."""
        here, there = np.radians(point.lat), np.radians(self.lat.astype(np.float64))
        turned = np.radians(self.lon.astype(np.float64) - point.lon)
        squared = (
            np.sin((there - here) / 2) ** 2 + np.cos(here) * np.cos(there) * np.sin(turned / 2) ** 2
        )
        return (2 * 6371.0088 * np.arcsin(np.sqrt(squared))).astype(np.float32)

    def of_country(self, iso: str) -> npt.NDArray[np.bool_]:
        return self.country == self.countries.index(iso)


@dataclass(frozen=True)
class Town:
    name: str
    admin: str
    country: str
    point: Point


TOWNS = (
    Town("Stockholm", "Stockholm", "SE", Point(59.3, 18.1)),
    Town("Malmö", "Skåne", "SE", Point(55.6, 13.0)),
    Town("Umeå", "Västerbotten", "SE", Point(63.8, 20.3)),
    Town("Helsinki", "Uusimaa", "FI", Point(60.2, 24.9)),
    Town("Oulu", "North Ostrobothnia", "FI", Point(65.0, 25.5)),
    Town("Brasília", "Federal District", "BR", Point(-15.8, -47.9)),
    Town("São Paulo", "São Paulo", "BR", Point(-23.5, -46.6)),
    Town("Tokyo", "Tokyo", "JP", Point(35.7, 139.7)),
    Town("Wellington", "Wellington", "NZ", Point(-41.3, 174.8)),
)


class SmallGazetteer:
    """Towns by distance, the nearest first."""

    def near(self, point: Point, k: int = 1) -> list[Town]:
        def apart(town: Town) -> float:
            east = (town.point.lon - point.lon) * np.cos(np.radians(point.lat))
            return float(np.hypot(town.point.lat - point.lat, east))

        return sorted(TOWNS, key=apart)[:k]


def small_grid(boxes: dict[str, tuple[float, float, float, float]] | None = None) -> SmallGrid:
    lat, lon, country = [], [], []
    boxes = boxes or BOXES
    for number, (south, north, west, east) in enumerate(boxes.values()):
        rows = np.arange(south, north + 0.01, STEP_DEG)
        columns = np.arange(west, east + 0.01, STEP_DEG)
        for row in rows:
            lat += [row] * len(columns)
            lon += list(columns)
            country += [number] * len(columns)
    return SmallGrid(
        cells=tuple(f"{number:015x}" for number in range(len(lat))),
        lat=np.array(lat, np.float32),
        lon=np.array(lon, np.float32),
        country=np.array(country, np.int16),
        countries=tuple(boxes),
    )


GRID = small_grid()
GAZETTEER = SmallGazetteer()
LEVEL = np.full(len(GRID.cells), -np.log(len(GRID.cells)), np.float32)
"""A prior by which every cell is as likely as any other."""


def piece(
    log_likelihood: npt.ArrayLike,
    claim: str = "Something",
    source: str = "language",
    category: Category = "human_sounds",
    spans: Sequence[Span] = (),
) -> Evidence:
    return Evidence(source, category, claim, np.asarray(log_likelihood, np.float32), tuple(spans))


def pointing_to(
    *countries: str, strength: float = 8.0, grid: SmallGrid = GRID
) -> npt.NDArray[np.float32]:
    """A log-likelihood of 0 in these countries and much less elsewhere."""
    inside = np.zeros(len(grid.cells), np.bool_)
    for iso in countries:
        inside |= grid.of_country(iso)
    return np.where(inside, 0.0, -strength).astype(np.float32)


def around(point: Point, spread_km: float, grid: SmallGrid = GRID) -> npt.NDArray[np.float32]:
    """A log-likelihood that falls off around a point."""
    return (-grid.distances_km(point) / spread_km).astype(np.float32)
