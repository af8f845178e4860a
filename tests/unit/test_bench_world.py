"""How land becomes cells: reading TopoJSON, filling polygons, cutting outlines."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from world.drawing import cut, drawing
from world.raster import COLUMNS, PIXEL, fill, middles
from world.topojson import Feature, Ring, read


def square(west: float, south: float, size: float = 10.0) -> Ring:
    corners = [(0, 0), (size, 0), (size, size), (0, size), (0, 0)]
    return np.array([(west + x, south + y) for x, y in corners], np.float64)


def test_a_square_has_its_pixels() -> None:
    lat, lon = middles(fill([square(20, -5)]))
    assert len(lat) == round(10 / PIXEL) ** 2
    assert (lat.min(), lat.max()) == pytest.approx((-5 + PIXEL / 2, 5 - PIXEL / 2))
    assert (lon.min(), lon.max()) == pytest.approx((20 + PIXEL / 2, 30 - PIXEL / 2))


def test_a_lake_is_no_land() -> None:
    land, lake = square(20, -5), square(23, -2, 4)
    assert len(fill([land, lake])) == len(fill([land])) - len(fill([lake]))


def test_land_goes_on_over_the_date_line() -> None:
    _, lon = middles(fill([square(175, 0)]))
    assert len(lon) == round(10 / PIXEL) ** 2
    assert ((lon > 175) | (lon < -175)).all()


def test_pixels_count_once_and_lie_on_the_map() -> None:
    pixels = fill([square(175, 80), square(170, 80)])
    assert len(np.unique(pixels)) == len(pixels)
    assert pixels.max() < COLUMNS * round(180 / PIXEL)


def test_an_outline_over_the_date_line_becomes_two() -> None:
    east, west = sorted(cut(square(175, 0)), key=lambda line: -line[0][0])
    assert {lon for lon, _ in east} == {175.0, 180.0}
    assert {lon for lon, _ in west} == {-180.0, -175.0}
    assert all(line[0] == line[-1] for line in (east, west))


def test_an_outline_within_the_map_stays_as_it_is() -> None:
    assert cut(square(20, -5)) == [[(20, -5), (30, -5), (30, 5), (20, 5), (20, -5)]]


def test_a_drawing_has_a_row_a_country() -> None:
    features = [Feature(752, "Sweden", (square(10, 50),)), Feature(None, "A reef", ())]
    rows = json.loads(drawing(features, {"Sweden": "SE", "A reef": None}))
    assert [row[0] for row in rows] == [None, "SE"]


def topology(geometry: dict[str, object], arcs: list[list[tuple[int, int]]]) -> dict[str, object]:
    return {
        "transform": {"scale": [0.5, 1.0], "translate": [-180.0, -90.0]},
        "arcs": arcs,
        "objects": {"countries": {"geometries": [geometry | {"properties": {"name": "Land"}}]}},
    }


def read_one(
    folder: Path, geometry: dict[str, object], arcs: list[list[tuple[int, int]]]
) -> Feature:
    path = folder / "countries.json"
    path.write_text(json.dumps(topology(geometry, arcs)))
    return read(path)[0]


def test_arcs_are_joined_the_second_one_backwards(tmp_path: Path) -> None:
    arcs = [[(0, 0), (4, 0), (0, 2)], [(0, 0), (0, 2), (4, 0)]]
    land = read_one(tmp_path, {"type": "Polygon", "id": "752", "arcs": [[0, -2]]}, arcs)
    assert land.number == 752
    assert land.rings[0].tolist() == [
        [-180, -90],
        [-178, -90],
        [-178, -88],
        [-180, -88],
        [-180, -90],
    ]


def test_a_ring_around_the_pole_is_closed_along_it(tmp_path: Path) -> None:
    coast = [(0, 3), (240, 0), (240, 0), (240, 0)]
    land = read_one(tmp_path, {"type": "MultiPolygon", "arcs": [[[0]]]}, [coast])
    assert land.number is None
    lat, _ = middles(fill(land.rings))
    assert len(lat) == COLUMNS * round(3 / PIXEL)
    assert lat.max() < -87
