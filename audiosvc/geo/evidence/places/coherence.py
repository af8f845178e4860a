"""Which of the places of one name is meant, from how large they are and what is named beside them.

Places near one another speak for each other: three villages along one railway line are more than a
capital that is named with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from audiosvc.geo.evidence.places.names import Mention
from audiosvc.geo.grid import EARTH_KM, unit_vectors

if TYPE_CHECKING:
    from audiosvc.geo.gazetteer import Place

Float64 = npt.NDArray[np.float64]

NEAR_KM = 150.0
MOST_READINGS = 12
# Of two places of one name the larger is meant more often.
POPULATION_POWER = 0.75
# Of a place of which nobody gives them, such as a part of London.
UNKNOWN_PEOPLE = 5_000
# How much likelier a reading becomes by a sure one of another name near by.
SUPPORT = 10.0
MOST_SUPPORT = 3.0
# What is less probably a place, after all, is forgotten.
LEAST_MEANT = 0.2
SAME_KM = 1.0


@dataclass(frozen=True, slots=True)
class Readings:
    """The places that a name may mean. shares: how probable each is; they add up to ``meant``."""

    mention: Mention
    places: tuple[Place, ...]
    shares: tuple[float, ...]


def read_together(mentions: Sequence[Mention]) -> list[Readings]:
    """Mentions with their readings, weighed by population and by the other mentions."""
    kept = [
        sorted(mention.places, key=lambda place: -place.population)[:MOST_READINGS]
        for mention in mentions
    ]
    alone = [
        _normalised(
            np.power([place.population or UNKNOWN_PEOPLE for place in places], POPULATION_POWER)
        )
        for places in kept
    ]
    # What is hardly a place itself speaks for no other.
    speaking = [one.meant if one.meant >= LEAST_MEANT else 0.0 for one in mentions]
    supports = _supports(kept, alone, speaking)
    found = [_weighed(*one) for one in zip(mentions, kept, alone, supports, strict=True)]
    return [
        readings
        for readings in found
        if sum(readings.shares) >= LEAST_MEANT or readings.mention.kind != "talk"
    ]


def _weighed(
    mention: Mention, places: Sequence[Place], alone: Float64, support: Float64
) -> Readings:
    shares = _normalised(alone * (1.0 + SUPPORT * support))
    # A name that fits to its neighbours is hardly a word or a person of that name.
    fits = float((shares * support).sum())
    meant = 1.0 - (1.0 - mention.meant) / (1.0 + fits)
    return Readings(mention, tuple(places), tuple(float(share) for share in shares * meant))


def _supports(
    kept: Sequence[Sequence[Place]], alone: Sequence[Float64], meant: Sequence[float]
) -> list[Float64]:
    """For each reading of each name: the shares of other names' readings near it, limited."""
    if not kept:
        return []
    starts = np.cumsum([0, *(len(places) for places in kept)])
    names = np.repeat(np.arange(len(kept)), np.diff(starts))
    distances_km = _between_km([place for places in kept for place in places])
    # The same place under two names does not speak for itself.
    near = (distances_km <= NEAR_KM) & (distances_km > SAME_KM) & (names[:, None] != names)
    shares = np.maximum.reduceat(near * np.concatenate(alone), starts[:-1], axis=1)
    support = np.minimum(shares @ np.asarray(meant, np.float64), MOST_SUPPORT)
    return [support[first:last] for first, last in pairwise(starts.tolist())]


def _between_km(places: Sequence[Place]) -> Float64:
    """Distances ``(places, places)`` along the surface."""
    points = [place.point for place in places]
    vectors = unit_vectors([one.lat for one in points], [one.lon for one in points])
    return np.asarray(EARTH_KM * np.arccos(np.clip(vectors @ vectors.T, -1.0, 1.0)), np.float64)


def _normalised(weights: npt.ArrayLike) -> Float64:
    array = np.asarray(weights, np.float64)
    return np.asarray(array / array.sum(), np.float64)


def agreement(named: Sequence[Readings], hinted: Sequence[frozenset[str]]) -> list[int]:
    """With how many of the others each name, and then each set of countries, agrees.

    Names agree that mean places of one country, or near one another.
    """
    likeliest = [_likeliest(readings) for readings in named]
    countries = [frozenset((place.country,)) for place in likeliest] + list(hinted)
    same = np.array([[bool(a & b) for b in countries] for a in countries]).reshape(
        len(countries), len(countries)
    )
    count = len(named)
    if count:
        same[:count, :count] |= _between_km(likeliest) <= NEAR_KM
    return [int(row.sum()) - 1 for row in same]


def _likeliest(readings: Readings) -> Place:
    return max(zip(readings.shares, readings.places, strict=True), key=lambda pair: pair[0])[1]
