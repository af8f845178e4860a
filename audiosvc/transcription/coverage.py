"""What was said and is not written: detected speech that no segment covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from audiosvc.spans import Span, merge_spans, subtract_spans, total_s
from audiosvc.types import Coverage

# A detector widens speech by a fifth of a second either way, and a recognizer's times are off by
# about as much: speech this near to a segment is covered by it.
REACH_S = 0.5
SHORTEST_MISS_S = 0.5
# The code of the notice by which a window transcriber tells of what it lost for good.
STOPPED_EARLY = "stopped_early"


def measure(
    speech: Sequence[Span], written: Iterable[Span], stopped_early: Sequence[Span] = ()
) -> Coverage:
    """Coverage of ``speech`` by the spans of the written segments."""
    near = [Span(span.start_s - REACH_S, span.end_s + REACH_S) for span in written]
    missed = tuple(
        Span(max(0.0, span.start_s), span.end_s)
        for span in merge_spans(subtract_spans(speech, near))
        if span.duration_s >= SHORTEST_MISS_S
    )
    speech_s = total_s(speech)
    return Coverage(
        speech_s=speech_s,
        covered_s=speech_s - total_s(missed),
        missed=missed,
        stopped_early=tuple(stopped_early),
    )
