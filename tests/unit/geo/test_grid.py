import itertools
import json
import math
from importlib.resources import files

import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.estimates import Point
from audiosvc.geo.grid import load_grid
from audiosvc.geo.world import outlines

GRID = load_grid()
BERLIN = Point(52.52, 13.41)


@pytest.mark.parametrize(
    ("lat", "lon", "iso"),
    [
        (52.52, 13.41, "DE"),
        (64.15, -21.94, "IS"),
        (1.30, 103.85, "SG"),
        (-18.14, 178.44, "FJ"),
        (-16.5, -179.9, "FJ"),  # the other side of the date line
        (21.31, -157.86, "US"),
        (49.61, 6.13, "LU"),
        (42.66, 21.17, "XK"),
        (4.92, -52.31, "GF"),  # Natural Earth has it as a part of France
        (3.2, -53.0, "GF"),
        (-21.1, 55.5, "RE"),
        (78.22, 15.63, "SJ"),
        (66.0, -173.0, "RU"),  # beyond 180° E
        (-77.85, 166.67, "AQ"),
        (-89.9, 0.0, "AQ"),
        (67.0, -50.7, "GL"),
        (9.6, 44.1, "SO"),
        (-7.95, -14.36, "SH"),
    ],
)
def test_places_lie_in_their_countries(lat: float, lon: float, iso: str) -> None:
    cell = GRID.cell_at(Point(lat, lon))
    assert cell is not None
    assert GRID.countries[GRID.country[cell]] == iso
    assert GRID.of_country(iso)[cell]
    assert GRID.touching(iso)[cell]


@pytest.mark.parametrize("point", [Point(-40, -130), Point(30, -45), Point(88, 0)])
def test_the_open_sea_has_no_cell(point: Point) -> None:
    assert GRID.cell_at(point) is None


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_point_lies_in_the_h3_cell_of_that_point_where_the_map_has_it(
    lat: float, lon: float
) -> None:
    found, own = GRID.cell_at(Point(lat, lon)), h3.latlng_to_cell(lat, lon, 3)
    if own in GRID.cells:
        assert found is not None
        # The nearest middle is a neighbour's at most, as H3's borders are not quite halfway.
        assert h3.grid_distance(own, GRID.cells[found]) <= 1


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_distances_are_those_of_the_sphere(lat: float, lon: float) -> None:
    distances = GRID.distances_km(Point(lat, lon))
    for cell in (0, len(GRID) // 2, len(GRID) - 1):
        there = h3.cell_to_latlng(GRID.cells[cell])
        assert distances[cell] == pytest.approx(
            h3.great_circle_distance((lat, lon), there, unit="km"), rel=1e-3, abs=0.5
        )


def test_a_cell_is_no_distance_from_itself() -> None:
    assert GRID.distances_km(Point(*h3.cell_to_latlng(GRID.cells[7])))[7] < 0.01


def test_what_the_map_holds_adds_up_to_the_world() -> None:
    assert 140e6 < GRID.land_km2.sum() < 149e6
    assert 7e9 < GRID.population.sum() < 8.5e9
    assert GRID.land_km2.min() > 0
    assert all(len(column) == len(GRID) for column in (GRID.lat, GRID.lon, GRID.country))
    assert list(GRID.cells) == sorted(set(GRID.cells))


@pytest.mark.parametrize(
    ("iso", "km2"), [("SE", 450e3), ("FR", 551e3), ("BR", 8.5e6), ("RU", 17.1e6), ("NZ", 268e3)]
)
def test_countries_have_their_size(iso: str, km2: float) -> None:
    assert GRID.land_km2[GRID.of_country(iso)].sum() == pytest.approx(km2, rel=0.12)


@pytest.mark.parametrize(("iso", "people"), [("IN", 1.35e9), ("DE", 83e6), ("KE", 51e6)])
def test_countries_have_their_people(iso: str, people: float) -> None:
    assert GRID.population[GRID.of_country(iso)].sum() == pytest.approx(people, rel=0.1)


def test_a_state_without_a_cell_has_the_one_that_it_lies_in() -> None:
    assert not (GRID.country == GRID.countries.index("MC")).any()
    cell = GRID.cell_at(Point(43.73, 7.42))
    assert 1 <= GRID.of_country("MC").sum() <= 2
    assert cell in np.flatnonzero(GRID.of_country("MC"))


def test_a_code_that_is_on_no_map_has_no_cells() -> None:
    assert not GRID.of_country("XX").any()
    assert not GRID.touching("XX").any()


def test_a_border_cell_touches_both_countries() -> None:
    cell = GRID.cell_at(Point(48.58, 7.75))  # Strasbourg, on the Rhine
    assert GRID.touching("FR")[cell]
    assert GRID.touching("DE")[cell]


def test_every_cell_with_a_country_is_touched_by_it() -> None:
    has = GRID.country >= 0
    pairs = {tuple(pair) for pair in GRID.parts.tolist()}
    assert all((cell, int(GRID.country[cell])) in pairs for cell in np.flatnonzero(has).tolist())


def test_outlines_are_closed_and_lie_on_the_map() -> None:
    drawn = dict(outlines())
    assert {"SE", "BR", "FJ", "XK"} <= set(drawn)
    for rings in drawn.values():
        for ring in rings:
            assert ring[0] == ring[-1]
            assert all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in ring)


def test_no_line_runs_across_the_map() -> None:
    lines = [ring for iso, rings in outlines() if iso != "AQ" for ring in rings]
    steps = [math.dist(a, b) for line in lines for a, b in itertools.pairwise(line)]
    assert max(steps) < 30


def test_the_outlines_are_small() -> None:
    text = (files("audiosvc.geo") / "data" / "outlines.json").read_text("utf-8")
    assert len(text) < 200_000
    assert json.loads(text)


def test_the_map_is_made_once() -> None:
    assert load_grid() is GRID
