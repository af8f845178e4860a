import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.estimates import Context, Point
from audiosvc.geo.grid import load_grid
from audiosvc.geo.prior import OUTSIDE, log_prior

GRID = load_grid()


def mass(inside: np.ndarray, context: Context | None = None) -> float:
    return float(np.exp(log_prior(GRID, context).astype(np.float64))[inside].sum())


def at(lat: float, lon: float) -> float:
    return float(log_prior(GRID)[GRID.cell_at(Point(lat, lon))])


@given(
    st.builds(
        Context,
        country=st.sampled_from([None, "SE", "se", "MC", "XX", ""]),
        locale=st.sampled_from([None, "sv_SE", "pt-BR", "en", "C", "zh_Hant_TW"]),
        within=st.none()
        | st.tuples(
            st.builds(Point, st.floats(-90, 90), st.floats(-180, 180)), st.floats(0, 20_000)
        ),
    )
)
def test_probabilities_add_up_and_none_is_zero(context: Context) -> None:
    prior = log_prior(GRID, context)
    assert prior.dtype == np.float32
    assert np.isfinite(prior).all()
    assert np.exp(prior.astype(np.float64)).sum() == pytest.approx(1.0, abs=1e-4)


def test_more_is_recorded_where_people_are() -> None:
    assert at(51.5, -0.1) > at(57.5, -4.2) > at(71.0, -40.0)  # London, Inverness, Greenland's ice


def test_a_city_of_millions_does_not_outweigh_everything() -> None:
    assert at(35.7, 139.7) - at(38.25, 140.35) < np.log(8)  # Tokyo and Yamagata


def test_hardly_anything_is_recorded_where_nobody_lives() -> None:
    assert mass(GRID.of_country("AQ")) < 0.01


def test_a_country_is_believed_and_not_beyond_doubt() -> None:
    sweden = GRID.touching("SE")
    assert mass(~sweden, Context(country="SE")) == pytest.approx(OUTSIDE, rel=1e-3)


def test_a_country_that_has_no_cell_can_be_meant() -> None:
    assert mass(GRID.touching("MC"), Context(country="MC")) > 0.9


def test_a_circle_is_believed() -> None:
    suva = Point(-18.14, 178.44)
    near = GRID.distances_km(suva) < 200
    assert mass(near, Context(within=(suva, 100.0))) > 0.9
    assert mass(near) < 0.01


def test_a_locale_leans_and_no_more() -> None:
    brazil = GRID.touching("BR")
    before, after = mass(brazil), mass(brazil, Context(locale="pt-BR"))
    assert before < after <= 0.51
    assert mass(brazil, Context(locale="pt")) == pytest.approx(before)
