"""Figures of distances, places and calibration."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.estimates import Point
from audiosvc.evaluate.geo_scores import (
    THRESHOLDS_KM,
    Hit,
    calibration_error,
    coverage,
    distance_km,
    figures,
    place_weights,
    places,
    reliability,
    share,
    shares_within,
)

POINTS = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
ERRORS = st.lists(st.floats(0, 20_004), min_size=1, max_size=30)
SCORED = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50)


def test_a_degree_of_latitude_is_longer_at_the_pole_than_at_the_equator() -> None:
    equator = distance_km(Point(0, 0), Point(1, 0))
    pole = distance_km(Point(89, 0), Point(90, 0))
    assert (round(equator, 2), round(pole, 2)) == (110.57, 111.69)


@given(POINTS, POINTS)
def test_distances_are_the_same_both_ways_and_at_most_half_round_the_earth(
    a: Point, b: Point
) -> None:
    there = distance_km(a, b)
    assert math.isclose(there, distance_km(b, a), abs_tol=1e-6)
    assert 0 <= there <= 20_004
    assert distance_km(a, a) == 0


def test_clips_in_a_chain_of_short_steps_are_one_place() -> None:
    near = [Point(50.0, 8.0), Point(50.4, 8.0), Point(50.8, 8.0)]  # 44 km each step, 89 in all
    date_line = [Point(0, 179.9), Point(0, -179.9)]
    numbers = places([near[0], near[2], near[1], *date_line, Point(0, 179.0)])
    assert numbers[0] == numbers[1] == numbers[2]
    assert numbers[3] == numbers[4]
    assert len(set(numbers)) == 3


def test_a_step_of_just_over_the_limit_parts_two_places() -> None:
    north = Point(60 + 50.2 / 111.4, 20)
    assert distance_km(Point(60, 20), north) > 50
    assert len(set(places([Point(60, 20), north]))) == 2
    assert len(set(places([Point(60, 20), north], within_km=51))) == 1


@given(st.lists(POINTS, min_size=1, max_size=12), st.randoms())
def test_places_do_not_depend_on_the_order_of_clips(points: list[Point], random: Random) -> None:
    order = list(range(len(points)))
    random.shuffle(order)
    numbers, others = places(points), places([points[n] for n in order])
    for i, a in enumerate(order):
        for j, b in enumerate(order):
            assert (numbers[a] == numbers[b]) == (others[i] == others[j])


def test_the_mean_over_places_counts_a_place_once() -> None:
    hits = [Hit(100, 0, "Asia"), Hit(300, 0, "Asia"), Hit(1000, 1, "Europe"), Hit(40, 2)]
    found = figures(hits)
    assert (found.clips, found.places) == (4, 3)
    assert found.mean_km == 360
    assert found.median_km == 200
    assert found.mean_over_places_km == pytest.approx((200 + 1000 + 40) / 3)
    assert found.median_over_places_km == 200
    assert found.macro_km == 600
    assert found.continents_km == {"Asia": 200, "Europe": 1000}


def test_what_is_not_known_of_the_truth_is_not_counted() -> None:
    hits = [
        Hit(1, 0, "Asia", continent_right=True, country_right=False, refused=True),
        Hit(1, 1, "Asia", continent_right=False),
    ]
    found = figures(hits)
    assert (found.continent, found.country, found.city) == (0.5, 0.0, None)
    assert found.refused == 0.5
    assert figures([Hit(1, 0)]).macro_km is None


@given(ERRORS)
def test_a_wider_circle_holds_as_many_or_more(errors: list[float]) -> None:
    found = list(shares_within(errors).values())
    assert all(narrow <= wide for narrow, wide in pairwise(found))
    assert len(found) == len(THRESHOLDS_KM)


def test_an_error_of_the_threshold_itself_is_not_within_it() -> None:
    found = shares_within([25.0, 24.9])
    assert (found[10], found[25], found[100]) == (0.0, 0.5, 1.0)


@given(SCORED)
def test_calibration_error_lies_between_0_and_1_and_bins_weigh_1(
    scored: list[tuple[float, bool]],
) -> None:
    scores, true = zip(*scored, strict=True)
    bins = reliability(scores, true)
    assert 0 <= calibration_error(bins) <= 1
    assert sum(one.weight for one in bins) == pytest.approx(1)
    assert all(one.low - 1e-9 <= one.score <= one.high + 1e-9 for one in bins)


def test_scores_that_hold_as_often_as_they_say_have_no_error() -> None:
    scores = [0.25] * 4 + [0.75] * 4 + [1.0]
    true = [True, False, False, False, True, True, True, False, True]
    assert calibration_error(reliability(scores, true)) == pytest.approx(0)
    assert calibration_error(reliability([1.0, 1.0], [False, False])) == 1.0


def test_weights_let_each_place_count_once() -> None:
    numbers = [0, 0, 0, 1]
    assert place_weights(numbers) == pytest.approx([1 / 6, 1 / 6, 1 / 6, 1 / 2])
    scores, true = [0.95, 0.95, 0.95, 0.95], [True, True, True, False]
    even = reliability(scores, true, place_weights(numbers))
    assert (len(even), even[0].share) == (1, pytest.approx(0.5))


def test_coverage_and_shares_without_anything_are_none() -> None:
    assert coverage([10, 20, 30], [10, 10, 40]) == pytest.approx(2 / 3)
    assert coverage([], []) is None
    assert share([None]) is None
