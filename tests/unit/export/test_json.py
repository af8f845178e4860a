"""JSON keeps everything, and follows its schema."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given

from audiosvc.errors import FormatError
from audiosvc.export import schema
from audiosvc.export.json import parse, serialise
from audiosvc.spans import Span
from audiosvc.types import Coverage, Segment, Speaker, Transcript, Turn, Word
from tests.unit.export.strategies import transcripts

SCHEMA_FILE = Path(__file__).parents[3] / "docs" / "transcript.schema.json"
EMPTY = Transcript((), (), None, 0.0, Coverage(), "m")


@given(transcripts())
def test_everything_comes_back(transcript: Transcript) -> None:
    assert parse(serialise(transcript, "x")) == transcript


@given(transcripts())
def test_what_is_written_follows_the_checked_in_schema(transcript: Transcript) -> None:
    document = json.loads(serialise(transcript, "x"))
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text("utf-8")))
    validator.validate(document)
    assert set(document) == set(schema.TranscriptModel.model_fields)
    for segment in document["segments"]:
        assert set(segment) == set(schema.SegmentModel.model_fields)


def test_the_schema_file_is_what_the_models_say() -> None:
    written = json.loads(SCHEMA_FILE.read_text("utf-8"))
    assert written == schema.json_schema(), (
        "docs/transcript.schema.json is stale: "
        "python -m audiosvc.export.schema > docs/transcript.schema.json"
    )


def test_the_names_that_scripts_rely_on() -> None:
    word = Word("hi", Span(1.0, 1.5), 0.5)
    transcript = Transcript(
        (Segment(0, Span(1, 2), "S1", "hi", (word,), "en", 0.5, events=("laughter",)),),
        (Speaker("S1", 1.0, 1.0),),
        "en",
        3.0,
        Coverage(2.0, 1.0, (Span(2, 3),)),
        "m",
        (Turn(Span(1, 2), "S1"),),
        version="1",
    )
    assert json.loads(serialise(transcript, "x")) == {
        "segments": [
            {
                "id": 0,
                "start_s": 1.0,
                "end_s": 2.0,
                "speaker": "S1",
                "text": "hi",
                "words": [{"start_s": 1.0, "end_s": 1.5, "text": "hi", "probability": 0.5}],
                "language": "en",
                "confidence": 0.5,
                "overlapped": False,
                "events": ["laughter"],
            }
        ],
        "speakers": [{"label": "S1", "speech_s": 1.0, "first_s": 1.0}],
        "language": "en",
        "duration_s": 3.0,
        "coverage": {
            "speech_s": 2.0,
            "covered_s": 1.0,
            "missed": [{"start_s": 2.0, "end_s": 3.0}],
            "stopped_early": [],
        },
        "turns": [{"start_s": 1.0, "end_s": 2.0, "speaker": "S1"}],
        "notices": [],
        "model": "m",
        "version": "1",
    }


def test_times_are_rounded_to_milliseconds() -> None:
    segment = Segment(0, Span(1.23449, 2.0006), None, "a")
    read = parse(serialise(Transcript((segment,), (), None, 9.99999, Coverage(), "m"), "x"))
    assert read.segments[0].span == Span(1.234, 2.001)
    assert read.duration_s == 10.0


def test_numpy_numbers_and_odd_values_are_written_all_the_same() -> None:
    word = Word("a", Span(np.float32(0.5), np.float64(1.5)), np.float32("nan"))
    segment = Segment(np.int64(0), Span(-0.01, 1.5), None, "\ud800a", (word,), None, np.float32(2))
    read = parse(serialise(Transcript((segment,), (), None, 2, Coverage(), "m"), "x"))
    assert read.segments[0].words == (Word("a", Span(0.5, 1.5), None),)
    assert read.segments[0].span == Span(0.0, 1.5)
    assert read.segments[0].text == "\ufffda"
    assert read.segments[0].confidence == 1.0


def test_unknown_keys_and_a_byte_order_mark_are_passed_over() -> None:
    document = {**json.loads(serialise(EMPTY, "x")), "later": 1}
    assert parse("\ufeff" + json.dumps(document)) == EMPTY


def test_files_of_before_have_no_events() -> None:
    segment = Segment(0, Span(1, 2), "S1", "Good.")
    document = json.loads(serialise(replace(EMPTY, segments=(segment,)), "x"))
    assert document["segments"][0].pop("events") == []
    del document["segments"][0]["words"]
    assert parse(json.dumps(document)).segments == (segment,)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "JSON"),
        ("{\n  nonsense", "line 2"),
        ("[]", "JSON"),
        ('{"segments": []}', "duration_s"),
        ('{"segments": [], "duration_s": NaN}', "duration_s"),
        ('{"segments": [], "duration_s": -1}', "duration_s"),
        ('{"segments": [], "duration_s": "1"}', "duration_s"),
        ("[" * 100_000, "JSON"),
        (
            '{"segments": [{"id": 0, "start_s": 2, "end_s": 1, "speaker": null, "text": ""}],'
            ' "duration_s": 3}',
            "segments 0",
        ),
    ],
)
def test_nonsense_is_refused_with_its_place(text: str, named: str) -> None:
    with pytest.raises(FormatError, match=named):
        parse(text)
