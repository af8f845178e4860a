"""STM: text with speakers and times."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from audiosvc.errors import FormatError
from audiosvc.export.labels import distinct, labels_of, token
from audiosvc.export.stm import parse, serialise
from audiosvc.export.text import text_of
from audiosvc.spans import Span
from audiosvc.types import Coverage, Segment, Transcript
from tests.unit.export.strategies import transcripts

EMPTY = Transcript((), (), None, 0.0, Coverage(), "m")


@given(transcripts())
def test_segments_come_back(transcript: Transcript) -> None:
    """Kept: times to the millisecond, speakers as one word, text on one line."""
    names = distinct(labels_of(transcript), token)
    read = parse(serialise(transcript, "x"))
    assert [(s.span, s.speaker, s.text) for s in read.segments] == [
        (s.span, None if s.speaker is None else names[s.speaker], text_of(s))
        for s in transcript.segments
    ]


def test_one_line_for_each_segment() -> None:
    segments = (
        Segment(0, Span(1, 2.5), "Ann B", "two\nlines"),
        Segment(1, Span(3, 4), None, ""),
        Segment(2, Span(36_000, 36_001), "S2", "<o> like a label"),
    )
    assert serialise(replace(EMPTY, segments=segments), "my talk") == (
        "my_talk 1 Ann_B 1.000 2.500 two lines\n"
        "my_talk 1 unknown 3.000 4.000\n"
        "my_talk 1 S2 36000.000 36001.000 <O> <o> like a label\n"
    )


def test_stm_from_elsewhere() -> None:
    """Comments, labels, gaps, stretches not to score, tabs, CRLF, a BOM, no text."""
    read = parse(
        '\ufeff;; CATEGORY "0" "" ""\r\n'
        "talk A spk1 0.0 1.5 <o,f0,male> hello <laugh> there\r\n"
        "talk A inter_segment_gap 1.5 2 <o,,> \r\n"
        "talk A spk2 2 3 <NA> ignore_time_segment_in_scoring\r\n"
        "talk\tA\tspk2\t3\t4\tdo  you\r\n"
        "talk A <NA> 5 6"
    )
    assert [(s.speaker, s.span, s.text) for s in read.segments] == [
        ("spk1", Span(0, 1.5), "hello <laugh> there"),
        ("spk2", Span(3, 4), "do you"),
        (None, Span(5, 6), ""),
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("talk A S1 0\n", "Line 1: a line has"),
        (";; fine\ntalk A S1 zero 1 a", "Line 2: the beginning"),
        ("talk A S1 0 inf a", "Line 1: the end"),
        ("talk A S1 2 1 a", "Line 1: the end, 1 s, lies before"),
        ("x A S1 0 1 a\ny A S1 0 1 a\n", "2 recordings"),
    ],
)
def test_nonsense_is_refused(text: str, named: str) -> None:
    with pytest.raises(FormatError, match=named):
        parse(text)
