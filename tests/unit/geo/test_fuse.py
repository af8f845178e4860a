"""Adding evidence up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from audiosvc.geo.fuse import (
    FLOOR,
    bounded,
    contribution_bits,
    information_bits,
    pool,
    posterior,
)
from audiosvc.geo.weights import Weights
from tests.unit.geo.small_world import LEVEL, piece, pointing_to

CELLS = 30
PLAIN = Weights(by_source={"a": 1.0, "b": 0.5}, other=1.0)

likelihoods = arrays.arrays(
    np.float32,
    (CELLS,),
    elements=st.floats(-100.0, 100.0, width=32, allow_nan=False) | st.just(float("-inf")),
)
sources = st.sampled_from(["a", "b", "c"])
pieces = st.lists(st.builds(lambda values, name: piece(values, source=name), likelihoods, sources))
priors = arrays.arrays(np.float32, (CELLS,), elements=st.floats(-20.0, 0.0, width=32))


@given(priors, pieces)
def test_probabilities_sum_to_one(prior, evidence):
    found = posterior(prior, evidence, PLAIN)
    assert found.sum() == pytest.approx(1.0)
    assert np.all(found > 0.0)


@given(priors, pieces, st.randoms())
def test_the_order_of_evidence_makes_no_difference_at_all(prior, evidence, random):
    shuffled = list(evidence)
    random.shuffle(shuffled)
    np.testing.assert_array_equal(
        posterior(prior, evidence, PLAIN), posterior(prior, shuffled, PLAIN)
    )


@given(priors, pieces, st.integers(0, 5), st.floats(-5.0, 5.0))
def test_evidence_that_is_the_same_everywhere_changes_nothing(prior, evidence, place, level):
    more = [*evidence[:place], piece(np.full(CELLS, level)), *evidence[place:]]
    before, after = posterior(prior, evidence, PLAIN), posterior(prior, more, PLAIN)
    np.testing.assert_allclose(after, before, rtol=1e-9)
    added = contribution_bits(pool(prior, more, PLAIN))[min(place, len(evidence))]
    assert added == pytest.approx(0.0, abs=1e-9)


@given(likelihoods)
def test_no_piece_leaves_less_of_a_cell_than_the_floor(values):
    found = bounded(values)
    assert found.max() == 0.0
    assert found.min() >= FLOOR


def test_what_is_no_number_is_at_the_floor():
    assert bounded(np.array([np.nan, -1.0, 3.0, -np.inf])).tolist() == [FLOOR, -4.0, 0.0, FLOOR]
    assert bounded(np.array([np.nan, -np.inf])).tolist() == [0.0, 0.0]


def test_a_weight_is_a_power_of_the_likelihood():
    likelihood = np.array([0.8, 0.2])
    half = posterior(np.zeros(2), [piece(np.log(likelihood), source="b")], PLAIN)
    np.testing.assert_allclose(half, likelihood**0.5 / (likelihood**0.5).sum(), rtol=1e-6)
    hot = Weights(by_source={"b": 0.5}, temperature=2.0)
    cooled = posterior(np.zeros(2), [piece(np.log(likelihood), source="b")], hot)
    np.testing.assert_allclose(cooled, likelihood**0.25 / (likelihood**0.25).sum(), rtol=1e-6)


def test_evidence_of_another_map_is_refused():
    with pytest.raises(ValueError, match="broadcast"):
        posterior(np.zeros(3), [piece(np.zeros(4))], PLAIN)


@given(priors, pieces)
def test_information_is_never_negative_and_none_without_evidence(prior, evidence):
    pooled = pool(prior, evidence, PLAIN)
    assert information_bits(pooled.probabilities, pooled.log_prior) >= 0.0
    assert information_bits(pooled.prior, pooled.log_prior) == pytest.approx(0.0, abs=1e-6)


@given(priors, likelihoods)
def test_the_bits_of_a_single_piece_are_what_was_learnt(prior, values):
    pooled = pool(prior, [piece(values)], PLAIN)
    learnt = information_bits(pooled.probabilities, pooled.log_prior)
    assert contribution_bits(pooled) == pytest.approx([learnt], abs=1e-6)


def test_one_of_two_equal_halves_is_one_bit():
    pooled = pool(np.zeros(4), [piece([0.0, 0.0, -12.0, -12.0])], PLAIN)
    assert contribution_bits(pooled)[0] == pytest.approx(1.0, abs=0.001)


def test_independent_pieces_add_up():
    rows, columns = np.divmod(np.arange(16), 4)
    evidence = [piece(np.where(rows == 0, 0.0, -8.0)), piece(np.where(columns == 0, 0.0, -8.0))]
    pooled = pool(np.zeros(16), evidence, PLAIN)
    learnt = information_bits(pooled.probabilities, pooled.log_prior)
    assert sum(contribution_bits(pooled)) == pytest.approx(learnt, abs=1e-6)


def test_what_contradicts_the_answer_has_negative_bits():
    evidence = [
        piece(pointing_to("SE")),
        piece(pointing_to("SE", "FI")),
        piece(pointing_to("JP", strength=4.0)),
    ]
    swedish, northern, japanese = contribution_bits(pool(LEVEL, evidence, PLAIN))
    assert swedish > northern > 0.0 > japanese
