"""Mains hum: 50 or 60 Hz and their harmonics, and so the countries with that grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from audiosvc.estimates import Evidence, Hearing
from audiosvc.geo.evidence.lines import Lines, find_lines
from audiosvc.geo.evidence.tables import mains_share
from audiosvc.types import Audio

if TYPE_CHECKING:
    from audiosvc.geo.grid import Grid

Float64 = npt.NDArray[np.float64]

# How far a grid strays from its nominal frequency at most, and usually.
TOLERANCE_HZ = {50: 0.2, 60: 0.1}
USUAL_HZ = {50: 0.04, 60: 0.03}
STEP_HZ = 0.01
# How often each harmonic is heard where there is hum: that of lamps and transformers, twice the
# grid's frequency, most of all.
HEARD = np.array([0.4, 0.6, 0.3, 0.35, 0.15, 0.3, 0.15, 0.2, 0.1, 0.15, 0.1, 0.1])
ORDERS = np.arange(1, len(HEARD) + 1)
# A harmonic agrees with a fundamental when it lies this near to its multiple, as a share of a
# line's width, plus this share of its frequency.
REACH = 0.3
STRAY = 0.0002
LOWEST_HZ, HIGHEST_HZ = 40.0, 740.0
# Other lines within this distance tell how easily one falls on a harmonic by chance.
NEIGHBOURS_HZ = 60.0
# Where the fundamentals of everything else are sought.
RIVALS_HZ = (35.0, 75.0)
# A beat that repeats to the sample draws lines all over, and so on every harmonic.
MANY = 60
# A steady tone that happens to lie there brings its own harmonics: more of them prove little more.
CEILING = 1000.0
# How many clips have audible hum, and how often it is of the other grid's frequency: a recorder's
# own noise, a copy made elsewhere, a machine that runs at that speed.
HUMMING = 0.2
WRONG_GRID = 0.05
# Below this the hum is not worth telling: twice as likely under one grid as under the other.
WORTH = float(np.log(2.0))


@dataclass(frozen=True, slots=True)
class Hum:
    """Mains hum. nominal_hz: 50 or 60. lines_hz: its harmonics as heard.

    log_ratio: natural logarithm of how much likelier the clip is under this grid than under the
    other.
    """

    nominal_hz: int
    lines_hz: tuple[float, ...]
    log_ratio: float


class HumEvidence:
    """Takes the grid's frequency from mains hum; no evidence where none is heard."""

    name = "hum"

    def __init__(self, grid: Grid) -> None:
        # The share of each cell's mains that runs at 60 Hz.
        self._sixty = mains_share(grid)

    def __call__(self, hearing: Hearing) -> list[Evidence]:
        """At most one: hum of one frequency."""
        hum = find_hum(hearing.audio)
        if hum is None:
            return []
        share = self._sixty if hum.nominal_hz == 60 else 1.0 - self._sixty
        likelihood = np.log(share + (1.0 - share) * np.exp(-hum.log_ratio))
        lines = ", ".join(f"{line:.1f}" for line in hum.lines_hz)
        return [
            Evidence(
                source=self.name,
                category="channel",
                claim=f"Mains hum of a {hum.nominal_hz} Hz grid, at {lines} Hz",
                log_likelihood=(likelihood - likelihood.max()).astype(np.float32),
                spans=(hearing.audio.span,),
            )
        ]


def find_hum(audio: Audio) -> Hum | None:
    """Mains hum in ``audio``, 6 s or longer; None without any, or when it may be either grid's."""
    lines = find_lines(audio, LOWEST_HZ, HIGHEST_HZ)
    if lines is None or not 0 < len(lines.frequencies_hz) <= MANY:
        return None
    ratios = {nominal: _over_chance(lines, nominal) for nominal in TOLERANCE_HZ}
    under = {
        nominal: 1.0 - HUMMING + HUMMING * ((1.0 - WRONG_GRID) * own + WRONG_GRID * other)
        for nominal, own, other in (
            (50, ratios[50][0], ratios[60][0]),
            (60, ratios[60][0], ratios[50][0]),
        )
    }
    nominal = max(under, key=lambda each: under[each])
    log_ratio = float(np.log(under[nominal] / min(under.values())))
    if log_ratio < WORTH:
        return None
    return Hum(nominal, ratios[nominal][1], log_ratio)


