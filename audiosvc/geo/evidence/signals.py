"""Telephone signals: dial, ringing and busy tones by the national tone plans."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from audiosvc.estimates import Evidence, Hearing
from audiosvc.geo.evidence.tables import TONE_PLANS, TonePlan
from audiosvc.geo.evidence.tones import Burst, find_bursts
from audiosvc.spans import Span
from audiosvc.types import Audio

if TYPE_CHECKING:
    from audiosvc.geo.grid import Grid

# A national network keeps its frequencies within this.
OFF_HZ = 5.0
# The length of a burst or a pause: a share, and what the detector itself is off by.
OFF_SHARE = 0.05
OFF_S = 0.045
# A dial tone lasts at least this long, and has two frequencies: one alone may be any whistle.
DIAL_S = 2.5
# How much of a cadence has to be heard, in bursts and pauses.
WHOLE = {"busy": 5, "ringing": 3}
# A switchboard may come from another country, and a film is heard everywhere.
ELSEWHERE = -3.5
# A country whose tones are not in the table may have these as well.
UNLISTED = -0.7


class SignalsEvidence:
    """Takes countries from telephone signals; no evidence where none is heard."""

    name = "signals"

    def __init__(self, grid: Grid) -> None:
        self._grid = grid

    def __call__(self, hearing: Hearing) -> list[Evidence]:
        """One for each plan that is heard."""
        return [self._evidence(plan, spans) for plan, spans in find_signals(hearing.audio)]

    def _evidence(self, plan: TonePlan, spans: tuple[Span, ...]) -> Evidence:
        listed = {iso for each in TONE_PLANS if each.kind == plan.kind for iso in each.countries}
        by_country = np.array(
            [
                0.0 if iso in plan.countries else ELSEWHERE if iso in listed else UNLISTED
                for iso in self._grid.countries
            ]
            + [UNLISTED]
        )
        likelihood = by_country[self._grid.country]
        return Evidence(
            source=self.name,
            category="sounds_of_things",
            claim=_claim(plan),
            log_likelihood=(likelihood - likelihood.max()).astype(np.float32),
            spans=spans,
        )


def find_signals(audio: Audio) -> list[tuple[TonePlan, tuple[Span, ...]]]:
    """The plans that are heard, each with where."""
    heard: dict[TonePlan, list[Span]] = {}
    for run in _runs(find_bursts(audio)):
        plan = _plan_of(run)
        if plan is not None:
            heard.setdefault(plan, []).append(Span(run[0].span.start_s, run[-1].span.end_s))
    return [(plan, tuple(spans)) for plan, spans in heard.items()]


def _runs(bursts: Sequence[Burst]) -> list[list[Burst]]:
    """Bursts of the same frequencies that follow each other."""
    runs: list[list[Burst]] = []
    for burst in bursts:
        if runs and _alike(runs[-1][-1].hz, burst.hz):
            runs[-1].append(burst)
        else:
            runs.append([burst])
    return runs


def _alike(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return len(one) == len(other) and all(
        abs(first - second) <= OFF_HZ for first, second in zip(one, other, strict=True)
    )


def _plan_of(run: Sequence[Burst]) -> TonePlan | None:
    """The plan that a run of like bursts follows best, if it follows any."""
    hz = tuple(float(each) for each in np.median([burst.hz for burst in run], axis=0))
    lengths_s = [run[0].span.duration_s]
    for before, after in pairwise(run):
        lengths_s += [after.span.start_s - before.span.end_s, after.span.duration_s]
    best, least = None, 1.0
    for plan in TONE_PLANS:
        if not _alike(hz, plan.hz):
            continue
        off = (
            _off(lengths_s, plan)
            + 0.1 * max(abs(one - other) for one, other in zip(hz, plan.hz, strict=True)) / OFF_HZ
        )
        if off < least:
            best, least = plan, off
    return best


def _off(lengths_s: Sequence[float], plan: TonePlan) -> float:
    """How far the lengths are from the plan's cadence: 1 is as far as is allowed."""
    if not plan.cadence_s:
        return 0.5 if len(plan.hz) == 2 and max(lengths_s) >= DIAL_S else np.inf
    if len(lengths_s) < WHOLE[plan.kind] + len(plan.cadence_s) - 2:
        return np.inf
    return min(
        _off_at(lengths_s, plan.cadence_s, first) for first in range(0, len(plan.cadence_s), 2)
    )


def _off_at(lengths_s: Sequence[float], cadence_s: Sequence[float], first: int) -> float:
    """The same when the first burst is the cadence's ``first``; the outer two may be cut off."""
    worst = 0.0
    for place, length_s in enumerate(lengths_s):
        due_s = cadence_s[(first + place) % len(cadence_s)]
        late_s = length_s - due_s
        outer = place in (0, len(lengths_s) - 1)
        if outer and late_s < 0:
            continue
        worst = max(worst, abs(late_s) / (OFF_S + OFF_SHARE * due_s))
    return worst


def _claim(plan: TonePlan) -> str:
    tone = " and ".join(f"{hz:.0f}" for hz in plan.hz)
    if not plan.cadence_s:
        return f"A telephone's {plan.kind} tone of {tone} Hz"
    on_off = ", ".join(
        f"{on:g} s on and {off:g} s off"
        for on, off in zip(plan.cadence_s[::2], plan.cadence_s[1::2], strict=True)
    )
    return f"A telephone's {plan.kind} tone of {tone} Hz, {on_off}"
