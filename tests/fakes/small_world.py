"""A map of six countries on a lattice, and a few places, for evidence that needs no real world."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiosvc.estimates import Evidence, Hearing, Point
from audiosvc.spans import Span
from audiosvc.types import Audio, Coverage, Segment, Transcript

EARTH_KM = 6371.0
# ISO code, southern and northern latitude, western and eastern longitude, people.
LANDS = (
    ("SE", 55.5, 65.0, 12.0, 18.0, 10e6),
    ("GB", 50.5, 57.0, -5.0, 1.0, 67e6),
    ("ES", 37.0, 43.0, -8.0, 3.0, 47e6),
    ("US", 31.0, 47.0, -120.0, -75.0, 330e6),
    ("JP", 33.0, 41.0, 131.0, 141.0, 125e6),
    ("EG", 23.0, 31.0, 26.0, 34.0, 100e6),
)


class SmallGrid:
    """What evidence reads of a grid. The last cell is at sea and belongs to no country."""

    def __init__(self) -> None:
        rows = [(lat, lon, i) for i, land in enumerate(LANDS) for lat, lon in _lattice(land)]
        rows.append((0.0, -30.0, -1))
        self.lat = np.array([row[0] for row in rows], np.float32)
        self.lon = np.array([row[1] for row in rows], np.float32)
        self.country = np.array([row[2] for row in rows], np.int16)
        self.countries = tuple(land[0] for land in LANDS)
        self.cells = tuple(f"cell{i}" for i in range(len(rows)))
        counts = [max(1, int((self.country == i).sum())) for i in range(len(LANDS))]
        people = [land[5] / count for land, count in zip(LANDS, counts, strict=True)]
        self.population = np.array([*people, 0.0], np.float32)[self.country]
        self.land_km2 = np.full(len(rows), 12_000.0, np.float32)

    def distances_km(self, point: Point) -> npt.NDArray[np.float32]:
        lat, lon = np.radians(self.lat), np.radians(self.lon)
        lat0, lon0 = np.radians(point.lat), np.radians(point.lon)
        a = np.sin((lat - lat0) / 2) ** 2
        a = a + np.cos(lat) * np.cos(lat0) * np.sin((lon - lon0) / 2) ** 2
        return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(a)), np.float32)

    def of_country(self, iso: str) -> npt.NDArray[np.bool_]:
        if iso not in self.countries:
            return np.zeros(len(self.cells), np.bool_)
        return np.asarray(self.country == self.countries.index(iso), np.bool_)

    def cell_at(self, point: Point) -> int:
        return int(np.argmin(self.distances_km(point)))


@dataclass(frozen=True, slots=True)
class SmallPlace:
    """What evidence reads of a place."""

    name: str
    admin: str | None
    country: str
    point: Point
    population: int
    geoname_id: int = 0


PLACES = (
    SmallPlace("Lund", None, "SE", Point(55.70, 13.19), 90_000, 1),
    SmallPlace("Eslöv", None, "SE", Point(55.84, 13.30), 19_000, 2),
    SmallPlace("Höör", None, "SE", Point(55.93, 13.54), 8_000, 3),
    SmallPlace("London", None, "GB", Point(51.51, -0.13), 8_900_000, 4),
    SmallPlace("Manchester", None, "GB", Point(53.48, -2.24), 395_000, 5),
    SmallPlace("Manchester", None, "US", Point(42.99, -71.46), 110_000, 6),
    SmallPlace("Leeds", None, "GB", Point(53.80, -1.55), 455_000, 7),
    SmallPlace("Reading", None, "GB", Point(51.46, -0.97), 160_000, 8),
    SmallPlace("Tokyo", None, "JP", Point(35.69, 139.69), 8_300_000, 9),
    SmallPlace("Nagoya", None, "JP", Point(35.18, 136.91), 2_190_000, 10),
    SmallPlace("Madrid", None, "ES", Point(40.42, -3.70), 3_255_000, 11),
    SmallPlace("Cairo", None, "EG", Point(30.06, 31.25), 9_500_000, 12),
    SmallPlace("Washington", None, "US", Point(38.90, -77.04), 690_000, 13),
)
OTHER_NAMES = {"東京": "Tokyo", "名古屋": "Nagoya", "القاهرة": "Cairo", "londres": "London"}


class SmallGazetteer:
    """Finds a few places by their name, in any case."""

    def find(self, name: str) -> list[SmallPlace]:
        sought = OTHER_NAMES.get(name.casefold(), name).casefold()
        return [place for place in PLACES if place.name.casefold() == sought]

    def known(self, names: Collection[str]) -> set[str]:
        return {name for name in names if self.find(name)}


def silence(seconds: float = 60.0, rate_hz: int = 100) -> Audio:
    return Audio(np.zeros(round(seconds * rate_hz), np.float32), rate_hz)


def heard_text(*texts: str, language: str | None = "en") -> Hearing:
    """Segments of nine seconds with these texts, one every ten."""
    segments = tuple(
        Segment(i, Span(10.0 * i, 10.0 * i + 9.0), None, text, language=language)
        for i, text in enumerate(texts)
    )
    transcript = Transcript(
        segments, (), language, 10.0 * len(texts), Coverage(), model="fake-recognizer"
    )
    return Hearing(silence(), silence(), transcript=transcript)


def share_by_country(grid: SmallGrid, evidence: list[Evidence]) -> dict[str, float]:
    """The posterior over countries when people are the prior and all evidence counts in full."""
    log_weight = np.log(grid.population.astype(np.float64) + 1.0)
    for piece in evidence:
        log_weight = log_weight + piece.log_likelihood
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    return {iso: float(weight[grid.of_country(iso)].sum()) for iso in grid.countries}


def _lattice(land: tuple[str, float, float, float, float, float]) -> list[tuple[float, float]]:
    _, south, north, west, east, _ = land
    lats = np.arange(south, north + 0.01, 1.0)
    lons = np.arange(west, east + 0.01, 1.5)
    return [(float(lat), float(lon)) for lat in lats for lon in lons]
