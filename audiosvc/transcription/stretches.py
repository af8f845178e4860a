"""Packing detected speech into the stretches that a recognizer hears at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from audiosvc.spans import Span

LONGEST_PAUSE_S = 3.0  # longer silence inside a stretch invites a recognizer to invent text
MIN_PAUSE_S = 0.3


def pack(speech: Sequence[Span], longest_s: float) -> list[Span]:
    """As few stretches as hold all speech, each ``longest_s`` or shorter, cut in pauses.

    Speech that goes on for longer is cut where the time is up. A stretch keeps the pauses inside
    it: words then have the times that they have in the recording.
    """
    stretches: list[Span] = []
    for span in (part for whole in speech for part in _divide(whole, longest_s)):
        last = stretches[-1] if stretches else None
        fits = (
            last is not None
            and span.end_s - last.start_s <= longest_s
            and span.start_s - last.end_s <= LONGEST_PAUSE_S
        )
        if last is not None and fits:
            stretches[-1] = Span(last.start_s, span.end_s)
        else:
            stretches.append(span)
    return stretches


def halve(stretch: Span, speech: Sequence[Span]) -> list[Span]:
    """The stretch in two, cut in the pause nearest to its middle, or in the middle."""
    pauses = [
        Span(before.end_s, after.start_s)
        for before, after in pairwise(speech)
        if stretch.start_s < before.end_s and after.start_s < stretch.end_s
    ]
    middle_s = stretch.midpoint_s
    cuts = [pause.midpoint_s for pause in pauses if pause.duration_s >= MIN_PAUSE_S]
    cut_s = min(cuts, key=lambda time_s: abs(time_s - middle_s), default=middle_s)
    return [Span(stretch.start_s, cut_s), Span(cut_s, stretch.end_s)]


def _divide(span: Span, longest_s: float) -> list[Span]:
    """Equal parts, as few as possible, none longer than ``longest_s``."""
    parts = max(1, -int(-span.duration_s // longest_s))
    step_s = span.duration_s / parts
    edges = [span.start_s + index * step_s for index in range(parts)] + [span.end_s]
    return [Span(start_s, end_s) for start_s, end_s in pairwise(edges)]
