"""The place that an answer means: coordinates and names that have to agree."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audiosvc.estimates import Point
from audiosvc.geo.evidence.guess_reply import Answer, Unusable

if TYPE_CHECKING:
    from audiosvc.geo.gazetteer import Gazetteer
    from audiosvc.geo.grid import Grid

# Coordinates this near to a country are meant to be in it: cells and coasts are coarse.
BESIDE_KM = 150.0
# What models say for countries, beside the English names that CLDR has.
OTHER_NAMES = {
    "usa": "US",
    "u.s.": "US",
    "u.s.a.": "US",
    "united states of america": "US",
    "uk": "GB",
    "u.k.": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "czech republic": "CZ",
    "turkey": "TR",
    "burma": "MM",
    "ivory coast": "CI",
    "holland": "NL",
    "republic of korea": "KR",
    "korea": "KR",
    "russian federation": "RU",
    "people's republic of china": "CN",
    "macedonia": "MK",
    "swaziland": "SZ",
}


@dataclass(frozen=True, slots=True)
class Guess:
    """A place. country: ISO 3166 alpha-2. Both are None where the model tells no place."""

    point: Point | None = None
    country: str | None = None


def settle(answer: Answer, grid: Grid, gazetteer: Gazetteer) -> Guess:
    """Where the answer points to. Raises Unusable where its parts contradict each other.

    Coordinates that lie in the country only when they are swapped are taken as swapped; 0, 0 is
    what models write for none, and then the city tells.
    """
    country = iso_of(answer.country)
    if answer.lat is None or answer.lon is None or answer.lat == answer.lon == 0.0:
        return Guess(_city(answer.city, country, gazetteer), country)
    straight, swapped = _point(answer.lat, answer.lon), _point(answer.lon, answer.lat)
    if country is None or not grid.touching(country).any():
        if straight is None:
            raise Unusable("lat has to be from -90 to 90")
        return Guess(straight, _country_at(straight, grid))
    for point in (straight, swapped):
        if point is not None and _is_in(point, country, grid):
            return Guess(point, country)
    raise Unusable("lat and lon are not in the country that it names")


def iso_of(name: str | None) -> str | None:
    """The ISO code of a country's English name, or of the code itself; None for anything else."""
    plain = _plain(name or "").removeprefix("the ")
    return OTHER_NAMES.get(plain) or _by_name().get(plain)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("’", "'").replace("&", "and").split())


@functools.cache
def _by_name() -> dict[str, str]:
    from babel import Locale  # noqa: PLC0415 - a tenth of a second

    names: dict[str, str] = {}
    for iso, name in Locale("en").territories.items():
        if len(iso) == 2 and iso.isalpha() and iso != "ZZ":
            names |= {iso.casefold(): iso, _plain(str(name)): iso}
    return names


def _point(lat: float, lon: float) -> Point | None:
    return Point(lat, lon) if abs(lat) <= 90.0 else None


def _is_in(point: Point, country: str, grid: Grid) -> bool:
    return bool((grid.distances_km(point)[grid.touching(country)] <= BESIDE_KM).any())


def _country_at(point: Point, grid: Grid) -> str | None:
    cell = grid.cell_at(point)
    number = -1 if cell is None else int(grid.country[cell])
    return grid.countries[number] if number >= 0 else None


def _city(name: str | None, country: str | None, gazetteer: Gazetteer) -> Point | None:
    """The largest place of that name in the country."""
    if not name or country is None:
        return None
    return next((one.point for one in gazetteer.find(name) if one.country == country), None)
