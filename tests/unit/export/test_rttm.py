"""RTTM: who is heard when."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import assume, given
from pyannote.database.util import load_rttm

from audiosvc.errors import FormatError
from audiosvc.export.rttm import parse, serialise
from audiosvc.spans import Span
from audiosvc.types import Coverage, Segment, Speaker, Transcript, Turn
from tests.unit.export.expected import activity
from tests.unit.export.strategies import transcripts

EMPTY = Transcript((), (), None, 0.0, Coverage(), "m")


@given(transcripts())
def test_turns_come_back(transcript: Transcript) -> None:
    """Kept: times to the millisecond and speakers as one word; nothing of no length."""
    read = parse(serialise(transcript, "x"))
    assert sorted((turn.span, turn.speaker) for turn in read.turns) == activity(transcript)
    assert {speaker.label for speaker in read.speakers} == {
        name for _, name in activity(transcript)
    }


@given(transcripts())
def test_pyannote_reads_the_same(transcript: Transcript) -> None:
    expected = activity(transcript)
    assume(expected)  # pandas refuses an empty file
    (annotation,) = load_rttm(io.StringIO(serialise(transcript, "a meeting"))).values()
    assert annotation.uri == "a_meeting"
    assert expected == sorted(
        (Span(segment.start, round(segment.end, 3)), label)
        for segment, _, label in annotation.itertracks(yield_label=True)
    )


def test_segments_stand_in_when_there_are_no_turns() -> None:
    segments = (Segment(0, Span(1, 2), "S1", "a"), Segment(1, Span(3, 4), None, "b"))
    assert serialise(replace(EMPTY, segments=segments), "my talk") == (
        "SPEAKER my_talk 1 1.000 1.000 <NA> <NA> S1 <NA> <NA>\n"
        "SPEAKER my_talk 1 3.000 1.000 <NA> <NA> unknown <NA> <NA>\n"
    )


def test_turns_win_over_segments_and_hold_speech_without_text() -> None:
    transcript = replace(
        EMPTY,
        segments=(Segment(0, Span(1, 9), "S1", "a"),),
        turns=(Turn(Span(36_000.5, 36_001), "S2"), Turn(Span(1, 2), "S1"), Turn(Span(5, 5), "S1")),
    )
    assert serialise(transcript, "x") == (
        "SPEAKER x 1 1.000 1.000 <NA> <NA> S1 <NA> <NA>\n"
        "SPEAKER x 1 36000.500 0.500 <NA> <NA> S2 <NA> <NA>\n"
    )


def test_no_speech_is_an_empty_file() -> None:
    assert serialise(EMPTY, "x") == ""
    assert parse("").turns == ()


def test_rttm_from_elsewhere() -> None:
    """Comments, other types, nine fields, tabs, missing names, more decimals, CRLF, a BOM."""
    read = parse(
        "\ufeff;; made elsewhere\r\n"
        "SPKR-INFO talk 1 <NA> <NA> <NA> unknown spk01 <NA> <NA>\r\n"
        "SPEAKER\ttalk\t1\t3.0\t0.125\t<NA>\t<NA>\tspk02\t<NA>\r\n"
        "\r\n"
        "SPEAKER talk 1 0 1.2345678 <NA> <NA> spk01 0.93 <NA>\r\n"
        "LEXEME talk 1 0.5 0.2 hello lex spk01 0.5 <NA>\r\n"
        "SPEAKER talk 1 9.5 1e-1 <NA> <NA> <NA> <NA> <NA>"
    )
    assert read.turns == (
        Turn(Span(0, 1.234568), "spk01"),
        Turn(Span(3, 3.125), "spk02"),
        Turn(Span(9.5, 9.6), "unknown"),
    )
    assert read.speakers[0] == Speaker("spk01", 1.234568, 0.0)
    assert read.duration_s == 9.6


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("hello world\n", "Line 1: "),
        ("\n{}\n", "Line 2: "),
        ("SPEAKER x 1 1.0\n", "Line 1: .*fields"),
        ("SPEAKER x 1 nan 1 <NA> <NA> S1 <NA> <NA>", "Line 1: the beginning"),
        ("SPEAKER x 1 1 -1 <NA> <NA> S1 <NA> <NA>", "Line 1: the duration"),
        ("SPEAKER x 1 1 1_0 <NA> <NA> S1 <NA> <NA>", "Line 1: the duration"),
        (
            "SPEAKER x 1 1 1 <NA> <NA> S1 <NA> <NA>\nSPEAKER y 1 1 1 <NA> <NA> S1 <NA> <NA>",
            r"2 recordings \(x, y\)",
        ),
    ],
)
def test_nonsense_is_refused(text: str, named: str) -> None:
    with pytest.raises(FormatError, match=named):
        parse(text)
