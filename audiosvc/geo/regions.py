"""Where on the map probability lies, in words: a few countries or parts of them, or continents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from audiosvc.geo import countries
from audiosvc.geo.fuse import Float64

if TYPE_CHECKING:
    from audiosvc.geo.grid import Grid

# What is named holds so much of what became likelier, and of everything.
SHARE = 0.8
LEAST_SHARE = 0.5
MOST_COUNTRIES = 4
MOST_CONTINENTS = 2
# A part of a country is named only when it holds this much of the country's probability,
PART_SHARE = 0.85
# held at most so much before anything was heard, and the country is not small.
PART_BEFORE = 0.65
PART_CELLS = 6

_WITH_ARTICLE = {
    *("AE", "BS", "CD", "CF", "CG", "CK", "DO", "FK", "FO", "GB", "GM", "IM", "KM", "KY", "MH"),
    *("MP", "MV", "NL", "PH", "SB", "SC", "TC", "US", "VG", "VI"),
}


def regions(grid: Grid, probabilities: Float64, prior: Float64) -> str | None:
    """The countries that became likely: ``Sweden and western Finland``.

    They are the fewest that hold four fifths of what is in all that became likelier than they were
    before anything was heard. Continents where that takes more than four; None where it takes more
    than two of those, or where what is named would hold less than half of the whole.
    """
    gained = _gained(_by_country(grid, probabilities), _by_country(grid, prior))
    named = _fewest(gained, MOST_COUNTRIES)
    if named:
        return joined([_in_words(grid, one, probabilities, prior) for one in named])
    names, of_country = _continents(grid)
    after, before = (
        np.asarray(np.bincount(of_country, _by_country(grid, values), len(names)), np.float64)
        for values in (probabilities, prior)
    )
    found = _fewest(_gained(after, before), MOST_CONTINENTS)
    return joined([names[one] for one in found]) or None


def _gained(after: Float64, before: Float64) -> Float64:
    """What became likelier, with its probability; 0 for the rest."""
    return np.where(after > before * (1.0 + 1e-6), after, 0.0)


def _fewest(gained: Float64, most: int) -> list[int]:
    """The fewest that hold four fifths of all these, likeliest first; none where that is many."""
    order = np.argsort(-gained, kind="stable")
    held = np.cumsum(gained[order])
    enough = int(np.searchsorted(held, SHARE * held[-1])) + 1
    if enough > most or held[enough - 1] < LEAST_SHARE:
        return []
    return [int(one) for one in order[:enough]]


def joined(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def with_article(iso: str) -> str:
    """A country's English name as a sentence has it: ``the Netherlands``."""
    return f"the {countries.name_of(iso)}" if iso in _WITH_ARTICLE else countries.name_of(iso)


def _by_country(grid: Grid, probabilities: Float64) -> Float64:
    """The probability of each country; cells without one count for none."""
    inside = grid.country >= 0
    held = np.bincount(
        grid.country[inside], weights=probabilities[inside], minlength=len(grid.countries)
    )
    return np.asarray(held, np.float64)


def _continents(grid: Grid) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Their names, and which is each country's."""
    by_country = [countries.continent_of(iso) or "elsewhere" for iso in grid.countries]
    names = sorted(set(by_country))
    return names, np.array([names.index(name) for name in by_country], np.int64)


def _in_words(grid: Grid, country: int, probabilities: Float64, prior: Float64) -> str:
    """A country, or the part of it that was told apart."""
    iso = grid.countries[country]
    part = _part(grid, country, probabilities, prior)
    if part is None:
        return with_article(iso)
    article = "the " if iso in _WITH_ARTICLE else ""
    return f"{article}{part} {countries.name_of(iso)}"


def _part(grid: Grid, country: int, probabilities: Float64, prior: Float64) -> str | None:
    """``southern``, ``south-western``, by the country's own middle; None for all of it."""
    cells = np.flatnonzero(grid.country == country)
    if len(cells) < PART_CELLS:
        return None
    lat = grid.lat[cells].astype(np.float64)
    # Longitudes from one of its cells, so that the date line cuts nothing.
    lon = (grid.lon[cells].astype(np.float64) - float(grid.lon[cells[0]]) + 180.0) % 360.0
    after, before = probabilities[cells], prior[cells]

    def side(values: Float64, low: str, high: str) -> str:
        middle = np.median(values)
        for name, inside in ((low, values < middle), (high, values > middle)):
            told = after[inside].sum() >= PART_SHARE * after.sum()
            if told and before[inside].sum() <= PART_BEFORE * before.sum():
                return name
        return ""

    found = [side(lat, "south", "north"), side(lon, "west", "east")]
    words = "-".join(name for name in found if name)
    return f"{words}ern" if words else None
