"""Noise that has the spectrum of a recording, and nothing else of it.

Hiss and engines make a model hear birds by their colour alone. It hears the same birds in this
noise, and none of those that sing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from audiosvc.types import Audio

# Narrower than that, a line of the spectrum is smeared, so that a whistle is not repeated.
SMEARED_BINS = 16


def noise_like(audio: Audio, duration_s: float) -> Audio:
    """Steady noise of the mean power spectrum of a recording; the same for the same recording."""
    size = round(duration_s * audio.sample_rate_hz)
    power = _mean_power(audio.samples, size)
    power = np.convolve(power, np.full(SMEARED_BINS, 1 / SMEARED_BINS), "same")
    turns = np.random.default_rng(0).uniform(0.0, 2 * np.pi, len(power))
    samples = np.fft.irfft(np.sqrt(power) * np.exp(1j * turns), size)
    return Audio(np.clip(samples, -1.0, 1.0).astype(np.float32), audio.sample_rate_hz)


def _mean_power(samples: npt.NDArray[np.float32], size: int) -> npt.NDArray[np.float64]:
    """Of consecutive pieces; of one that is too short with silence after it."""
    power = np.zeros(size // 2 + 1)
    pieces = max(1, len(samples) // size)
    for number in range(pieces):
        piece = samples[number * size : (number + 1) * size]
        power += np.abs(np.fft.rfft(piece, size)) ** 2 / pieces
    return power
