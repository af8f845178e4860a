"""Whether a recording can be located at all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.geo.estimate import estimate
from audiosvc.geo.localizability import conflict, localizability, mass_within, status_of
from audiosvc.geo.weights import WEIGHTS, Calibration
from tests.unit.geo.small_world import GAZETTEER, GRID, LEVEL, piece, pointing_to

FITTED = WEIGHTS.calibration
masses = st.floats(0.0, 1.0)
amounts = st.floats(0.0, 50.0)


def score_of(*evidence, prior=LEVEL):
    return estimate(GRID, GAZETTEER, prior, evidence).localizability


@given(masses, amounts, amounts)
def test_it_is_a_probability(mass, heard, against):
    assert 0.0 <= localizability(mass, heard, against, FITTED) <= 1.0


@given(masses, masses, amounts, amounts)
def test_it_grows_with_the_mass_in_the_circle(one, other, heard, against):
    less, more = sorted([one, other])
    assert localizability(less, heard, against, FITTED) <= localizability(
        more, heard, against, FITTED
    )


@given(masses, amounts, amounts, amounts)
def test_it_falls_with_contradiction_and_grows_with_information(mass, heard, one, other):
    less, more = sorted([one, other])
    assert localizability(mass, heard, less, FITTED) >= localizability(mass, heard, more, FITTED)
    assert localizability(mass, less, heard, FITTED) <= localizability(mass, more, heard, FITTED)


@given(masses)
def test_it_is_nothing_without_information_whatever_the_prior_says(mass):
    assert localizability(mass, 0.0, 0.0, FITTED) <= min(mass, 0.05)
    assert localizability(mass, 0.1, 0.0, FITTED) < 0.05


def test_it_is_near_one_when_all_agrees():
    assert localizability(0.999, 6.0, 0.0, FITTED) > 0.85


def test_a_peaked_prior_alone_is_not_localizable():
    peaked = np.where(GRID.of_country("NZ"), 0.0, -9.0).astype(np.float32)
    found = estimate(GRID, GAZETTEER, peaked, [])
    assert found.localizability < 0.05
    assert found.status == "NOT_LOCALIZABLE"
    assert found.point is not None
    assert found.candidates[0].country == "NZ"


def test_what_the_caller_says_is_not_heard():
    said = piece(pointing_to("NZ"), source="context", category="context")
    assert score_of(said) < 0.05
    assert score_of(said, piece(pointing_to("NZ"))) > 0.5


def test_contradiction_lowers_it():
    swedish, japanese = piece(pointing_to("SE")), piece(pointing_to("JP"))
    both = score_of(swedish, japanese)
    assert both < 0.6 * score_of(swedish)
    assert both < 0.6 * score_of(japanese)


@given(st.sampled_from(["FI", "BR", "JP", "NZ"]), st.floats(2.0, 8.0))
def test_a_weaker_contradiction_never_raises_it(country, strength):
    swedish = piece(pointing_to("SE", strength=9.0))
    against = piece(pointing_to(country, strength=strength))
    assert score_of(swedish, against) <= score_of(swedish) + 1e-9


def test_evidence_of_zeros_changes_nothing():
    swedish = piece(pointing_to("SE"))
    nothing = piece(np.zeros(len(LEVEL)))
    assert score_of(nothing) < 0.05
    assert score_of(swedish, nothing) == pytest.approx(score_of(swedish))


def test_mass_within_a_circle():
    held = mass_within(np.array([0.5, 0.25, 0.25]), np.array([10.0, 1000.0, 1001.0]))
    assert held == pytest.approx(0.75)


def test_conflict_is_the_sum_of_what_speaks_against():
    assert conflict([3.0, -1.0, 0.0, -0.5]) == pytest.approx(1.5)
    assert conflict([]) == 0.0


def test_the_threshold_is_the_calibrations():
    strict = Calibration(threshold=0.9)
    assert status_of(0.5, FITTED) == "LOCATED"
    assert status_of(0.5, strict) == "NOT_LOCALIZABLE"
