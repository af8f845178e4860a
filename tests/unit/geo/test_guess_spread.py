"""What a guess is worth on the map."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.estimates import Point
from audiosvc.geo.evidence.guess_spread import SPREAD, Spread, log_likelihood
from audiosvc.geo.grid import load_grid
from audiosvc.geo.prior import log_prior

GRID = load_grid()
PRIOR = np.exp(log_prior(GRID).astype(np.float64))
PARIS = Point(48.8566, 2.3522)

points = st.builds(Point, st.floats(-90.0, 90.0), st.floats(-180.0, 180.0)) | st.none()
countries = st.sampled_from([*GRID.countries, None])


def after(point: Point | None, country: str | None, **options: object) -> np.ndarray:
    """The posterior of one who believes the guess as it is."""
    found = PRIOR * np.exp(log_likelihood(GRID, PRIOR, point, country, **options))  # type: ignore[arg-type]
    return found / found.sum()


@given(points, countries, st.floats(0.0, 1.0))
def test_it_is_a_likelihood_that_excludes_nothing(
    point: Point | None, country: str | None, trust: float
) -> None:
    found = log_likelihood(GRID, PRIOR, point, country, trust=trust)
    assert (found.shape, found.dtype) == ((len(GRID),), np.float32)
    assert np.isfinite(found).all()
    assert found.max() == 0.0
    kept = after(point, country, trust=trust) / PRIOR
    assert kept.min() >= SPREAD.rest - 1e-3  # no place loses more than the shares that tell some


def test_the_shares_lie_where_they_belong() -> None:
    wide = Spread(near=0.0, near_km=60.0, region=0.0, region_km=1000.0, country=0.25)
    mass = float(PRIOR[GRID.of_country("FR")].sum())
    found = after(PARIS, "FR", spread=wide)[GRID.of_country("FR")].sum()
    assert found == pytest.approx(0.25 + 0.75 * mass, abs=1e-4)


def test_the_likeliest_cell_is_that_of_the_guess() -> None:
    found = log_likelihood(GRID, PRIOR, PARIS, "FR")
    assert int(found.argmax()) == GRID.cell_at(PARIS)
    far = found[GRID.of_country("NZ")].max()
    assert far < found[GRID.of_country("DE")].min() < found[GRID.of_country("FR")].max()


@pytest.mark.parametrize(("point", "country", "trust"), [(None, None, 1.0), (PARIS, "FR", 0.0)])
def test_nothing_said_or_nothing_believed_is_the_same_everywhere(
    point: Point | None, country: str | None, trust: float
) -> None:
    assert not log_likelihood(GRID, PRIOR, point, country, trust=trust).any()


def test_a_country_that_is_on_no_map_says_nothing() -> None:
    assert not log_likelihood(GRID, PRIOR, None, "XX").any()


def test_doubt_makes_it_flatter() -> None:
    sure, doubtful = (log_likelihood(GRID, PRIOR, PARIS, "FR", trust=trust) for trust in (1.0, 0.3))
    assert sure.min() < doubtful.min() < 0.0
