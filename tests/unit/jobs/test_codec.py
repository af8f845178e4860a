"""Values as JSON: what comes back is equal, to the last bit."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.events import SegmentReady, SpeakersMerged
from audiosvc.jobs import codec
from audiosvc.jobs.engine import JsonSerializer
from audiosvc.jobs.records import Failure, JobProgress, JobState, Result, StateChanged
from audiosvc.service import Plan
from audiosvc.spans import Span
from audiosvc.types import (
    Coverage,
    Hints,
    LocalSegment,
    Notice,
    Segment,
    Speaker,
    Transcript,
    Turn,
    Voice,
    Word,
)
from audiosvc.wire.config import Pcm, Wish

floats = st.floats(allow_nan=False)
texts = st.text(max_size=8)
spans = st.builds(Span, floats, floats)
words = st.builds(Word, texts, spans, st.none() | floats)
notices = st.builds(Notice, texts, texts, st.none() | spans)
heard = st.lists(texts, max_size=2).map(tuple)
segments = st.builds(
    Segment,
    id=st.integers(),
    span=spans,
    speaker=st.none() | texts,
    text=texts,
    words=st.just(()) | st.tuples(words),
    language=st.none() | texts,
    events=heard,
)
transcripts = st.builds(
    Transcript,
    segments=st.tuples(segments),
    speakers=st.tuples(st.builds(Speaker, texts, floats, floats)),
    language=st.none() | texts,
    duration_s=floats,
    coverage=st.builds(Coverage, floats, floats, st.tuples(spans), st.just(())),
    model=texts,
    turns=st.tuples(st.builds(Turn, spans, texts)),
    notices=st.tuples(notices),
)
local = st.builds(
    LocalSegment,
    span=spans,
    speaker=st.none() | texts,
    text=texts,
    words=st.just(()) | st.tuples(words),
    events=heard,
)
plans = st.builds(
    Plan,
    spans,
    st.tuples(spans),
    st.tuples(spans, spans),
    floats,
    st.builds(Hints, st.none() | texts, st.tuples(texts), st.none() | texts, st.booleans()),
    st.none() | texts,
    st.tuples(notices),
)
happenings = st.one_of(
    st.builds(
        StateChanged, st.sampled_from(JobState), st.none() | st.builds(Failure, texts, texts)
    ),
    st.builds(JobProgress, floats, floats, st.integers(), st.integers(), texts),
    st.builds(SegmentReady, segments),
    st.builds(SpeakersMerged, texts, texts),
    st.builds(Result, transcripts, st.integers()),
)


@given(st.one_of(transcripts, local, plans, happenings, notices))
def test_a_value_comes_back_equal(value: Any) -> None:
    text = codec.dumps(value)
    assert text.isascii()
    assert codec.loads(text, type(value)) == value


@given(st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=9), floats, spans)
def test_a_voice_comes_back_to_the_last_bit(
    vector: list[float], speech_s: float, span: Span
) -> None:
    voice = Voice("L0", np.array(vector, np.float32), speech_s, span)
    found = codec.loads(codec.dumps(voice), Voice)
    assert found.vector.dtype == np.float32
    assert found.vector.tobytes() == voice.vector.tobytes()
    assert (found.speaker, found.speech_s, found.span) == ("L0", speech_s, span)


def test_scalars_of_numpy_are_numbers() -> None:
    word = Word("a", Span(np.float64(0.1), 1.0), np.float32(0.3))
    found = codec.loads(codec.dumps(word), Word)
    assert found == word
    assert type(found.probability) is float


def test_wishes_and_samples() -> None:
    wish = Wish(model="base", hints=Hints(hotwords=("a", "b")), start_s=1.25, end_s=None)
    assert codec.loads(codec.dumps(wish), Wish) == wish
    assert codec.loads(codec.dumps(Pcm(8_000, 2, "mulaw")), Pcm) == Pcm(8_000, 2, "mulaw")


def test_fields_of_a_later_version_take_their_defaults() -> None:
    data = json.loads(codec.dumps(Notice("a", "b", Span(1.0, 2.0))))
    assert codec.from_json(data[:3]) == Notice("a", "b")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('["Hints","en",["","Ann"],null]', Hints("en", ("Ann",))),
        (
            '["LocalSegment",["Span",1.0,2.0],"L0","Good.",[""],"en",0.5,true]',
            LocalSegment(Span(1.0, 2.0), "L0", "Good.", (), "en", 0.5, True),
        ),
        (
            '["Segment",7,["Span",1.0,2.0],"S1","Good.",[""],"en",null,false]',
            Segment(7, Span(1.0, 2.0), "S1", "Good.", (), "en"),
        ),
    ],
)
def test_what_was_kept_before_there_were_events(text: str, value: Any) -> None:
    assert codec.loads(text, type(value)) == value


@pytest.mark.parametrize("text", ['["os.system", "true"]', "[]", "[1]", '["Path", "x"]', "[[]]"])
def test_no_other_class_is_ever_made(text: str) -> None:
    with pytest.raises(ValueError, match="nothing that a job keeps"):
        codec.from_json(json.loads(text))


def test_what_is_not_listed_is_not_written() -> None:
    with pytest.raises(TypeError, match="nothing that a job keeps"):
        codec.dumps(object())


def test_another_value_than_expected_is_told() -> None:
    with pytest.raises(ValueError, match="Span was expected"):
        codec.loads(codec.dumps(Failure("A", "b")), Span)


@given(st.recursive(st.none() | st.booleans() | floats | texts, lambda x: st.lists(x, max_size=3)))
def test_what_workflows_give_is_json(value: Any) -> None:
    serializer = JsonSerializer()
    assert serializer.deserialize(serializer.serialize(value)) == value


def test_an_error_of_a_workflow_is_a_name_and_a_message() -> None:
    serializer = JsonSerializer()
    found = serializer.deserialize(serializer.serialize(KeyError("x")))
    assert isinstance(found, RuntimeError)
    assert str(found) == "KeyError: 'x'"
    with pytest.raises(TypeError):
        serializer.serialize(replace)
