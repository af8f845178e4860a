"""No more is told of a place than was asked for."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from audiosvc.errors import OptionError
from audiosvc.estimates import Candidate, Contribution, Point
from audiosvc.export import geo_json
from audiosvc.geo.precision import at_precision, read_precision, without_guess
from audiosvc.spans import Span
from tests.unit.export.estimates import LOCATED, LYON, UNKNOWN

GRENOBLE = Candidate("Grenoble", LYON.admin, "FR", "France", "Europe", Point(45.1878, 5.7247), 0.25)
FOUND = replace(LOCATED, candidates=(LYON, *LOCATED.candidates[1:], GRENOBLE))


class Square:
    """Nine cells of one country around a place, and a tenth elsewhere."""

    lat = np.array([45, 45, 45, 46, 46, 46, 47, 47, 47, 10], np.float32)
    lon = np.array([1, 2, 3, 1, 2, 3, 1, 2, 3, 10], np.float32)

    def of_country(self, iso: str) -> Any:
        return np.array([iso == "FR"] * 9 + [False])

    def distances_km(self, point: Point) -> Any:
        return 100.0 * np.hypot(self.lat - point.lat, self.lon - point.lon)


def grid() -> Any:
    return Square()


def no_grid() -> Any:
    raise AssertionError("nobody asked for a country")


def test_exact_is_everything() -> None:
    assert at_precision(FOUND, "exact", no_grid) is FOUND


def test_city_rounds_every_coordinate() -> None:
    found = at_precision(FOUND, "city", no_grid)
    assert found.point == Point(45.8, 5.0)
    assert [one.point for one in found.candidates] == [
        Point(45.7, 4.8),
        Point(46.2, 6.1),
        Point(45.2, 5.7),
    ]
    assert [one.name for one in found.candidates] == ["Lyon", "Geneva", "Grenoble"]


def test_region_names_no_city() -> None:
    found = at_precision(FOUND, "region", no_grid)
    assert found.point == Point(46.0, 5.0)
    assert [(one.name, one.admin) for one in found.candidates] == [
        ("Auvergne-Rhône-Alpes", None),
        ("Geneva", None),
    ]
    assert found.candidates[0].probability == pytest.approx(0.613 + 0.25)
    assert sum(share for _, share in found.heat) == pytest.approx(0.4)
    assert all(index.startswith("82") for index, _ in found.heat)  # cells of resolution 2
    assert at_precision(replace(FOUND, radius_50_km=3.0), "region", no_grid).radius_50_km == 80.0


def test_a_division_that_has_a_code_alone_is_told_by_its_country() -> None:
    coded = tuple(replace(one, admin="84") for one in (LYON, GRENOBLE))
    far = replace(LYON, admin="11")
    found = at_precision(replace(FOUND, candidates=(*coded, far)), "region", no_grid)
    assert [(one.name, one.admin) for one in found.candidates] == [
        ("France", "84"),
        ("France", "11"),
    ]


def test_country_tells_its_middle_alone() -> None:
    found = at_precision(replace(FOUND, radius_50_km=1.0, radius_90_km=2.0), "country", grid)
    (only,) = found.candidates
    assert (only.name, only.admin, only.country) == ("France", None, "FR")
    assert only.probability == pytest.approx(0.613 + 0.25)
    assert found.point == only.point == Point(46.0, 2.0)
    assert (found.radius_50_km, found.heat) == (100.0, ())
    assert found.radius_90_km == pytest.approx(141.4, abs=0.1)


def test_a_country_that_the_map_does_not_have_is_rounded_far() -> None:
    swiss = replace(FOUND, candidates=FOUND.candidates[1:2])
    assert at_precision(swiss, "country", grid).point == Point(46.0, 6.0)


def test_at_sea_there_is_no_country_to_tell() -> None:
    sea = replace(FOUND, candidates=(replace(LYON, country=None),))
    found = at_precision(sea, "country", grid)
    assert (found.point, found.candidates, found.heat) == (None, (), ())


def test_a_guess_is_withheld_only_where_it_is_one() -> None:
    assert without_guess(FOUND) is FOUND
    guess = replace(FOUND, status="NOT_LOCALIZABLE")
    found = without_guess(guess)
    assert (found.point, found.candidates, found.heat) == (None, (), ())
    assert found.reasoning == FOUND.reasoning
    assert found.summary == "What is heard does not say where this was made."
    assert at_precision(UNKNOWN, "city", no_grid) is UNKNOWN


@pytest.mark.parametrize("precision", ["region", "country"])
def test_what_is_coarser_than_a_city_names_none(precision) -> None:
    claim = "Villeurbanne is named."
    named = Contribution("places", "human_sounds", claim, 6.0, (Span(1, 2),))
    found = at_precision(
        replace(
            FOUND,
            evidence=(named, *FOUND.evidence),
            reasoning=("0:01–0:02 Villeurbanne is named: 6.0 bits", *FOUND.reasoning),
            summary="It is near Lyon, as Villeurbanne is named.",
        ),
        precision,
        grid,
    )
    told = json.loads(geo_json.serialise(found, "clip"))
    assert not {"Villeurbanne", "Lyon"} & set(re.findall(r"\w+", json.dumps(told)))
    assert told["reasoning"][0] == "0:01–0:02 places named in what is said: 6.0 bits"
    assert told["evidence"][1]["claim"] == "French speech"
    assert told["summary"].endswith("France.")


def test_precisions_by_name() -> None:
    assert read_precision("region") == "region"
    with pytest.raises(OptionError, match="city, region, country, exact"):
        read_precision("street")
