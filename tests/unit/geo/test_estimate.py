"""From evidence to an answer, on a small map."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiosvc.estimates import Point
from audiosvc.geo.candidates import SURROUNDINGS_KM, candidates, likeliest_cells, modes
from audiosvc.geo.estimate import estimate
from audiosvc.geo.fuse import posterior
from audiosvc.geo.median import least_expected, radius_km
from audiosvc.geo.weights import WEIGHTS
from tests.unit.geo.small_world import (
    GAZETTEER,
    GRID,
    LEVEL,
    around,
    piece,
    pointing_to,
    small_grid,
)

CELLS = len(GRID.cells)
COUNTRIES = GRID.countries

weights_of_cells = st.lists(
    st.tuples(st.integers(0, CELLS - 1), st.floats(0.01, 1.0)), min_size=1, max_size=12
)
evidence_of_countries = st.lists(
    st.builds(
        lambda isos, strength, source, claim: piece(
            pointing_to(*isos, strength=strength), claim, source
        ),
        st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=3),
        st.floats(0.0, 12.0),
        st.sampled_from(["language", "places", "birds", "hum", "unheard-of"]),
        st.sampled_from(["One", "Another", "A third"]),
    ),
    max_size=5,
)


def estimated(*evidence, top=5):
    return estimate(GRID, GAZETTEER, LEVEL, evidence, top=top)


def spread(chosen):
    probabilities = np.full(CELLS, 1e-9)
    for cell, mass in chosen:
        probabilities[cell] += mass
    return probabilities / probabilities.sum()


@given(weights_of_cells)
def test_no_cell_is_a_better_answer_than_the_point(chosen):
    probabilities = spread(chosen)
    point = least_expected(GRID, probabilities)
    expected = float(GRID.distances_km(point) @ probabilities)
    for cell in {cell for cell, _ in chosen}:
        middle = Point(float(GRID.lat[cell]), float(GRID.lon[cell]))
        # What lies within half a cell of the point is as good as at it.
        assert expected <= float(GRID.distances_km(middle) @ probabilities) + 40.0


@pytest.mark.parametrize("iso", COUNTRIES)
def test_the_point_is_as_good_as_the_best_of_all_cells(iso):
    probabilities = posterior(LEVEL, [piece(pointing_to(iso, strength=3.0))], WEIGHTS)
    expected = float(GRID.distances_km(least_expected(GRID, probabilities)) @ probabilities)
    best = min(
        float(GRID.distances_km(Point(float(lat), float(lon))) @ probabilities)
        for lat, lon in zip(GRID.lat, GRID.lon, strict=True)
    )
    assert expected <= best * 1.01


def test_the_point_is_not_the_peak():
    # One likely cell in Japan against many in Sweden that are each less likely.
    probabilities = np.where(GRID.of_country("SE"), 1.0, 1e-9)
    probabilities[np.flatnonzero(GRID.of_country("JP"))[0]] = 60.0
    probabilities /= probabilities.sum()
    point = least_expected(GRID, probabilities)
    assert 56.0 < point.lat < 68.0
    assert 12.0 < point.lon < 20.0


def test_the_date_line_cuts_nothing():
    grid = small_grid({"FJ": (-19.0, -16.0, 176.0, 180.0), "TO": (-19.0, -16.0, -180.0, -176.0)})
    level = np.full(len(grid.cells), 1.0 / len(grid.cells))
    point = least_expected(grid, level)
    assert abs(point.lon) > 178.0
    assert radius_km(level, grid.distances_km(point), 0.9) < 500.0


@given(weights_of_cells)
def test_the_larger_share_has_the_larger_radius(chosen):
    probabilities = spread(chosen)
    from_point_km = GRID.distances_km(least_expected(GRID, probabilities))
    half, most = (radius_km(probabilities, from_point_km, share) for share in (0.5, 0.9))
    assert half < most
    assert probabilities[from_point_km <= half].sum() >= 0.5 - 1e-6
    assert probabilities[from_point_km <= most].sum() >= 0.9 - 1e-6


def test_one_cell_still_has_an_extent():
    probabilities = spread([(0, 1e9)])
    from_point_km = GRID.distances_km(least_expected(GRID, probabilities))
    assert 30.0 < radius_km(probabilities, from_point_km, 0.5) < 60.0


@given(weights_of_cells, st.integers(1, 8))
def test_surroundings_are_apart_and_none_is_counted_twice(chosen, most):
    probabilities = spread(chosen)
    found = modes(GRID, probabilities, most)
    assert len(found) <= most
    assert sum(mass for _, mass in found) <= 1.0 + 1e-9
    assert [mass for _, mass in found] == sorted((mass for _, mass in found), reverse=True)
    for number, (cell, _) in enumerate(found):
        middle = Point(float(GRID.lat[cell]), float(GRID.lon[cell]))
        others = [other for other, _ in found[number + 1 :]]
        assert np.all(GRID.distances_km(middle)[others] > SURROUNDINGS_KM - 3.0)


def test_candidates_are_places_with_names():
    probabilities = posterior(
        LEVEL, [piece(around(Point(59.3, 18.1), 60.0)), piece(pointing_to("SE"))], WEIGHTS
    )
    first = candidates(GRID, GAZETTEER, probabilities, 3)[0]
    assert (first.name, first.admin, first.country) == ("Stockholm", "Stockholm", "SE")
    assert (first.country_name, first.continent) == ("Sweden", "Europe")
    assert first.probability > 0.5


def test_where_no_place_is_near_the_country_is_the_name():
    cell = int(np.flatnonzero((GRID.lat == -3.0) & (GRID.lon == -58.0))[0])
    (only,) = candidates(GRID, GAZETTEER, spread([(cell, 1e9)]), 1)
    assert (only.name, only.admin, only.country) == ("Brazil", None, "BR")
    assert only.point == Point(-3.0, -58.0)


@given(weights_of_cells)
def test_the_heat_is_the_fewest_cells_with_nine_tenths(chosen):
    probabilities = spread(chosen)
    cells = likeliest_cells(probabilities)
    assert probabilities[cells].sum() >= 0.9 - 1e-9
    assert probabilities[cells[:-1]].sum() < 0.9
    assert len(likeliest_cells(np.full(2000, 1 / 2000))) == 500


@settings(max_examples=30)
@given(evidence_of_countries, st.randoms())
def test_the_answer_is_the_same_whatever_order_the_evidence_comes_in(evidence, random):
    shuffled = list(evidence)
    random.shuffle(shuffled)
    assert estimated(*shuffled) == estimated(*evidence)


@settings(max_examples=30)
@given(evidence_of_countries)
def test_every_answer_is_whole(evidence):
    found = estimated(*evidence)
    assert found.point is not None
    assert found.radius_90_km >= found.radius_50_km > 0.0
    assert sum(one.probability for one in found.candidates) <= 1.0 + 1e-6
    assert len(found.evidence) == len(evidence)
    assert found.reasoning
    assert found.summary
    bits = [one.bits for one in found.evidence]
    assert all(one >= other - 1e-6 for one, other in itertools.pairwise(bits))


def test_evidence_that_agrees_sharpens_the_answer():
    language = piece(pointing_to("SE", "FI"), source="language")
    place = piece(around(Point(59.3, 18.1), 80.0), source="places")
    wide, sharp = estimated(language), estimated(language, place)
    assert sharp.radius_90_km < wide.radius_90_km
    assert sharp.localizability > wide.localizability
    assert sharp.candidates[0].name == "Stockholm"
    assert sharp.status == "LOCATED"
    assert dict(sharp.heat).keys() <= set(GRID.cells)


def test_as_many_candidates_as_are_wanted():
    assert len(estimated(top=1).candidates) == 1
    assert len(estimated(top=7).candidates) == 7
    assert estimated(top=0).candidates == ()


def test_a_world_of_cells_is_quick():
    # As many cells as the real map has, all over the world.
    steps = np.linspace(-60.0, 75.0, 110)
    grid = small_grid()
    lat, lon = np.meshgrid(steps, np.linspace(-179.0, 179.0, 140))
    grid = type(grid)(
        cells=tuple(map(str, range(lat.size))),
        lat=lat.ravel().astype(np.float32),
        lon=lon.ravel().astype(np.float32),
        country=np.zeros(lat.size, np.int16),
        countries=("SE",),
    )
    prior = np.zeros(lat.size, np.float32)
    evidence = [piece(around(Point(40.0, 10.0 * number), 900.0, grid)) for number in range(12)]
    begun = time.process_time()
    estimate(grid, GAZETTEER, prior, evidence)
    # A tenth of that where nothing else runs.
    assert time.process_time() - begun < 3.0
