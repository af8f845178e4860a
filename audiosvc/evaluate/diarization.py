"""Diarization errors: who speaks when, whatever is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from audiosvc.evaluate.extra import metric_library
from audiosvc.evaluate.rates import ErrorRate
from audiosvc.spans import Span, merge_spans
from audiosvc.types import Turn

TOUCHING_S = 1e-6


def diarization_errors(
    reference: Sequence[Turn],
    hypothesis: Sequence[Turn],
    scored: Sequence[Span],
    collar_s: float,
) -> ErrorRate:
    """DER in seconds of speech, overlap scored, under the pairing of speakers that agrees most.

    collar_s: left out on either side of each boundary of the reference, as NIST counts it;
    pyannote's own ``collar`` is the width of both sides together.
    """
    core = metric_library("pyannote.core")
    metric = metric_library("pyannote.metrics.diarization").DiarizationErrorRate(
        collar=2 * collar_s, skip_overlap=False
    )
    uem = core.Timeline([core.Segment(span.start_s, span.end_s) for span in scored])
    parts = metric(_annotation(reference), _annotation(hypothesis), uem=uem, detailed=True)
    return ErrorRate(
        parts["missed detection"], parts["false alarm"], parts["confusion"], parts["total"]
    )


def _annotation(turns: Sequence[Turn]) -> Any:  # noqa: ANN401 - untyped
    """As pyannote takes it. A speaker's overlapping turns become one: no second counts twice.

    Turns that only touch stay apart: their boundary keeps its collar.
    """
    core = metric_library("pyannote.core")
    annotation = core.Annotation()
    for speaker in dict.fromkeys(turn.speaker for turn in turns):
        spans = (turn.span for turn in turns if turn.speaker == speaker)
        for span in merge_spans(spans, gap_s=-TOUCHING_S):
            annotation[core.Segment(span.start_s, span.end_s), speaker] = speaker
    return annotation
