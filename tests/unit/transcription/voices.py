"""Voices made by formula: each utterance is its speaker, a little of a mood, and noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiosvc.types import Float32

DIMENSIONS = 192


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """vectors: ``(n, 192)`` of unit length; speech_s: ``(n,)``; speakers: ``(n,)``, who spoke."""

    vectors: Float32
    speech_s: npt.NDArray[np.float64]
    speakers: npt.NDArray[np.intp]


def cloud(
    voices: int, utterances: int, *, seed: int = 0, likeness: float = 0.65, moods: int = 1
) -> Cloud:
    """likeness: the mean cosine of two utterances of one speaker. moods: ways of speaking that
    each speaker has; they take a fifth of what is left.
    """
    generator = np.random.default_rng(seed)
    speakers = np.arange(utterances) % voices
    means = _units(generator, (voices, DIMENSIONS))
    styles = _units(generator, (voices, moods, DIMENSIONS))
    own_style = styles[speakers, generator.integers(0, moods, utterances)]
    noise = _units(generator, (utterances, DIMENSIONS))
    rest = 1.0 - likeness
    vectors = (
        np.sqrt(likeness) * means[speakers]
        + np.sqrt(0.2 * rest) * own_style
        + np.sqrt(0.8 * rest) * noise
    )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    speech_s = generator.uniform(1.2, 5.0, utterances)
    return Cloud(vectors.astype(np.float32), speech_s, speakers)


def same_partition(labels: npt.NDArray[np.intp], others: npt.NDArray[np.intp]) -> bool:
    """Whether two labellings differ in the numbers alone."""
    pairs = set(zip(labels.tolist(), others.tolist(), strict=True))
    return len(pairs) == len(set(labels.tolist())) == len(set(others.tolist()))


def _units(generator: np.random.Generator, shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    vectors = generator.normal(size=shape)
    units: npt.NDArray[np.float64] = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return units