def _over_chance(lines: Lines, nominal: int) -> tuple[float, tuple[float, ...]]:
    """How much likelier the lines are with hum of this grid than without; its harmonics.

    Every frequency that the grid may have is tried, and weighs as much as it is usual. Without
    hum, lines fall where they will, or are harmonics of something else: an engine, a loop, a bass.
    """
    tolerance_hz = TOLERANCE_HZ[nominal]
    offsets = np.arange(-tolerance_hz, tolerance_hz + STEP_HZ / 2, STEP_HZ)
    usual = np.exp(-0.5 * (offsets / USUAL_HZ[nominal]) ** 2)
    weights = 0.9 * usual / usual.sum() + 0.1 / len(offsets)
    apart = _apart(lines.frequencies_hz, nominal)
    # The other grid has every fifth or sixth harmonic as well: they tell nothing.
    orders = ORDERS * nominal % 300 != 0
    ratio, hits = _comb(lines, lines.frequencies_hz, nominal + offsets, apart)
    ratio = np.where(orders, ratio, 1.0).prod(axis=1)
    best = int(np.argmax(weights * ratio))
    found = [
        float(lines.frequencies_hz[np.abs(lines.frequencies_hz - multiple).argmin()])
        for multiple in (nominal + offsets[best]) * ORDERS[hits[best] & orders]
    ]
    rivals = np.arange(*RIVALS_HZ, STEP_HZ)
    rival = float(_comb(lines, apart, rivals, apart)[0].prod(axis=1).mean())
    return min(float(weights @ ratio) / max(1.0, rival), CEILING), tuple(found)


def _apart(frequencies_hz: Float64, nominal: int) -> Float64:
    """Those that cannot be harmonics of this grid."""
    order = np.rint(frequencies_hz / nominal)
    off_hz = np.abs(frequencies_hz - order * nominal)
    apart = off_hz > TOLERANCE_HZ[nominal] * np.maximum(order, 1)
    return np.asarray(frequencies_hz[apart], np.float64)


def _comb(
    lines: Lines, frequencies_hz: Float64, fundamentals_hz: Float64, others_hz: Float64
) -> tuple[Float64, npt.NDArray[np.bool_]]:
    """For each fundamental and harmonic: how much likelier what is there, line or none, is made by
    a comb than by chance; and whether there is a line. Both ``(fundamentals, harmonics)``.

    others_hz: the lines that tell how easily one falls there by chance.
    """
    multiples = fundamentals_hz[:, np.newaxis] * ORDERS
    reach_hz = REACH * lines.width_hz + STRAY * multiples
    hits = _count(frequencies_hz, multiples - reach_hz, multiples + reach_hz) > 0
    near = _count(others_hz, multiples - NEIGHBOURS_HZ, multiples + NEIGHBOURS_HZ)
    density = (near + 0.5) / (2.0 * NEIGHBOURS_HZ)
    chance = np.minimum(density * 2.0 * reach_hz, 0.5)
    ratio = np.where(hits, HEARD / chance, (1.0 - HEARD) / (1.0 - chance))
    return np.asarray(ratio, np.float64), hits


def _count(frequencies_hz: Float64, first_hz: Float64, last_hz: Float64) -> npt.NDArray[np.int64]:
    """How many of the ascending frequencies lie between."""
    return np.asarray(
        np.searchsorted(frequencies_hz, last_hz) - np.searchsorted(frequencies_hz, first_hz),
        np.int64,
    )
