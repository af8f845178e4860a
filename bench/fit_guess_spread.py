"""Learns how far the guesses of an audio-language model are to be believed, from published ones.

    python bench/fit_guess_spread.py ../shared/eval/agl1k

The folder holds AGL1K's truth (geoLocalization_schema.csv) and a model's guesses
(qwen25-omni_predictions.json). Prints the constants of audiosvc/geo/evidence/guess_spread.py, and
what they are worth on places that were left out of the fit.
"""

from __future__ import annotations

import argparse
import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audiosvc.estimates import Evidence, GeoEstimate, Point
from audiosvc.evaluate.agl1k import Prediction
from audiosvc.evaluate.agl1k_files import load_predictions, load_truth
from audiosvc.geo.estimate import estimate
from audiosvc.geo.evidence.guess_spread import Spread, around, log_likelihood
from audiosvc.geo.evidence.guesses import NAME
from audiosvc.geo.gazetteer import Gazetteer, load_gazetteer
from audiosvc.geo.grid import Grid, load_grid
from audiosvc.geo.median import great_circle_km
from audiosvc.geo.prior import log_prior

NEAR_KM = (60.0, 90.0, 130.0)  # half a cell is the least that the map can tell
REGION_KM = (400.0, 600.0, 800.0, 1000.0, 1300.0, 1700.0, 2200.0, 2900.0, 3700.0)
FOLDS = 5
ROUNDS = 300
CIRCLE_KM = 1000.0
FRANKFURT = Point(50.1109, 8.6821)

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A guess and where the recording was made: its cell. spoken: AGL1K's human sounds."""

    guess: Point
    country: str | None
    truth: Point
    cell: int
    spoken: float


