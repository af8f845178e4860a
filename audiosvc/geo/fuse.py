"""Adds evidence up: tempered log-linear pooling over the cells of a map.

The log of the posterior is the log of the prior plus each piece's log-likelihood times its source's
weight, over the temperature. All arrays have one value a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiosvc.estimates import Evidence
from audiosvc.geo.weights import Weights

Float64 = npt.NDArray[np.float64]

# The least that one piece may leave of a cell, as a natural logarithm: anything may be wrong.
FLOOR = -12.0


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Evidence on a map. log_prior: normalised. votes: ``(pieces, cells)``, weighted, in nats.

    probabilities: of the cells, given everything; they sum to 1.
    """

    log_prior: Float64
    votes: Float64
    probabilities: Float64

    @property
    def prior(self) -> Float64:
        """Probabilities before anything was heard."""
        return np.exp(self.log_prior)


def pool(
    log_prior: npt.NDArray[np.floating], evidence: Sequence[Evidence], weights: Weights
) -> Pooled:
    """All evidence on the map. Its order makes no difference, to the last bit."""
    prior = _normalised(np.asarray(log_prior, np.float64))
    votes = np.zeros((len(evidence), len(prior)))
    for row, piece in zip(votes, evidence, strict=True):
        row[:] = weights.of(piece.source) * bounded(piece.log_likelihood)
    return Pooled(prior, votes, added(prior, votes))


def posterior(
    log_prior: npt.NDArray[np.floating], evidence: Sequence[Evidence], weights: Weights
) -> Float64:
    """The probability of each cell; they sum to 1."""
    return pool(log_prior, evidence, weights).probabilities


def added(log_prior: Float64, votes: Float64) -> Float64:
    """Probabilities by a prior and ``(pieces, cells)`` of votes; no piece is also a number."""
    # Sorted in each cell, so that the sum is the same whatever order the pieces came in.
    total = log_prior + np.sort(votes, axis=0).sum(axis=0)
    return np.exp(_normalised(total))


def bounded(log_likelihood: npt.NDArray[np.floating]) -> Float64:
    """Log-likelihoods with a maximum of 0, none below the floor; what is no number is at it."""
    values = np.asarray(log_likelihood, np.float64)
    finite = np.isfinite(values)
    if not finite.any():
        return np.zeros_like(values)
    top = values[finite].max()
    return np.where(finite, np.maximum(values - top, FLOOR), FLOOR)


def information_bits(probabilities: Float64, log_prior: Float64) -> float:
    """The Kullback-Leibler divergence from the prior: bits that were gained, 0 or more."""
    held = probabilities > 0.0
    ratio = np.log(probabilities[held]) - log_prior[held]
    return max(0.0, float(probabilities[held] @ ratio / np.log(2.0)))


def contribution_bits(pooled: Pooled) -> list[float]:
    """What each piece did to the answer.

    How much likelier the piece is where everything together points than it was on the whole map
    before: the expectation of its vote under the posterior, less the log of its mean likelihood
    under the prior. Negative where the answer lies where the piece says it does not.
    """
    return [_gained(vote, pooled) for vote in pooled.votes]


def _gained(vote: Float64, pooled: Pooled) -> float:
    expected = vote @ pooled.probabilities
    before = np.log(np.exp(vote) @ pooled.prior)
    # Rounded, so that where a row lies in memory makes no difference either.
    return round(float((expected - before) / np.log(2.0)), 9) + 0.0


def _normalised(log_values: Float64) -> Float64:
    shifted = log_values - log_values.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), np.float64)
