"""AGL1K, the benchmark of The Sonar Moment (arXiv 2601.03227), scored by its authors' own rules.

The rules are those of their published script. A coordinate of 0 or -1, an empty one or a word such
as ``unknown`` is a refusal and counts 10,000 km. A coordinate that is neither that nor a number on
the globe leaves the answer out of the mean, and so does an answer that is not there; ``strict_km``
beside it counts those 10,000 km as well. Distances are geodesics. Names are compared as in
``agl1k_names``, cities letter by letter but for case.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from statistics import mean, median

from audiosvc.estimates import Point
from audiosvc.evaluate.agl1k_names import continent_key, country_key
from audiosvc.evaluate.geo_scores import UNANSWERED_KM, distance_km, share, shares_within

SCENES = (
    "animal",
    "music",
    "natural_sounds",
    "channel",
    "environment_and_background",
    "sounds_of_things",
)
"""The categories whose error is told apart among clips without human sounds."""
CATEGORIES = ("human_sounds", *SCENES, "source_ambiguous_sounds")
HEARD = 0.1
"""From here on a category counts as heard."""
_REFUSALS = {"", "-1", "0", "0.0", "null", "none", "n/a", "na", "unknown", "unable", "cannot"}


@dataclass(frozen=True, slots=True)
class Clip:
    """The truth of one clip. heard: how much of each of CATEGORIES."""

    point: Point
    city: str | None
    country: str | None
    continent: str | None
    heard: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Prediction:
    """One answer, as it was written."""

    lat: str | None = None
    lon: str | None = None
    city: str | None = None
    country: str | None = None
    continent: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the leaderboard, and what it leaves out.

    mean_km: the paper's distance error. strict_km: over all clips, those without a usable answer
    counted as 10,000 km. speech_km, other_km: by human sounds; scenes_km: among the others.
    answered, absent, unusable: clips with an answer, without one, with one left out of the mean.
    """

    answered: int
    absent: int
    unusable: int
    mean_km: float | None
    strict_km: float
    median_km: float | None
    continent: float | None
    country: float | None
    city: float | None
    refused: float | None
    within: dict[int, float]
    speech_km: float | None
    other_km: float | None
    scenes_km: dict[str, float | None]


def score(truth: Mapping[str, Clip], predictions: Mapping[str, Prediction]) -> Row:
    """The row of these predictions, each under a key that the truth has too."""
    pairs = [(truth[key], prediction) for key, prediction in predictions.items()]
    placed = [(clip, error_km(clip.point, given)) for clip, given in pairs]
    errors = [error for _, error in placed if error is not None]
    left_out = len(truth) - len(errors)
    return Row(
        answered=len(pairs),
        absent=len(truth) - len(pairs),
        unusable=len(pairs) - len(errors),
        mean_km=_mean(errors),
        strict_km=mean(errors + [UNANSWERED_KM] * left_out),
        median_km=median(errors) if errors else None,
        continent=_agreement(pairs, lambda one: continent_key(one.continent)),
        country=_agreement(pairs, lambda one: country_key(one.country)),
        city=_agreement(pairs, lambda one: None if one.city is None else one.city.lower()),
        refused=_mean([refused(given) for _, given in pairs]),
        within=shares_within(errors) if errors else {},
        speech_km=_mean_where(placed, lambda heard: heard["human_sounds"] >= HEARD),
        other_km=_mean_where(placed, lambda heard: heard["human_sounds"] < HEARD),
        scenes_km={scene: _mean_where(placed, _only(scene)) for scene in SCENES},
    )


def error_km(truth: Point, given: Prediction) -> float | None:
    """The distance, 10,000 km for a refusal, None for what is neither refusal nor place."""
    if _declines(given.lat) or _declines(given.lon):
        return UNANSWERED_KM
    try:
        lat, lon = float(given.lat or ""), float(given.lon or "")
    except ValueError:
        return None
    if not (abs(lat) <= 90 and abs(lon) < inf):  # a longitude may go round more than once
        return None
    return UNANSWERED_KM if 0.0 in {lat, lon} else distance_km(truth, Point(lat, lon))


def refused(given: Prediction) -> bool:
    """Whether any of the five things asked for was declined."""
    asked = (given.lat, given.lon, given.city, country_key(given.country))
    return any(_declines(text) for text in (*asked, continent_key(given.continent)))


def constant(truth: Mapping[str, Clip], always: Prediction) -> dict[str, Prediction]:
    """The same answer for every clip."""
    return dict.fromkeys(truth, always)


def at_random(truth: Mapping[str, Clip], seed: int) -> dict[str, Prediction]:
    """Uniform in degrees, as the authors draw them: too often near the poles. No name fits."""
    draw = random.Random(seed)  # noqa: S311 - a baseline, no secret
    return {
        key: Prediction(str(draw.uniform(-90, 90)), str(draw.uniform(-180, 180)), "?", "?", "?")
        for key in truth
    }


def _declines(text: str | None) -> bool:
    return text is None or text.strip().lower() in _REFUSALS


def _agreement(
    pairs: Sequence[tuple[Clip, Prediction]], key: Callable[[Clip | Prediction], str | None]
) -> float | None:
    """The share of equal names, among pairs that have both."""
    keys = [(key(clip), key(given)) for clip, given in pairs]
    return share([a == b for a, b in keys if a is not None and b is not None])


def _only(scene: str) -> Callable[[Mapping[str, float]], bool]:
    return lambda heard: heard[scene] >= HEARD and heard["human_sounds"] < HEARD


def _mean_where(
    placed: Sequence[tuple[Clip, float | None]], wanted: Callable[[Mapping[str, float]], bool]
) -> float | None:
    return _mean([error for clip, error in placed if error is not None and wanted(clip.heard)])


def _mean(values: Sequence[float]) -> float | None:
    return mean(values) if values else None
