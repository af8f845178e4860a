"""Whether a guess is counted twice where the language that it rests on is evidence as well.

    python bench/guess_beside_language.py ../shared/eval/agl1k

Takes AGL1K's clips with human sounds for which Qwen2.5-Omni's published answer names a place, adds
the first language of the true country as if it had been heard for 20 s (the sound itself is not
there), and holds the localizability with and without the guess to how often it came true. Minutes.
"""

from __future__ import annotations

import argparse
import functools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from fit_guess_spread import CIRCLE_KM, FRANKFURT, Case, read_cases

from audiosvc.estimates import Evidence, GeoEstimate, Hearing, Point
from audiosvc.geo.atlas import Atlas, load_atlas
from audiosvc.geo.evidence.guess_spread import log_likelihood
from audiosvc.geo.evidence.guesses import NAME
from audiosvc.geo.evidence.language import LanguageEvidence
from audiosvc.geo.evidence.language_shares import shares
from audiosvc.geo.grid import load_grid
from audiosvc.geo.median import great_circle_km
from audiosvc.spans import Span
from audiosvc.types import Audio

HEARD_S = 20.0
HEARD_AS = 0.97
SPOKEN = 0.5  # of AGL1K's human sounds
BINS = 10


def main() -> None:
    """Locate, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    grid = load_grid()
    cases = [
        (case, spoken)
        for case in read_cases(parser.parse_args().folder, grid)
        if case.spoken >= SPOKEN and (spoken := _first_language(_country(case)))
    ]
    locate = functools.cache(functools.partial(_locate, load_atlas()))
    agree = [_first_language(case.country) == spoken for case, spoken in cases]
    for name, wanted in (("all", (True, False)), ("same language", (True,)), ("other", (False,))):
        some = [one for one, same in zip(cases, agree, strict=True) if same in wanted]
        truth = [case for case, _ in some]
        without = [locate(spoken) for _, spoken in some]
        beside = [locate(spoken, case.guess, case.country) for case, spoken in some]
        print(f"{name}, {len(some)}: without {_told(without, truth)}; with {_told(beside, truth)}")


def _country(case: Case) -> str | None:
    number = int(load_grid().country[case.cell])
    return load_grid().countries[number] if number >= 0 else None


def _first_language(country: str | None) -> str | None:
    spoken = shares().get(country or "", {})
    return max(spoken, key=lambda tag: spoken[tag], default=None)


def _locate(
    atlas: Atlas, spoken: str, guess: Point | None = None, country: str | None = None
) -> GeoEstimate:
    evidence = [_heard(spoken)]
    if guess:
        prior = np.exp(atlas.log_prior.astype(np.float64))
        likelihood = log_likelihood(atlas.grid, prior, guess, country)
        evidence.append(Evidence(NAME, "source_ambiguous", "", likelihood))
    return atlas.estimate(evidence)


@functools.cache
def _heard(spoken: str) -> Evidence:
    span = Span(0.0, HEARD_S)
    silence = Audio(np.zeros(round(HEARD_S * 16_000), np.float32), 16_000)
    languages = ((span, {spoken: HEARD_AS}),)
    (piece,) = LanguageEvidence(load_grid())(
        Hearing(silence, silence, speech=(span,), languages=languages)
    )
    return piece


def _told(found: Sequence[GeoEstimate], cases: Sequence[Case]) -> str:
    score = np.array([one.localizability for one in found])
    pairs = zip(found, cases, strict=True)
    off_km = np.array([great_circle_km(one.point or FRANKFURT, case.truth) for one, case in pairs])
    true = off_km <= CIRCLE_KM
    bins = np.minimum((score * BINS).astype(int), BINS - 1)
    error = sum(abs(float((score - true)[bins == one].sum())) for one in range(BINS)) / len(score)
    return (
        f"score {score.mean():.2f}, true {true.mean():.2f}, calibration error {error:.3f}, "
        f"{off_km.mean():,.0f} km on average, {np.median(off_km):,.0f} km in the middle"
    )


if __name__ == "__main__":
    main()
