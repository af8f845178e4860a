"""From an answer's coordinates and names to the place that is meant."""

from __future__ import annotations

from typing import Any

import pytest

from audiosvc.estimates import Point
from audiosvc.geo.evidence.guess_place import Guess, iso_of, settle
from audiosvc.geo.evidence.guess_reply import Unusable, read_reply
from audiosvc.geo.grid import load_grid
from tests.fakes.audio_language import answer
from tests.fakes.small_world import SmallGazetteer

GAZETTEER: Any = SmallGazetteer()


def settled(**changes: object) -> Guess:
    return settle(read_reply(answer(**changes)), load_grid(), GAZETTEER)


@pytest.mark.parametrize(
    ("name", "iso"),
    [
        ("Sweden", "SE"),
        ("  united   STATES ", "US"),
        ("USA", "US"),
        ("The United States of America", "US"),
        ("the Netherlands", "NL"),
        ("The Gambia", "GM"),
        ("Côte d’Ivoire", "CI"),
        ("Trinidad and Tobago", "TT"),
        ("England", "GB"),
        ("se", "SE"),
        ("Sverige", None),
        ("Europe", None),
        ("Unknown", None),
        ("Unknown Region", None),
        ("", None),
        (None, None),
    ],
)
def test_countries_by_name(name: str | None, iso: str | None) -> None:
    assert iso_of(name) == iso


def test_coordinates_and_country_agree() -> None:
    assert settled() == Guess(Point(59.33, 18.07), "SE")


def test_swapped_coordinates_are_told_by_the_country() -> None:
    assert settled(lat=18.07, lon=59.33) == Guess(Point(59.33, 18.07), "SE")
    assert settled(lat=139.69, lon=35.69, country="Japan") == Guess(Point(35.69, 139.69), "JP")


def test_coordinates_without_a_country_have_the_one_where_they_lie() -> None:
    assert settled(country=None) == Guess(Point(59.33, 18.07), "SE")
    assert settled(country="Scandinavia") == Guess(Point(59.33, 18.07), "SE")
    assert settled(lat=40.0, lon=-35.0, country=None) == Guess(Point(40.0, -35.0), None)


def test_coordinates_off_the_coast_are_in_the_country() -> None:
    assert settled(lat=58.3, lon=17.9) == Guess(Point(58.3, 17.9), "SE")


def test_coordinates_elsewhere_contradict_the_country() -> None:
    with pytest.raises(Unusable, match="not in the country that it names"):
        settled(country="Brazil")
    with pytest.raises(Unusable, match="not in the country that it names"):
        settled(lat=-59.33)


def test_a_latitude_beyond_the_pole_that_nothing_explains() -> None:
    with pytest.raises(Unusable, match="lat has to be from -90 to 90"):
        settled(lat=139.69, lon=35.69, country=None)


@pytest.mark.parametrize("nothing", [None, 0, 0.0, -0.0])
def test_without_coordinates_the_city_tells(nothing: float | None) -> None:
    assert settled(lat=nothing, lon=nothing, country="United Kingdom", city="Manchester") == Guess(
        Point(53.48, -2.24), "GB"
    )
    assert settled(lat=nothing, lon=nothing, city="Atlantis") == Guess(None, "SE")
    assert settled(lat=nothing, lon=nothing, city=None) == Guess(None, "SE")
    assert settled(lat=nothing, lon=nothing, country=None) == Guess(None, None)
