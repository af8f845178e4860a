"""Cutting a recording into windows, once, from detected speech, before any of them runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from audiosvc.spans import Span, subtract_spans
from audiosvc.types import Audio, Limits, Window

EARLIEST_CUT = 0.6  # of a window: a pause before this is no place to cut


def cut_cores(speech: Sequence[Span], whole: Span, limits: Limits) -> list[Span]:
    """Cores that tile ``whole``, none longer than the limits say, cut in the longest pauses.

    The first one may be shorter, so that the first words come soon. Where nobody pauses, the cut
    falls into speech.
    """
    pauses = subtract_spans([whole], speech)
    cores: list[Span] = []
    start_s = whole.start_s
    while start_s < whole.end_s:
        length_s = limits.window_s if cores else limits.first_window_s or limits.window_s
        end_s = _cut_s(pauses, start_s, start_s + length_s, whole.end_s)
        cores.append(Span(start_s, end_s))
        start_s = end_s
    return cores


def _cut_s(pauses: Iterable[Span], start_s: float, latest_s: float, end_s: float) -> float:
    if latest_s >= end_s:
        return end_s
    search = Span(start_s + EARLIEST_CUT * (latest_s - start_s), latest_s)
    inside = [
        Span(max(pause.start_s, search.start_s), min(pause.end_s, search.end_s))
        for pause in pauses
        if pause.overlap_s(search) > 0.0
    ]
    if not inside:
        return latest_s
    return max(inside, key=lambda pause: (pause.duration_s, pause.start_s)).midpoint_s


def cut_windows(
    blocks: Iterable[Audio], cores: Sequence[Span], speech: Sequence[Span], margin_s: float
) -> Iterator[Window]:
    """The windows of a recording that is read once. blocks: its consecutive pieces.

    Holds one window and its margins at a time. A recording that ends before its last core does
    gives the windows that it still has audio for.
    """
    waiting: list[Audio] = []
    blocks = iter(blocks)
    for core in cores:
        wanted = Span(core.start_s - margin_s, core.end_s + margin_s)
        while not waiting or waiting[-1].span.end_s < wanted.end_s:
            block = next(blocks, None)
            if block is None:
                break
            waiting.append(block)
        waiting = [block for block in waiting if block.span.end_s > wanted.start_s]
        if not waiting:
            return
        audio = join(waiting).cut(wanted)
        inside = tuple(span for span in speech if span.overlap_s(audio.span) > 0.0)
        yield Window(audio, core, inside)


def join(pieces: Sequence[Audio]) -> Audio:
    """Consecutive pieces as one. Raises ValueError without any."""
    first = pieces[0] if pieces else None
    if first is None:
        raise ValueError("There is nothing to join.")
    samples = np.concatenate([piece.samples for piece in pieces])
    return Audio(samples, first.sample_rate_hz, first.start_s)
