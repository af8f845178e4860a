"""Events as messages."""

from __future__ import annotations

import pytest

from audiosvc.events import (
    AudioCursors,
    Finished,
    Interim,
    LiveEvent,
    Progress,
    SegmentReady,
    SegmentRevised,
    SpeakersMerged,
)
from audiosvc.server.messages import to_messages
from audiosvc.spans import Span
from audiosvc.types import Coverage, Notice, Segment, Speaker, Transcript, Turn, Word

SEGMENT = Segment(3, Span(1.0, 2.5), "S1", "Yes.", (Word(" Yes.", Span(1.0, 2.5), 0.5),), "en")


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (SegmentReady(SEGMENT), "segment_ready"),
        (SegmentRevised(SEGMENT), "segment_revised"),
        (SpeakersMerged("S1", "S2"), "speakers_merged"),
        (Progress(1.0, None), "progress"),
        (Interim(1, Span(0.0, 1.0), ("a",), ("b",)), "interim"),
        (AudioCursors(3.0, 2.0, 1.0), "audio_cursors"),
    ],
)
def test_each_event_has_its_message(event: LiveEvent, kind: str) -> None:
    (message,) = to_messages(event)
    assert message.WhichOneof("event") == kind


def test_what_is_in_them() -> None:
    (interim,) = to_messages(Interim(7, Span(1.0, 2.0), ("a",), ("b",), "de"))
    assert (interim.interim.revision, interim.interim.language_code) == (7, "de")
    assert list(interim.interim.confirmed_words) == ["a"]
    assert list(interim.interim.tentative_words) == ["b"]
    (progress,) = to_messages(Progress(1.5, None, "listen"))
    assert not progress.progress.HasField("total_duration")
    assert progress.progress.stage == "listen"
    (cursors,) = to_messages(AudioCursors(3.0, 2.0, 1.0))
    assert cursors.audio_cursors.final_duration.seconds == 1


def test_a_notice_comes_with_the_summary_alone() -> None:
    assert list(to_messages(Notice("x", "y"))) == []


def test_the_end_of_three_hours_comes_in_small_messages() -> None:
    turns = tuple(Turn(Span(2.0 * n, 2.0 * n + 1), f"S{n % 5}") for n in range(5400))
    missed = tuple(Span(20.0 * n, 20.0 * n + 1) for n in range(540))
    transcript = Transcript(
        segments=(SEGMENT,) * 5400,
        speakers=tuple(Speaker(f"S{n}", 100.0, 1.0) for n in range(5)),
        language="en",
        duration_s=10_800.0,
        coverage=Coverage(9000.0, 8000.0, missed),
        model="m",
        turns=turns,
        notices=tuple(Notice("text_retried", "x" * 100, Span(n, n + 1)) for n in range(200)),
    )
    *pieces, last = to_messages(Finished(transcript))
    assert sum(len(piece.turns_ready.turns) for piece in pieces) == 5400
    assert last.finished.summary.segment_count == 5400
    assert max(message.ByteSize() for message in (*pieces, last)) < 64 * 1024
