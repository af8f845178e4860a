"""Spectral lines: tones so narrow and steady that they stand out all through a clip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter1d, uniform_filter1d
from scipy.signal import resample_poly

from audiosvc.types import Audio

Float64 = npt.NDArray[np.float64]

SHORTEST_S = 6.0
# Long windows tell narrow lines from speech; a short clip has at least five of them all the same.
LONGEST_WINDOW_S = 8.0
SHORTEST_WINDOW_S = 4.0
# More tell no more, and fill the memory.
MOST_WINDOWS = 60
RATE_HZ = 1600
LEVEL_S = 0.1
# A line stands out of the median of its surroundings by this much, in the median of all windows.
LINE_DB = 9.0
# It is narrow: at two and a half times its own half width on either side it is gone by this much.
NARROW_DB = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """What stays at one frequency all through a clip.

    frequencies_hz, levels_db: ``(lines,)``, ascending; levels over the surroundings.
    width_hz: half the width of a line, all that is known of its frequency at the worst.
    """

    frequencies_hz: Float64
    levels_db: Float64
    width_hz: float


def find_lines(audio: Audio, lowest_hz: float, highest_hz: float) -> Lines | None:
    """The lines of ``audio`` below 800 Hz; None when it is too short, or silent."""
    if audio.duration_s < SHORTEST_S:
        return None
    samples = resample_poly(audio.samples.astype(np.float64), RATE_HZ, audio.sample_rate_hz)
    samples -= samples.mean()
    window_s = min(LONGEST_WINDOW_S, max(SHORTEST_WINDOW_S, audio.duration_s / 3))
    size = int(window_s * RATE_HZ)
    hop = max(size // 4, len(samples) // MOST_WINDOWS)
    windows = np.lib.stride_tricks.sliding_window_view(_levelled(samples), size)[::hop]
    windows = windows[np.mean(windows**2, axis=1) > 0.1]
    if len(windows) < 2:
        return None
    bins = 1 << int(np.ceil(np.log2(size * 4)))
    tapered = (windows - windows.mean(axis=1, keepdims=True)) * np.hanning(size)
    power = np.abs(np.fft.rfft(tapered, bins, axis=1)) ** 2
    step_hz = RATE_HZ / bins
    levels_db = np.median(_stand_out_db(power, step_hz), axis=0)
    width_hz = 2.0 / window_s
    places = _peaks(levels_db, round(width_hz / step_hz))
    places = places[(places * step_hz >= lowest_hz) & (places * step_hz <= highest_hz)]
    return Lines(_vertices(levels_db, places) * step_hz, levels_db[places], width_hz)


def _levelled(samples: Float64) -> Float64:
    """Loud moments turned down to the level of the quiet ones, in which a hum is heard best."""
    power = np.maximum(uniform_filter1d(samples**2, int(LEVEL_S * RATE_HZ)), 0.0)
    heard = power[power > 1e-13]
    if not len(heard):
        return np.zeros_like(samples)
    return np.asarray(samples / np.sqrt(np.maximum(power, np.quantile(heard, 0.1))), np.float64)


def _stand_out_db(power: Float64, step_hz: float) -> Float64:
    """Power ``(windows, frequencies)`` over the median of the 14 Hz around each frequency."""
    block = round(2.0 / step_hz)
    count = power.shape[1] // block
    medians = np.median(power[:, : count * block].reshape(len(power), count, block), axis=2)
    padded = np.pad(medians, ((0, 0), (3, 3)), mode="edge")
    around = np.median(np.lib.stride_tricks.sliding_window_view(padded, 7, axis=1), axis=2)
    # Between the lines of a made tone there is nothing: a floor far below the loudest.
    floor = np.maximum(around, power.max(axis=1, keepdims=True) * 1e-12 + 1e-20)
    centres = (np.arange(count) + 0.5) * block
    places = np.arange(power.shape[1])
    background = np.stack([np.interp(places, centres, row) for row in floor])
    return np.asarray(10.0 * np.log10(power / background + 1e-12), np.float64)


def _peaks(levels_db: Float64, width: int) -> npt.NDArray[np.int64]:
    """Where lines are; width: half the width of a line, in steps."""
    highest = maximum_filter1d(levels_db, 2 * width + 1)
    places = np.flatnonzero((levels_db == highest) & (levels_db >= LINE_DB))
    reach = int(2.5 * width)
    places = places[(places >= reach) & (places < len(levels_db) - reach)]
    fallen = levels_db[places] - NARROW_DB
    narrow = (levels_db[places - reach] < fallen) & (levels_db[places + reach] < fallen)
    return np.asarray(places[narrow], np.int64)


def _vertices(levels_db: Float64, places: npt.NDArray[np.int64]) -> Float64:
    """The tops of the parabolas through the peaks and their neighbours, in steps."""
    before, top, after = levels_db[places - 1], levels_db[places], levels_db[places + 1]
    bend = before - 2.0 * top + after
    shift = 0.5 * (before - after) / np.where(bend < 0.0, bend, -1.0)
    return np.asarray(places + np.clip(shift, -0.5, 0.5), np.float64)
