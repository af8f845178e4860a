"""SegLST: segments with speakers in JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from audiosvc.errors import FormatError
from audiosvc.export.labels import distinct, labels_of, never_missing
from audiosvc.export.seglst import parse, serialise
from audiosvc.export.text import text_of
from audiosvc.spans import Span
from audiosvc.types import Transcript
from tests.unit.export.strategies import transcripts


@given(transcripts())
def test_segments_come_back(transcript: Transcript) -> None:
    """Kept: times to the millisecond, speakers, text on one line."""
    names = distinct(labels_of(transcript), never_missing)
    read = parse(serialise(transcript, "x"))
    assert [(s.span, s.speaker, s.text) for s in read.segments] == [
        (s.span, None if s.speaker is None else names[s.speaker], text_of(s))
        for s in transcript.segments
    ]


def test_seglst_from_elsewhere() -> None:
    """Strings and clock times, speakers by number, no words, keys of other tools."""
    read = parse(
        "\ufeff"
        + json.dumps(
            [
                {"session_id": "S02", "speaker": "P05", "start_time": "0:01:02.50",
                 "end_time": "63.5", "words": "hello there", "ref": "U01"},
                {"session_id": "S02", "speaker": 7, "start_time": 64, "end_time": 65},
                {"session_id": "S02", "speaker": None, "start_time": 66, "end_time": 66,
                 "words": None},
            ]
        )
    )  # fmt: skip
    assert [(s.span, s.speaker, s.text) for s in read.segments] == [
        (Span(62.5, 63.5), "P05", "hello there"),
        (Span(64, 65), "7", ""),
        (Span(66, 66), None, ""),
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[\n{,]", "Line 2: not JSON"),
        ("[" * 100_000, "Not a SegLST file"),
        ('{"a": 1}', "a list of segments"),
        ("[1]", "Entry 1: it has to be an object"),
        ('[{"end_time": 1}]', "Entry 1: its start_time"),
        ('[{"start_time": NaN, "end_time": 1}]', "Entry 1: its start_time has to be a finite"),
        ('[{"start_time": true, "end_time": 1}]', "Entry 1: its start_time"),
        ('[{"start_time": 2, "end_time": 1}]', "Entry 1: it ends at 1 s"),
        ('[{"start_time": 1, "end_time": "x"}]', "Entry 1: its end_time"),
        ('[{"start_time": 1, "end_time": 1, "words": ["a"]}]', "Entry 1: its words"),
        ('[{"start_time": 1, "end_time": 1, "speaker": [1]}]', "Entry 1: its speaker"),
        (
            '[{"session_id": "a", "start_time": 1, "end_time": 1},'
            ' {"session_id": "b", "start_time": 1, "end_time": 1}]',
            "2 recordings",
        ),
    ],
)
def test_nonsense_is_refused(text: str, named: str) -> None:
    with pytest.raises(FormatError, match=named):
        parse(text)
