"""What files of a transcript have to hold, whoever reads them."""

from __future__ import annotations

from audiosvc.export.clock import milliseconds
from audiosvc.export.labels import UNKNOWN, distinct, labels_of, token
from audiosvc.export.timing import timed_text
from audiosvc.spans import Span
from audiosvc.types import Transcript


def activity(transcript: Transcript) -> list[tuple[Span, str]]:
    """Who is heard when, by the names that a field can hold."""
    names = distinct(labels_of(transcript), token)
    items = transcript.turns or transcript.segments
    return sorted(
        (item.span, UNKNOWN if item.speaker is None else names[item.speaker])
        for item in items
        if item.span.end_s > item.span.start_s
    )


def timed_words(transcript: Transcript) -> list[tuple[int, int, str, float]]:
    """Beginning and end in milliseconds, word and probability, -1 for none."""
    return sorted(
        (
            milliseconds(piece.span.start_s),
            milliseconds(piece.span.end_s),
            piece.text,
            -1.0 if piece.probability is None else round(piece.probability, 4),
        )
        for segment in transcript.segments
        for piece in timed_text(segment)
    )
