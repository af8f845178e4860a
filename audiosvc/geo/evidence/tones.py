"""Bursts of one pure tone or two at once, as telephone exchanges make them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

from audiosvc.spans import Span
from audiosvc.types import Audio

Float64 = npt.NDArray[np.float64]

RATE_HZ = 4000
FRAME_S = 0.1
HOP_S = 0.02
BINS = 1024
# So many frames at a time, that the memory stays small.
BLOCK = 1500
LOWEST_HZ, HIGHEST_HZ = 250.0, 1900.0
# What a frame's tones hold of its power in that band.
PURITY = 0.85
# Half the width of a tone in the spectrum of one frame.
WIDTH_HZ = 22.0
# Two tones of one signal are about equally loud.
UNEQUAL_DB = 8.0
# A tone keeps its frequency within this from frame to frame.
STEADY_HZ = 6.0
SHORTEST_S = 0.12


@dataclass(frozen=True, slots=True)
class Burst:
    """One sounding of a signal. hz: its one or two frequencies, ascending."""

    hz: tuple[float, ...]
    span: Span


def find_bursts(audio: Audio) -> list[Burst]:
    """The bursts of pure tone in ``audio``, in order."""
    if audio.duration_s < 2 * FRAME_S:
        return []
    samples = resample_poly(audio.samples.astype(np.float64), RATE_HZ, audio.sample_rate_hz)
    frame, hop = int(FRAME_S * RATE_HZ), int(HOP_S * RATE_HZ)
    frames = np.lib.stride_tricks.sliding_window_view(samples, frame)[::hop]
    blocks = [_tones(frames[at : at + BLOCK]) for at in range(0, len(frames), BLOCK)]
    single, double = (np.concatenate(each) for each in zip(*blocks, strict=True))
    bursts: list[Burst] = []
    begin = 0
    while begin < len(frames):
        tones = double if double[begin, 0] > 0 else single
        end = _steady_until(tones, begin)
        # The window sees a tone when half of it lies inside.
        first_s = audio.start_s + begin * HOP_S + FRAME_S / 2
        last_s = audio.start_s + (end - 1) * HOP_S + FRAME_S / 2
        if tones[begin, 0] > 0 and last_s - first_s >= SHORTEST_S:
            hz = tuple(float(each) for each in np.median(tones[begin:end], axis=0) if each > 0)
            bursts.append(Burst(hz, Span(first_s, last_s)))
        begin = end
    return bursts


def _tones(frames: Float64) -> tuple[Float64, Float64]:
    """For each frame its tone, and its two tones ascending: ``(frames, 2)`` in hertz each.

    frames: ``(frames, samples)``. Zeros where there is no such thing.
    """
    power = np.abs(np.fft.rfft(frames * np.hanning(frames.shape[1]), BINS, axis=1)) ** 2
    step_hz = RATE_HZ / BINS
    hz = np.arange(power.shape[1], dtype=np.float64) * step_hz
    band = np.where((hz >= LOWEST_HZ) & (hz <= HIGHEST_HZ), power, 0.0)
    total = band.sum(axis=1)
    strongest, rest = _take_peak(band, hz)
    second, _ = _take_peak(rest, hz)
    heard = total > 1e-9 * power.shape[1]
    one = heard & (strongest[:, 1] > PURITY * total)
    equal = second[:, 1] > strongest[:, 1] * 10 ** (-UNEQUAL_DB / 10)
    two = heard & equal & (strongest[:, 1] + second[:, 1] > PURITY * total)
    pair = np.sort(np.stack([strongest[:, 0], second[:, 0]], axis=1), axis=1)
    alone = np.stack([strongest[:, 0], np.zeros(len(power))], axis=1)
    return np.where(one[:, np.newaxis], alone, 0.0), np.where(two[:, np.newaxis], pair, 0.0)


def _take_peak(band: Float64, hz: Float64) -> tuple[Float64, Float64]:
    """The strongest peak of each frame, ``(frames, 2)`` frequency and power, and what is left."""
    top = hz[band.argmax(axis=1)]
    around = np.where(np.abs(hz - top[:, np.newaxis]) <= WIDTH_HZ, band, 0.0)
    held = around.sum(axis=1)
    centre = (around @ hz) / np.maximum(held, 1e-30)
    return np.stack([centre, held], axis=1), band - around


def _steady_until(tones: Float64, begin: int) -> int:
    """The first frame after ``begin`` that has other tones; the next one, if ``begin`` has none."""
    end = begin + 1
    if tones[begin, 0] <= 0:
        return end
    while end < len(tones) and np.all(np.abs(tones[end] - tones[end - 1]) <= STEADY_HZ):
        end += 1
    return end
