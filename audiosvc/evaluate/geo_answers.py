"""Answers to "where was this recorded?", our own and those of baselines, beside the truth."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from audiosvc.errors import AudiosvcError
from audiosvc.estimates import GeoEstimate, Point
from audiosvc.evaluate.geo_names import continent_name, continent_of, country_code
from audiosvc.evaluate.geo_scores import UNANSWERED_KM, Hit, distance_km
from audiosvc.evaluate.located import LocatedClip

FRANKFURT = Point(50.11, 8.68)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered. country: ISO 3166 alpha-2. No point counts as 10,000 km."""

    point: Point | None
    country: str | None = None
    city: str | None = None
    continent: str | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one recording: an estimate, or why there is none, and the time it took."""

    estimate: GeoEstimate | None
    failure: str | None
    wall_s: float

    @property
    def answer(self) -> Answer:
        """As the likeliest candidate has it."""
        if self.estimate is None:
            return Answer(None)
        best = next(iter(self.estimate.candidates), None)
        refused = self.estimate.status == "NOT_LOCALIZABLE"
        if best is None:
            return Answer(self.estimate.point, refused=refused)
        continent = continent_name(best.continent) or continent_of(best.country)
        return Answer(self.estimate.point, best.country, best.name, continent, refused)


class Map(Protocol):
    """The cells of the land: their centres in degrees, and their countries."""

    @property
    def lat(self) -> npt.NDArray[np.float32]:
        """Shape ``(cells,)``."""

    @property
    def lon(self) -> npt.NDArray[np.float32]:
        """Shape ``(cells,)``."""

    @property
    def country(self) -> npt.NDArray[np.int16]:
        """Shape ``(cells,)``: an index into countries, -1 for none."""

    @property
    def countries(self) -> tuple[str, ...]:
        """ISO 3166 alpha-2 codes."""

    def of_country(self, iso: str) -> npt.NDArray[np.bool_]:
        """Shape ``(cells,)``: which cells are that country's."""

    def distances_km(self, point: Point) -> npt.NDArray[np.float32]:
        """Shape ``(cells,)``: from the point to each cell's centre."""

    def cell_at(self, point: Point) -> int | None:
        """The cell that the point lies in, or the nearest."""


def run(audio: Path, locate: Callable[[Path], GeoEstimate]) -> Outcome:
    """The recording located and timed. An error that was raised on purpose is its failure."""
    begun_s = time.monotonic()
    try:
        estimate, failure = locate(audio), None
    except AudiosvcError as error:
        estimate, failure = None, str(error)
    return Outcome(estimate, failure, time.monotonic() - begun_s)


def judge(clip: LocatedClip, answer: Answer, place: int) -> Hit:
    """The answer beside the truth; one without a country or city is wrong about it."""
    country = country_code(clip.country)
    continent = continent_name(clip.continent) or continent_of(country)
    city = clip.city.casefold() if clip.city else None
    return Hit(
        error_km=distance_km(clip.point, answer.point) if answer.point else UNANSWERED_KM,
        place=place,
        continent=continent,
        continent_right=answer.continent == continent if continent else None,
        country_right=answer.country == country if country else None,
        city_right=(answer.city or "").casefold() == city if city else None,
        refused=answer.refused,
    )


def always_frankfurt(count: int) -> list[Answer]:
    """The constant answer that beats most audio-language models."""
    return [Answer(FRANKFURT, "DE", "Frankfurt am Main", "Europe")] * count


def at_random(count: int, cells: Map, seed: int) -> list[Answer]:
    """For each clip a cell of the land, all equally likely."""
    draw = random.Random(seed)  # noqa: S311 - a baseline, no secret
    answers = []
    for cell in draw.choices(range(len(cells.lat)), k=count):
        number = int(cells.country[cell])
        country = cells.countries[number] if number >= 0 else None
        point = Point(float(cells.lat[cell]), float(cells.lon[cell]))
        answers.append(Answer(point, country, continent=continent_of(country)))
    return answers


def distance_to_countries_km(point: Point, countries: Sequence[str], cells: Map) -> float | None:
    """To the centre of the nearest cell of these countries; 0 inside one; None without any."""
    theirs = np.any([cells.of_country(country) for country in countries], axis=0)
    if not theirs.any():
        return None
    here = cells.cell_at(point)
    if here is not None and theirs[here]:
        return 0.0
    return float(cells.distances_km(point)[theirs].min())
