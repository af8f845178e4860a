"""Sounds without a voice, made by formula."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from mixing import RATE_HZ, pink_noise

Float32 = npt.NDArray[np.float32]


def music() -> Float32:
    """Eight bars of plucked chords over a bass note, 16 s: no voice in it."""
    beat_s, roots_hz = 0.5, (220.0, 174.61, 261.63, 196.0)
    total = np.zeros(round(32 * beat_s * RATE_HZ) + RATE_HZ)
    for beat in range(32):
        root_hz = roots_hz[beat // 8]
        for ratio in (0.5, 1.0, 1.25, 1.5, (2.0, 2.5, 3.0, 2.5)[beat % 4]):
            time_s = np.arange(RATE_HZ) / RATE_HZ
            note = sum(
                np.sin(2 * np.pi * root_hz * ratio * partial * time_s) / partial**1.5
                for partial in range(1, 7)
            )
            first = round(beat * beat_s * RATE_HZ)
            total[first : first + RATE_HZ] += note * np.exp(-time_s * 4)
    tune = total[: round(32 * beat_s * RATE_HZ)]
    return np.asarray(tune / np.abs(total).max() * 0.5, np.float32)


def noise() -> Float32:
    """Pink noise, 8 s at -30 dB."""
    return pink_noise(8 * RATE_HZ, -30.0, seed=7)


def silence() -> Float32:
    """Nothing at all, 5 s."""
    return np.zeros(5 * RATE_HZ, np.float32)


FORMULAS: dict[str, Callable[[], Float32]] = {"music": music, "noise": noise, "silence": silence}