def main() -> None:
    """Fit, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    grid = load_grid()
    prior = np.exp(log_prior(grid).astype(np.float64))
    cases = read_cases(folder, grid)
    ratios = tell_ratios(grid, prior, cases)
    spread, gain = fit(ratios, np.arange(len(cases)))
    print(f"{len(cases)} guesses that name a place; {gain:.2f} bits gained on average")
    print(
        f"SPREAD = Spread(near={spread.near:.3f}, near_km={spread.near_km:.0f}, "
        f"region={spread.region:.3f}, region_km={spread.region_km:.0f}, "
        f"country={spread.country:.3f})  # rest {spread.rest:.3f}"
    )
    tell_left_out(cases, ratios)
    tell_alone(grid, load_gazetteer(), cases, spread)


def read_cases(folder: Path, grid: Grid) -> list[Case]:
    """The guesses with coordinates; 0, 0 stands for none."""
    truth = load_truth(folder / "geoLocalization_schema.csv")
    cases = []
    for key, said in load_predictions(folder / "qwen25-omni_predictions.json", truth).items():
        guess, made = read_point(said), truth[key].point
        if guess is not None:
            at = grid.cell_at(guess)
            number = -1 if at is None else int(grid.country[at])
            country = grid.countries[number] if number >= 0 else None
            cell = int(grid.distances_km(made).argmin())
            spoken = truth[key].heard["human_sounds"]
            cases.append(Case(guess, country, made, cell, spoken))
    return cases


def read_point(said: Prediction) -> Point | None:
    """The coordinates, if they are some; 0, 0 stands for none."""
    try:
        lat, lon = float(said.lat or 0.0), float(said.lon or 0.0)
    except ValueError:
        return None
    if not (abs(lat) <= 90.0 and abs(lon) <= 180.0) or (lat, lon) == (0.0, 0.0):
        return None
    return Point(lat, lon)


def tell_ratios(grid: Grid, prior: Float64, cases: Sequence[Case]) -> dict[object, Float64]:
    """By how much each kind of share, alone, makes the true cell likelier, for every case."""
    known: dict[tuple[object, object], Float64] = {}

    def likelier(case: Case, scale_km: float | None) -> float:
        key = (case.guess if scale_km else case.country, scale_km)
        if key not in known:
            if scale_km:
                kernel = around(grid, case.guess, scale_km)
            elif case.country:
                kernel = grid.of_country(case.country).astype(np.float64)
            else:
                kernel = np.ones(len(grid))
            known[key] = np.asarray(kernel / (kernel @ prior), np.float64)
        return float(known[key][case.cell])

    return {
        scale_km: np.array([likelier(case, scale_km) for case in cases])
        for scale_km in (None, *NEAR_KM, *REGION_KM)
    }


def fit(ratios: dict[object, Float64], rows: npt.NDArray[np.int64]) -> tuple[Spread, float]:
    """The shares and scales that make the truths of these rows likeliest, and the bits gained."""
    best: tuple[float, Spread] | None = None
    for near_km, region_km in itertools.product(NEAR_KM, REGION_KM):
        parts = np.stack([ratios[near_km], ratios[region_km], ratios[None]], axis=1)[rows]
        shares = _shares(np.concatenate([parts, np.ones((len(rows), 1))], axis=1))
        near, region, country = (float(share) for share in shares[:3])
        spread = Spread(near, near_km, region, region_km, country)
        gain = _gain(spread, ratios, rows)
        if best is None or gain > best[0]:
            best = gain, spread
    assert best is not None
    return best[1], best[0]


def _shares(parts: Float64) -> Float64:
    """Of a mixture, by expectation and maximisation."""
    shares = np.full(parts.shape[1], 1.0 / parts.shape[1])
    for _ in range(ROUNDS):
        held = shares * parts
        shares = (held / held.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares


def _gain(spread: Spread, ratios: dict[object, Float64], rows: npt.NDArray[np.int64]) -> float:
    likelier = (
        spread.rest
        + spread.near * ratios[spread.near_km]
        + spread.region * ratios[spread.region_km]
        + spread.country * ratios[None]
    )
    return float(np.log2(likelier[rows]).mean())


def tell_left_out(cases: Sequence[Case], ratios: dict[object, Float64]) -> None:
    """Bits gained on places that the fit has not seen: no cell is in two folds."""
    fold = np.array([case.cell % FOLDS for case in cases])
    gains, weights = [], []
    for one in range(FOLDS):
        spread, _ = fit(ratios, np.flatnonzero(fold != one))
        left_out = np.flatnonzero(fold == one)
        gains.append(_gain(spread, ratios, left_out))
        weights.append(len(left_out))
    print(f"left out of the fit: {np.average(gains, weights=weights):.2f} bits gained on average")


def tell_alone(grid: Grid, gazetteer: Gazetteer, cases: Sequence[Case], spread: Spread) -> None:
    """What becomes of a guess with nothing beside it, and how far that comes true."""
    before = log_prior(grid)
    prior = np.exp(before.astype(np.float64))

    @functools.cache
    def answer(guess: Point, country: str | None) -> GeoEstimate:
        likelihood = log_likelihood(grid, prior, guess, country, spread)
        piece = Evidence(NAME, "source_ambiguous", "", likelihood)
        return estimate(grid, gazetteer, before, [piece])

    answers = [answer(case.guess, case.country) for case in cases]
    scores = [one.localizability for one in answers]
    points = [one.point or FRANKFURT for one in answers]
    off_km = np.array([great_circle_km(*pair) for pair in zip(points, truths(cases), strict=True)])
    half, most = ([getattr(one, f"radius_{n}_km") for one in answers] for n in (50, 90))
    print(
        f"alone, as it is weighted: scores of {min(scores):.2f} to {max(scores):.2f}, "
        f"{np.mean(scores):.2f} on average; within 1,000 km: {np.mean(off_km <= CIRCLE_KM):.2f}; "
        f"called located: {np.mean([one.status == 'LOCATED' for one in answers]):.2f}; "
        f"inside the circle of half: {np.mean(off_km <= half):.2f}, "
        f"of nine tenths: {np.mean(off_km <= most):.2f}"
    )
    tell_error("the point with the guess", off_km)
    nothing = estimate(grid, gazetteer, before, []).point or FRANKFURT
    tell_error(
        "the point without it",
        np.array([great_circle_km(nothing, one) for one in truths(cases)]),
    )
    tell_error(
        "the guess as it is",
        np.array([great_circle_km(case.guess, case.truth) for case in cases]),
    )
    tell_error(
        "always Frankfurt", np.array([great_circle_km(FRANKFURT, one) for one in truths(cases)])
    )


def tell_error(what: str, off_km: Float64) -> None:
    """Mean and median."""
    print(f"{what}: {off_km.mean():,.0f} km on average, {np.median(off_km):,.0f} km in the middle")


def truths(cases: Sequence[Case]) -> list[Point]:
    """Where the recordings were made."""
    return [case.truth for case in cases]


if __name__ == "__main__":
    main()
