"""Where a recording was made: the values that pass between evidence, map and answer.

Latitudes and longitudes are degrees (WGS 84), distances kilometres along the surface.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt

from audiosvc.spans import Span
from audiosvc.types import Audio, Notice, Transcript

Category = Literal[
    "human_sounds",
    "animal",
    "music",
    "natural_sounds",
    "channel",
    "environment_and_background",
    "sounds_of_things",
    "source_ambiguous",
    "context",
]
"""What kind of sound a piece of evidence rests on: the eight of AGL1K; ``context`` is no sound but
what the caller said."""

Status = Literal["LOCATED", "NOT_LOCALIZABLE"]

Precision = Literal["city", "region", "country", "exact"]
"""How much is told. city: to 0.1 degrees. region: to a degree, and places by their first-level
division. country: the country's middle, and no place. exact: everything."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the surface."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Context:
    """What the caller knows of a recording. country: ISO 3166 alpha-2. locale: such as sv_SE.

    within: a place with a radius in kilometres, where it surely was; box: its south-western and
    north-eastern corner, which may lie beyond 180 degrees. heat: where such recordings are from, in
    place of the map's own prior: weights of H3 cells. recorded_on: the day. local_hour: the time of
    day, 0 to 24.
    """

    country: str | None = None
    locale: str | None = None
    within: tuple[Point, float] | None = None
    box: tuple[Point, Point] | None = None
    heat: Mapping[str, float] | None = None
    recorded_on: date | None = None
    local_hour: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """What evidence is taken from.

    audio: 16 kHz mono, what was listened to of the recording. wide: the same at 48 kHz. speech:
    detected. languages: probabilities by BCP-47 tag for stretches of speech. transcript: of the
    speech, None without any. context: from the caller.
    """

    audio: Audio
    wide: Audio
    speech: tuple[Span, ...] = ()
    languages: tuple[tuple[Span, Mapping[str, float]], ...] = ()
    transcript: Transcript | None = None
    context: Context = field(default_factory=Context)


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """One reason to believe in some places more than in others.

    source: the extractor's name: ``language``. log_likelihood: float32 ``(cells,)``, natural
    logarithm, of hearing this in each cell, up to a constant; 0 everywhere is no information.
    claim: what was heard, in words that stand alone, without a place that the map does not show.
    spans: where in the recording.
    """

    source: str
    category: Category
    claim: str
    log_likelihood: npt.NDArray[np.float32]
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a piece of evidence did to the answer.

    bits: by how much it narrowed the map, given all the others; negative where it contradicts them.
    """

    source: str
    category: Category
    claim: str
    bits: float
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that the recording may be from. country: ISO 3166 alpha-2, None at sea.

    name: of the place. admin: the first-level division. probability: that it was in this place's
    surroundings.
    """

    name: str
    admin: str | None
    country: str | None
    country_name: str | None
    continent: str | None
    point: Point
    probability: float


@dataclass(frozen=True, slots=True)
class GeoEstimate:
    """The answer.

    point: the least expected distance. radius_50_km, radius_90_km: around it, that hold half and
    nine tenths of the probability. localizability: 0 to 1, about the probability that the truth
    lies within 1,000 km. candidates: likeliest first. heat: the likeliest cells by H3 index, with
    their probability. listened_s: how much of the recording was heard. notices: what could not be
    listened for, and what was odd about the recording.
    """

    status: Status
    point: Point | None
    radius_50_km: float
    radius_90_km: float
    localizability: float
    candidates: tuple[Candidate, ...]
    evidence: tuple[Contribution, ...]
    reasoning: tuple[str, ...]
    summary: str
    heat: tuple[tuple[str, float], ...] = ()
    listened_s: float = 0.0
    notices: tuple[Notice, ...] = ()
    version: str = ""
