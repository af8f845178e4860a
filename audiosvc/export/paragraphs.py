"""Segments gathered into paragraphs, for formats that people read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from audiosvc.export.text import join, shown_text
from audiosvc.types import Segment, Transcript

LONGEST_S = 30.0
"""A paragraph that lasts this long ends with its segment, so that a time is never far away."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What one speaker said in a row. Times are seconds."""

    speaker: str | None
    start_s: float
    end_s: float
    text: str


def paragraphs(transcript: Transcript) -> Iterator[Paragraph]:
    """Consecutive segments of one speaker together; what shows nothing is left out.

    Events stand in brackets behind the text of their segment.
    """
    group: list[Segment] = []
    for segment in transcript.segments:
        if not shown_text(segment):
            continue
        if group and (
            segment.speaker != group[0].speaker
            or group[-1].span.end_s - group[0].span.start_s >= LONGEST_S
        ):
            yield _paragraph(group)
            group = []
        group.append(segment)
    if group:
        yield _paragraph(group)


def _paragraph(group: list[Segment]) -> Paragraph:
    return Paragraph(
        group[0].speaker,
        group[0].span.start_s,
        max(segment.span.end_s for segment in group),
        join(shown_text(segment) for segment in group),
    )
