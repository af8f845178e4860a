import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.errors import OptionError
from audiosvc.estimates import Point
from audiosvc.geo.grid import load_grid
from audiosvc.geo.prior import OUTSIDE, heat_prior, log_prior

GRID = load_grid()


def mass(inside: np.ndarray, prior: np.ndarray | None = None) -> float:
    prior = log_prior(GRID) if prior is None else prior
    return float(np.exp(prior.astype(np.float64))[inside].sum())


def at(lat: float, lon: float) -> float:
    return float(log_prior(GRID)[GRID.cell_at(Point(lat, lon))])


def test_probabilities_add_up_and_none_is_zero() -> None:
    prior = log_prior(GRID)
    assert prior.dtype == np.float32
    assert np.isfinite(prior).all()
    assert np.exp(prior.astype(np.float64)).sum() == pytest.approx(1.0, abs=1e-4)


def test_more_is_recorded_where_people_are() -> None:
    assert at(51.5, -0.1) > at(57.5, -4.2) > at(71.0, -40.0)  # London, Inverness, Greenland's ice


def test_a_city_of_millions_does_not_outweigh_everything() -> None:
    assert at(35.7, 139.7) - at(38.25, 140.35) < np.log(8)  # Tokyo and Yamagata


def test_hardly_anything_is_recorded_where_nobody_lives() -> None:
    assert mass(GRID.of_country("AQ")) < 0.01


CELLS = st.builds(h3.latlng_to_cell, st.floats(-60, 70), st.floats(-180, 180), st.integers(0, 12))


def on_the_map(cell: str) -> list[str]:
    coarse = h3.get_resolution(cell) < 3
    return list(h3.cell_to_children(cell, 3)) if coarse else [h3.cell_to_parent(cell, 3)]


@given(st.dictionaries(CELLS, st.floats(0.01, 100), min_size=1, max_size=5))
def test_a_heat_map_takes_the_place_of_the_prior(heat: dict[str, float]) -> None:
    here = {*GRID.cells} & {one for cell in heat for one in on_the_map(cell)}
    if not here:
        with pytest.raises(OptionError, match="no weight on land"):
            heat_prior(GRID, heat, log_prior(GRID))
        return
    prior = heat_prior(GRID, heat, log_prior(GRID))
    assert np.isfinite(prior).all()
    assert mass(np.ones(len(GRID), bool), prior) == pytest.approx(1.0, abs=1e-4)
    inside = np.array([cell in here for cell in GRID.cells])
    assert mass(inside, prior) >= 1 - OUTSIDE - 1e-6


def test_weights_are_of_cells_whatever_their_size() -> None:
    stockholm = h3.latlng_to_cell(59.33, 18.07, 7)
    sydney = h3.latlng_to_cell(-33.87, 151.2, 1)
    prior = heat_prior(GRID, {stockholm: 3.0, sydney: 1.0}, log_prior(GRID))
    cell = np.array([one == h3.cell_to_parent(stockholm, 3) for one in GRID.cells])
    assert mass(cell, prior) == pytest.approx(0.75, abs=0.01)
    assert mass(GRID.of_country("AU"), prior) == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize(
    ("heat", "words"),
    [
        ({}, "no weight on land"),
        ({"paris": 1.0}, "no cell of H3"),
        ({"831f8dfffffffff": -1.0}, "0 or more"),
        ({"831f8dfffffffff": float("nan")}, "0 or more"),
        ({"831f8dfffffffff": float("inf")}, "0 or more"),
        ({f"{n:x}": 1.0 for n in range(20_001)}, "20000 are the most"),
    ],
)
def test_what_is_no_heat_map(heat: dict[str, float], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        heat_prior(GRID, heat, log_prior(GRID))
