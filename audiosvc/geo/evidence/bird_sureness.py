"""How surely an animal is heard: from the logits of a model to probabilities of a recording.

The model is over-confident: it hears birds in noise, engines and voices. The numbers here were
found with recordings of known places, by whether what was named lives there; docs/geo-birds.md
tells how.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from audiosvc.spans import Span, merge_spans

Float64 = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# Labels of the model that are no animals in the wild: what it may have been instead.
OTHER_SOUNDS = frozenset(
    {
        "Dog",
        "Engine",
        "Environmental",
        "Fireworks",
        "Gun",
        "Human non-vocal",
        "Human vocal",
        "Human whistle",
        "Noise",
        "Power tools",
        "Siren",
    }
)
# Animals that are kept far from home, in yards and cages, and how often one that is heard is wild.
KEPT = frozenset(
    {
        "Agapornis roseicollis",
        "Anser cygnoides",
        "Ara ararauna",
        "Cairina moschata",
        "Coturnix japonica",
        "Gallus gallus",
        "Meleagris gallopavo",
        "Melopsittacus undulatus",
        "Numida meleagris",
        "Nymphicus hollandicus",
        "Pavo cristatus",
        "Psittacus erithacus",
        "Serinus canaria",
        "Taeniopygia guttata",
    }
)
WILD = 0.1
# Less in every window is not looked at.
LEAST_LOGIT = -3.0
# What is not this much surer than in mere noise of the same colour counts less by what it lacks.
OVER_NOISE = 4.0
# An animal is as sure as its best three windows on average: chance seldom strikes three times.
BEST_WINDOWS = 3
SURE_LOGIT = -1.3
SURE_SLOPE = 0.6
# More windows have more chances: beyond this many, their number takes certainty away.
USUAL_WINDOWS = 10
# First of all something animal has to be there: near every window there is one as sure as this,
# more where the model hears other sounds as well, and where somebody speaks.
NEAR_S = 10.5
THERE_LOGIT = 1.7
THERE_SLOPE = 1.5
OTHERS_COUNT = 0.2
# That the model hears no other sound whatever is no reason to believe it.
LEAST_OTHERS = -8.0
SPEECH_COUNTS = 2.0
# Nothing is surer, and what is less sure is not worth telling.
SUREST = 0.98
LEAST_SURE = 0.01
# A window in which an animal counts as heard, where it is within so much of its best.
HEARD_LOGIT = -1.0


@dataclass(frozen=True, slots=True)
class Animal:
    """An animal that may be heard. label: its number. sureness: the probability that it is really
    there, and there at home. spans: where it is heard.
    """

    label: int
    sureness: float
    spans: tuple[Span, ...]


def animals(
    labels: Sequence[tuple[str, str]],
    windows: Sequence[Span],
    logits: npt.NDArray[np.float32],
    in_noise: npt.NDArray[np.float32],
    speech: Sequence[Span] = (),
) -> list[Animal]:
    """What is heard in a recording, by label.

    labels: scientific and common names. logits: ``(windows, labels)``. in_noise: ``(labels,)``, the
    logits of mere noise that has the recording's spectrum. speech: where people speak.
    """
    if not len(windows):
        return []
    other = np.array([scientific in OTHER_SOUNDS for scientific, _ in labels], np.bool_)
    heard = logits.astype(np.float64)
    lacking = OVER_NOISE - (heard.max(axis=0) - in_noise)
    heard -= np.where(other, 0.0, np.maximum(lacking, 0.0))
    candidates = np.flatnonzero((heard.max(axis=0) > LEAST_LOGIT) & ~other)
    there = _there(windows, heard, other, speech)
    found = []
    for label in candidates.tolist():
        own = heard[:, label]
        sureness = min(float(there[own == own.max()].max()) * _sure(own), SUREST)
        if labels[label][0] in KEPT:
            sureness *= WILD
        if sureness >= LEAST_SURE:
            found.append(Animal(label, sureness, _spans(windows, own)))
    return found


def _sure(own: Float64) -> float:
    """How likely an animal is there, by its logits ``(windows,)``, if any animal is."""
    best = float(np.sort(own)[-BEST_WINDOWS:].mean())
    chances = 0.5 * np.log(max(len(own) / USUAL_WINDOWS, 1.0))
    return float(expit(SURE_SLOPE * (best - chances - SURE_LOGIT)))


def _there(
    windows: Sequence[Span], heard: Float64, other: Bools, speech: Sequence[Span]
) -> Float64:
    """How likely any animal is there around each window, ``(windows,)``."""
    starts_s = np.array([window.start_s for window in windows])
    near = np.abs(starts_s[:, np.newaxis] - starts_s) <= NEAR_S
    best = np.where(other, -np.inf, heard).max(axis=1)
    best = np.where(near, best, -np.inf).max(axis=1)
    others = np.logaddexp.reduce(heard[:, other], axis=1)
    others = (near * np.maximum(others, LEAST_OTHERS)).sum(axis=1) / near.sum(axis=1)
    spoken = np.array([_share(window, speech) for window in windows])
    least = THERE_LOGIT + OTHERS_COUNT * others + SPEECH_COUNTS * spoken
    return np.asarray(expit(THERE_SLOPE * (best - least)), np.float64)


def _share(window: Span, speech: Sequence[Span]) -> float:
    """How much of a window is speech, 0 to 1."""
    return sum(window.overlap_s(span) for span in speech) / max(window.duration_s, 1e-9)


def _spans(windows: Sequence[Span], own: Float64) -> tuple[Span, ...]:
    least = min(HEARD_LOGIT, float(own.max()))
    return merge_spans(window for window, logit in zip(windows, own, strict=True) if logit >= least)
