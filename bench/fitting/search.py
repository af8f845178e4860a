"""Fits weights and calibration, not far from the numbers that hold already."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from audiosvc.evaluate.geo_scores import place_weights
from audiosvc.geo.estimate import heard_bits
from audiosvc.geo.fuse import added, contribution_bits, pool
from audiosvc.geo.grid import Grid
from audiosvc.geo.localizability import CIRCLE_KM, conflict, localizability, mass_within
from audiosvc.geo.median import great_circle_km, least_expected, radius_km
from audiosvc.geo.weights import Calibration, Weights
from fitting.heard import Heard

Float64 = npt.NDArray[np.float64]

# The truth counts as met by a cell this far away with a likelihood of 1/e: a cell's width, as a
# wider circle would reward those who are too sure.
NEAR_KM = 120.0
FACTORS = (0.5, 0.7, 0.85, 1.0, 1.18, 1.4, 2.0)
ROUNDS = 3
# What it costs to move a number to twice or half of what principle says. In nats.
PULL = 0.3
# A source is weighed only when it was heard at so many places.
LEAST_PLACES = 8


@dataclass(frozen=True)
class Trial:
    """A recording as the answer to it turns out. error_km: of the point; within: of 1,000 km."""

    heard: Heard
    mass: float
    heard_bits: float
    conflict_bits: float
    error_km: float
    radius_50_km: float
    radius_90_km: float

    @property
    def within(self) -> bool:
        """Whether the truth is as near as localizability is about."""
        return self.error_km < CIRCLE_KM

    def score(self, calibration: Calibration) -> float:
        """Its localizability."""
        return localizability(self.mass, self.heard_bits, self.conflict_bits, calibration)


def fit_weights(
    grid: Grid, log_prior: npt.NDArray[np.floating], items: Sequence[Heard], start: Weights
) -> Weights:
    """The weights that give most to where the truth is, each place counting the same."""
    prior = np.asarray(log_prior, np.float64)
    nearness = {one.id: np.exp(-grid.distances_km(one.point) / NEAR_KM) for one in items}
    importance = place_weights([one.place for one in items])
    fitted = {source: start.by_source[source] for source in _told_by(items, start)}

    def cost(numbers: Mapping[str, float]) -> float:
        by_source = {**start.by_source, **numbers}
        total = 0.0
        for one, weight in zip(items, importance, strict=True):
            factors = [by_source.get(source, start.other) for source in one.sources]
            votes = np.zeros((len(factors), len(prior)))
            for vote, factor, value in zip(votes, factors, one.votes, strict=True):
                vote[:] = factor * value
            total -= weight * math.log(float(added(prior, votes) @ nearness[one.id]))
        return total + sum(_pull(numbers[key], start.by_source[key]) for key in numbers)

    return replace(start, by_source={**start.by_source, **descend(fitted, cost)})


def fit_calibration(trials: Sequence[Trial], start: Calibration) -> Calibration:
    """The map under which scores come true most evenly: least log loss, each place the same."""
    importance = place_weights([trial.heard.place for trial in trials])

    def with_numbers(numbers: Float64) -> Calibration:
        slope, offset, conflict_per_bit, full_bits = (float(number) for number in numbers)
        return Calibration(
            slope=round(start.slope * math.exp(slope), 3),
            offset=round(offset, 3),
            conflict_per_bit=round(start.conflict_per_bit * math.exp(conflict_per_bit), 3),
            full_bits=round(start.full_bits * math.exp(full_bits), 3),
            unheard=start.unheard,
            threshold=start.threshold,
        )

    def cost(numbers: Float64) -> float:
        calibration = with_numbers(numbers)
        total = sum(_pull(math.exp(numbers[one]), 1.0) for one in (0, 2, 3))
        total += PULL * (calibration.offset - start.offset) ** 2
        for trial, weight in zip(trials, importance, strict=True):
            score = min(max(trial.score(calibration), 0.005), 0.995)
            total -= weight * math.log(score if trial.within else 1.0 - score)
        return total

    begin = np.array([0.0, start.offset, 0.0, 0.0])
    found = minimize(cost, begin, method="Nelder-Mead")
    return with_numbers(np.asarray(found.x, np.float64))


def tried(
    grid: Grid, log_prior: npt.NDArray[np.floating], items: Sequence[Heard], weights: Weights
) -> list[Trial]:
    """Every recording answered."""
    return [_tried(grid, log_prior, one, weights) for one in items]


def descend(
    start: Mapping[str, float], cost: Callable[[Mapping[str, float]], float]
) -> dict[str, float]:
    """The cheapest numbers, found by changing one at a time, in finer steps each turn."""
    best, least = dict(start), cost(start)
    for turn in range(ROUNDS):
        for key in start:
            here = best[key]
            for factor in FACTORS:
                changed = {**best, key: here * factor ** (0.6**turn)}
                price = cost(changed)
                if price < least - 1e-6:
                    best, least = changed, price
    return {key: round(value, 3) for key, value in best.items()}


def _tried(grid: Grid, log_prior: npt.NDArray[np.floating], one: Heard, weights: Weights) -> Trial:
    evidence = one.evidence()
    pooled = pool(log_prior, evidence, weights)
    point = least_expected(grid, pooled.probabilities)
    from_point_km = grid.distances_km(point)
    return Trial(
        heard=one,
        mass=mass_within(pooled.probabilities, from_point_km),
        heard_bits=heard_bits(pooled, evidence),
        conflict_bits=conflict(contribution_bits(pooled)),
        error_km=great_circle_km(point, one.point),
        radius_50_km=radius_km(pooled.probabilities, from_point_km, 0.5),
        radius_90_km=radius_km(pooled.probabilities, from_point_km, 0.9),
    )


def _told_by(items: Sequence[Heard], start: Weights) -> list[str]:
    """The sources that were heard at enough places to be weighed."""
    return [
        source
        for source in start.by_source
        if len({one.place for one in items if source in one.sources}) >= LEAST_PLACES
    ]


def _pull(value: float, default: float) -> float:
    return PULL * math.log2(value / default) ** 2
