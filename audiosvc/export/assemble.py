"""A transcript from what a file holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from audiosvc.spans import Span, total_s
from audiosvc.types import Coverage, Segment, Speaker, Transcript, Turn


def transcript_of(segments: Iterable[Segment] = (), turns: Iterable[Turn] = ()) -> Transcript:
    """A transcript with ids and speakers counted anew, in order of time.

    What no such file tells stays empty: language, coverage, model. The recording is taken to end
    with the last thing in it.
    """
    ordered = sorted(segments, key=lambda segment: segment.span)
    numbered = tuple(replace(segment, id=index) for index, segment in enumerate(ordered))
    sorted_turns = tuple(sorted(turns, key=lambda turn: turn.span))
    spans = [segment.span for segment in numbered] + [turn.span for turn in sorted_turns]
    said = [(s.speaker, s.span) for s in numbered if s.speaker is not None]
    heard = [(turn.speaker, turn.span) for turn in sorted_turns]
    return Transcript(
        segments=numbered,
        speakers=_speakers(heard or said),
        language=None,
        duration_s=max((span.end_s for span in spans), default=0.0),
        coverage=Coverage(),
        model="",
        turns=sorted_turns,
    )


def _speakers(spoken: Sequence[tuple[str, Span]]) -> tuple[Speaker, ...]:
    spans: dict[str, list[Span]] = {}
    for label, span in spoken:
        spans.setdefault(label, []).append(span)
    return tuple(Speaker(label, total_s(own), own[0].start_s) for label, own in spans.items())
