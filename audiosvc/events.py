"""What a transcription tells while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from audiosvc.spans import Span
from audiosvc.types import Segment, Transcript


@dataclass(frozen=True, slots=True)
class SegmentReady:
    """A segment with its text; its speaker may still be revised."""

    segment: Segment


@dataclass(frozen=True, slots=True)
class SegmentRevised:
    """A segment given out before has changed; ``segment.id`` says which."""

    segment: Segment


@dataclass(frozen=True, slots=True)
class SpeakersMerged:
    """Two labels turned out to be one voice: ``merged`` is now called ``kept``."""

    kept: str
    merged: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is. done_s of total_s seconds of audio; total_s is None when live."""

    done_s: float
    total_s: float | None
    stage: str = "transcribe"


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event: the whole result."""

    transcript: Transcript


@dataclass(frozen=True, slots=True)
class Interim:
    """What is heard and not yet given out as segments; replaces the interim before it.

    revision: 1, 2, 3 … over a stream. span: from where words are not final to how far this text
    has listened. confirmed: words that will not change; segments take them from the beginning.
    tentative: what seems to follow. language: a BCP-47 tag, None while it is open.
    """

    revision: int
    span: Span
    confirmed: tuple[str, ...]
    tentative: tuple[str, ...]
    language: str | None = None


@dataclass(frozen=True, slots=True)
class AudioCursors:
    """How far a live stream is, in seconds from its beginning.

    received_s: fed. processed_s: listened to. final_s: everything said before it was given out.
    """

    received_s: float
    processed_s: float
    final_s: float


Event = SegmentReady | SegmentRevised | SpeakersMerged | Progress | Finished
"""What a transcription yields while it runs; the last one is always ``Finished``."""

LiveEvent = Event | Interim | AudioCursors
"""What a live transcription gives; the last one is always ``Finished``."""
