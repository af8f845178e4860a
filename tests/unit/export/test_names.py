"""Speakers by their own names."""

from __future__ import annotations

import pytest

from audiosvc.errors import OptionError
from audiosvc.export.names import parse_speaker_names, rename_speakers
from audiosvc.spans import Span
from audiosvc.types import Coverage, Segment, Speaker, Transcript, Turn

TRANSCRIPT = Transcript(
    segments=(Segment(0, Span(0, 1), "S1", "a"), Segment(1, Span(1, 2), None, "b")),
    speakers=(Speaker("S1", 1, 0), Speaker("S2", 1, 2)),
    language=None,
    duration_s=3,
    coverage=Coverage(),
    model="m",
    turns=(Turn(Span(0, 1), "S1"), Turn(Span(2, 3), "S2")),
)


def test_names_are_read() -> None:
    assert parse_speaker_names("S1=Ann, S2 = Bob Lee ,S3=a=b") == {
        "S1": "Ann",
        "S2": "Bob Lee",
        "S3": "a=b",
    }


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "not a label and a name"),
        ("Ann", "'Ann' is not a label and a name"),
        ("S1=", "'S1=' is not"),
        ("=Ann", "'=Ann' is not"),
        ("S1=Ann,", "'' is not"),
        ("S1=Ann,S1=Bob", "S1 is named twice"),
        ("S1=Ann,S2=Ann", "S1 and S2 would both be called 'Ann'"),
        ("S1=Ren\u00e9,S2=Rene\u0301", "both be called"),
        ("S1=a\nb", "cannot be printed"),
        ("S1=\x1b[31m", "cannot be printed"),
    ],
)
def test_nonsense_is_refused(text: str, named: str) -> None:
    with pytest.raises(OptionError, match=named.replace("(", r"\(")):
        parse_speaker_names(text)


def test_a_name_stands_wherever_the_label_stood() -> None:
    renamed = rename_speakers(TRANSCRIPT, {"S1": "Ann", "S2": "S1"})
    assert [segment.speaker for segment in renamed.segments] == ["Ann", None]
    assert [speaker.label for speaker in renamed.speakers] == ["Ann", "S1"]
    assert [turn.speaker for turn in renamed.turns] == ["Ann", "S1"]
    assert rename_speakers(TRANSCRIPT, {}) == TRANSCRIPT


def test_unknown_labels_are_refused_with_those_that_exist() -> None:
    with pytest.raises(OptionError, match=r"No speaker S7.*S1, S2"):
        rename_speakers(TRANSCRIPT, {"S7": "Ann"})


def test_a_name_that_another_speaker_has_is_refused() -> None:
    with pytest.raises(OptionError, match="S1 and S2 would both be called 'S2'"):
        rename_speakers(TRANSCRIPT, {"S1": "S2"})


def test_a_recording_without_speakers_says_so() -> None:
    with pytest.raises(OptionError, match="It has no speakers"):
        rename_speakers(Transcript((), (), None, 0, Coverage(), "m"), {"S1": "Ann"})
