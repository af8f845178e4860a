"""Transcripts as OpenAI's own types expect them."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.audio import Transcription, TranscriptionDiarized, TranscriptionVerbose
from pydantic import BaseModel

from audiosvc.server.http.openai import formats
from audiosvc.spans import Span
from audiosvc.types import Coverage, Segment, Transcript, Word
from tests.fakes.grpc_server import a_transcript

# Models have written half of a character before.
TEXTS = st.text(st.characters() | st.just("\ud800"), max_size=40)
TIMES = st.floats(0, 1e6)
SPANS = st.tuples(TIMES, TIMES).map(lambda pair: Span(min(pair), max(pair)))
SHARES = st.none() | st.floats(0, 1) | st.just(math.nan)
WORDS = st.builds(Word, TEXTS, SPANS, SHARES)
SEGMENTS = st.builds(
    Segment,
    id=st.integers(0, 2**31),
    span=SPANS,
    speaker=st.none() | TEXTS,
    text=TEXTS,
    words=st.lists(WORDS, max_size=3).map(tuple),
    confidence=SHARES,
)
TRANSCRIPTS = st.builds(
    Transcript,
    segments=st.lists(SEGMENTS, max_size=4).map(tuple),
    speakers=st.just(()),
    language=st.none() | st.sampled_from(["en", "pt-BR", "xx", "zh-Hant", "a b"]),
    duration_s=TIMES,
    coverage=st.just(Coverage()),
    model=st.just("m"),
)


def as_sent(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json", exclude_none=True)


@given(TRANSCRIPTS)
def test_whatever_was_said_is_what_the_package_expects(transcript: Transcript) -> None:
    Transcription.model_validate(as_sent(formats.plain(transcript)), strict=True)
    verbose = formats.verbose(transcript, ["word", "segment"])
    TranscriptionVerbose.model_validate(as_sent(verbose), strict=True)
    TranscriptionDiarized.model_validate(as_sent(formats.diarized(transcript)), strict=True)
    for model in (formats.plain(transcript), verbose, formats.diarized(transcript)):
        model.model_dump_json()
    for name in formats.TEXTS:
        formats.text_format(transcript, name).encode()


def test_what_the_parts_are() -> None:
    transcript = a_transcript(2)
    assert as_sent(formats.plain(transcript)) == {
        "text": "Sentence 0. Sentence 1.",
        "usage": {"type": "duration", "seconds": 2.0},
    }
    verbose = as_sent(formats.verbose(transcript, ["segment"]))
    assert "words" not in verbose
    assert (verbose["language"], verbose["duration"], verbose["task"]) == (
        "english",
        2.0,
        "transcribe",
    )
    second = verbose["segments"][1]
    assert (second["id"], second["start"], second["end"]) == (1, 1.0, 1.75)
    assert (second["seek"], second["tokens"], second["no_speech_prob"]) == (100, [], 0.0)
    # Of its two words, one has a probability: 0.5.
    assert second["avg_logprob"] == round(math.log(0.5), 4)
    assert as_sent(formats.diarized(transcript))["segments"][1] == {
        "type": "transcript.text.segment",
        "id": "seg_1",
        "start": 1.0,
        "end": 1.75,
        "text": "Sentence 1.",
        "speaker": "S2",
    }


def test_words_alone() -> None:
    verbose = as_sent(formats.verbose(a_transcript(1), ["word"]))
    assert "segments" not in verbose
    assert verbose["words"] == [
        {"word": "Sentence", "start": 0.0, "end": 0.5},
        {"word": "0.", "start": 0.5, "end": 0.75},
    ]


def test_nothing_that_is_told_again_and_again_compresses_badly() -> None:
    def ratio(text: str) -> float:
        segment = Segment(0, Span(0.0, 1.0), None, text)
        found = formats.verbose(transcript_of(segment), ["segment"]).segments
        assert found is not None
        return found[0].compression_ratio

    assert ratio("so so " * 50) > 2.4 > ratio("Good morning to everybody.")


def test_who_is_not_known_is_said_to_be() -> None:
    found = formats.diarized(transcript_of(Segment(0, Span(0.0, 1.0), None, "Hm.")))
    assert found.segments[0].speaker == "unknown"


def test_scripts_without_blanks_get_none() -> None:
    said = transcript_of(
        Segment(0, Span(0.0, 1.0), "S1", "你好。"), Segment(1, Span(1.0, 2.0), "S2", "早上好。")
    )
    assert formats.whole_text(said) == "你好。早上好。"


@pytest.mark.parametrize(
    ("tag", "name"),
    [("en", "english"), ("pt-BR", "portuguese"), ("zh", "chinese"), (None, ""), ("qqq", "qqq")],
)
def test_languages_are_named_as_there(tag: str | None, name: str) -> None:
    assert formats.language_name(tag) == name


def transcript_of(*segments: Segment) -> Transcript:
    return Transcript(segments, (), "en", 2.0, Coverage(), "m")
