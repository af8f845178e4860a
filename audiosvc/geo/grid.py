"""The map: the cells of the world that have land, with their countries and people.

Cells are of H3 resolution 3: hexagons of about 12,400 km², 70 km from middle to corner. What a
cell holds is shipped; data/CARD.md says where it comes from.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audiosvc.estimates import Point

RESOLUTION = 3
EARTH_KM = 6371.0088
"""The mean radius: distances are along a sphere, at most 0.6 % off."""
# Land that is farther from a cell's middle than this belongs to another cell.
REACH_KM = 150.0

Float32 = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """All cells with land or a settled place, n of them, by H3 index.

    lat, lon: ``(n,)`` of their middles. country: ``(n,)``, an index into ``countries`` (ISO 3166
    alpha-2), of the country where most of a cell's people live; -1 for none. population, land_km2:
    ``(n,)``. vectors: ``(n, 3)``, the middles on the unit sphere. parts: ``(m, 2)``, the pairs of
    a cell and a country that has some of it.
    """

    cells: tuple[str, ...]
    lat: Float32
    lon: Float32
    country: npt.NDArray[np.int16]
    countries: tuple[str, ...]
    population: Float32
    land_km2: Float32
    vectors: npt.NDArray[np.float64]
    parts: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.cells)

    def distances_km(self, point: Point) -> Float32:
        """From a point to the middle of each cell, ``(n,)``."""
        chords = np.linalg.norm(self.vectors - unit_vectors(point.lat, point.lon), axis=1)
        angles = 2 * np.arcsin(np.minimum(chords / 2, 1.0))
        return np.asarray(EARTH_KM * angles, np.float32)

    def of_country(self, iso: str) -> Bools:
        """The cells whose country this is, ``(n,)``.

        A state too small to have a cell (Monaco) has the one that it lies in; a code that is on
        no map has none.
        """
        if iso not in self.countries:
            return np.zeros(len(self), np.bool_)
        own = self.country == self.countries.index(iso)
        return own if own.any() else self.touching(iso)

    def touching(self, iso: str) -> Bools:
        """The cells that hold any of a country, ``(n,)``: its own, and those on its borders."""
        inside = np.zeros(len(self), np.bool_)
        if iso in self.countries:
            inside[self.parts[self.parts[:, 1] == self.countries.index(iso), 0]] = True
        return inside

    def cell_at(self, point: Point) -> int | None:
        """The cell whose middle is nearest; None on the open sea."""
        distances = self.distances_km(point)
        nearest = int(distances.argmin())
        return nearest if distances[nearest] <= REACH_KM else None


def unit_vectors(lat: npt.ArrayLike, lon: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Points on the unit sphere, ``(..., 3)``, from degrees."""
    phi, lam = np.radians(np.asarray(lat, np.float64)), np.radians(np.asarray(lon, np.float64))
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=-1)


def load_grid(cache_dir: Path | None = None) -> Grid:  # noqa: ARG001 - as load_gazetteer's
    """The map, one for the process. cache_dir: not needed, as the map is shipped."""
    return _load()


@functools.cache
def _load() -> Grid:
    with as_file(files("audiosvc.geo") / "data" / "world.npz") as path, np.load(path) as held:
        world = {name: held[name] for name in held.files}
    lat, lon = _middles(world["cells"])
    return Grid(
        cells=tuple(f"{cell:x}" for cell in world["cells"].tolist()),
        lat=lat.astype(np.float32),
        lon=lon.astype(np.float32),
        country=world["country"],
        countries=tuple(world["countries"].tolist()),
        population=world["population"],
        land_km2=world["land_km2"],
        vectors=unit_vectors(lat, lon),
        parts=world["parts"].astype(np.int64),
    )


def _middles(cells: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.float64], ...]:
    from h3.api.basic_int import cell_to_latlng  # noqa: PLC0415 - after --help

    lat, lon = np.array([cell_to_latlng(cell) for cell in cells.tolist()]).T
    return lat, lon
