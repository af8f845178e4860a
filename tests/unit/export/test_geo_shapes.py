"""Rings on a flat map: they hold what they should, and stay on the map."""

from __future__ import annotations

import math
from itertools import pairwise

import h3
import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.estimates import Point
from audiosvc.export.geo_shapes import WORLD, Ring, cell, circle

POINTS = st.builds(Point, st.floats(-89, 89), st.floats(-180, 180))


def holds(rings: list[Ring], point: Point) -> bool:
    """Whether a point lies in one of the rings, by the crossings of a line from it."""
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > point.lat) != (y2 > point.lat):
                inside ^= point.lon < x1 + (point.lat - y1) / (y2 - y1) * (x2 - x1)
    return inside


@given(POINTS, st.floats(1, 9_900), POINTS)
def test_a_circle_holds_what_is_near_enough(centre, radius_km, point) -> None:
    rings = circle(centre, radius_km)
    km = great_circle((centre.lat, centre.lon), (point.lat, point.lon)).km
    if rings != [WORLD] and abs(km - radius_km) > 0.05 * radius_km + 200.0:
        assert holds(rings, point) == (km < radius_km)


@given(POINTS, st.floats(1, 20_000))
def test_no_ring_leaves_the_map_and_each_is_closed(centre, radius_km) -> None:
    for ring in circle(centre, radius_km):
        assert ring[0] == ring[-1]
        assert all(abs(lon) <= 180.0 + 1e-9 and abs(lat) <= 90.0 + 1e-9 for lon, lat in ring)


@pytest.mark.parametrize("lon", [179.5, -179.5])
def test_a_circle_at_the_antimeridian_is_cut_in_two(lon) -> None:
    west, east = sorted(circle(Point(-17.0, lon), 300.0))
    assert max(x for x, _ in west) < -175.0
    assert min(x for x, _ in east) > 175.0
    assert math.isclose(max(x for x, _ in east), 180.0)


@given(POINTS.filter(lambda point: abs(point.lat) < 80))
def test_a_cell_holds_its_middle(point) -> None:
    index = h3.latlng_to_cell(point.lat, point.lon, 3)
    lat, lon = h3.cell_to_latlng(index)
    assert holds(cell(index), Point(lat, lon))
