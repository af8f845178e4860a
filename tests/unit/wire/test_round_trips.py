"""What is sent arrives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.errors import OptionError
from audiosvc.spans import Span
from audiosvc.types import (
    Coverage,
    Hints,
    Notice,
    Segment,
    Speaker,
    SpeakerCount,
    Transcript,
    Turn,
    Word,
)
from audiosvc.v1 import config_pb2 as pb
from audiosvc.wire.config import (
    Pcm,
    Wish,
    from_audio_format,
    from_config,
    to_audio_format,
    to_config,
)
from audiosvc.wire.time import from_duration, to_duration
from audiosvc.wire.values import (
    from_segment,
    from_summary,
    from_turns,
    to_segment,
    to_summary,
    to_turns,
)

# To the microsecond: a duration holds nanoseconds.
TIMES = st.integers(0, 36 * 3600 * 10**6).map(lambda micros: micros / 10**6)
SPANS = st.tuples(TIMES, TIMES).map(lambda pair: Span(min(pair), max(pair)))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
LABELS = st.none() | st.sampled_from(["S1", "S2", "Änn"])
SHARES = st.none() | st.floats(0, 1)
WORDS = st.builds(Word, TEXTS, SPANS, SHARES)
SEGMENTS = st.builds(
    Segment,
    id=st.integers(0, 2**40),
    span=SPANS,
    speaker=LABELS,
    text=TEXTS,
    words=st.lists(WORDS, max_size=4).map(tuple),
    language=st.none() | st.sampled_from(["de", "pt-BR"]),
    confidence=SHARES,
    overlapped=st.booleans(),
    events=st.lists(TEXTS, max_size=2).map(tuple),
)
NOTICES = st.builds(Notice, TEXTS, TEXTS, st.none() | SPANS)
SOME_SPANS = st.lists(SPANS, max_size=3).map(tuple)
TRANSCRIPTS = st.builds(
    Transcript,
    segments=st.lists(SEGMENTS, max_size=3).map(tuple),
    speakers=st.lists(st.builds(Speaker, TEXTS, TIMES, TIMES), max_size=3).map(tuple),
    language=st.none() | st.just("de"),
    duration_s=TIMES,
    coverage=st.builds(Coverage, TIMES, TIMES, SOME_SPANS, SOME_SPANS),
    model=TEXTS,
    turns=st.lists(st.builds(Turn, SPANS, TEXTS), max_size=3).map(tuple),
    notices=st.lists(NOTICES, max_size=3).map(tuple),
    version=TEXTS,
)
COUNTS = st.none() | st.integers(1, 1000)
WISHES = st.builds(
    Wish,
    model=st.none() | st.just("base"),
    language=st.none() | st.just("de"),
    language_per_window=st.booleans(),
    hints=st.builds(
        Hints,
        hotwords=st.lists(st.sampled_from(["Duguid", "two words"]), max_size=3).map(tuple),
        prompt=st.none() | st.just("before"),
        events=st.booleans(),
    ),
    speakers=st.builds(SpeakerCount, COUNTS, COUNTS, COUNTS),
    start_s=st.sampled_from([0.0, 1.5]),
    end_s=st.none() | st.just(2.25),
)


@given(TIMES)
def test_times(seconds: float) -> None:
    assert from_duration(to_duration(seconds)) == pytest.approx(seconds, abs=1e-9)


@given(SEGMENTS)
def test_segments(segment: Segment) -> None:
    assert from_segment(to_segment(segment)) == segment


@given(TRANSCRIPTS)
def test_transcripts(transcript: Transcript) -> None:
    turns = [turn for message in to_turns(transcript.turns) for turn in from_turns(message)]
    back = from_summary(to_summary(transcript), transcript.segments, turns)
    assert back == transcript


@given(st.integers(0, 1700))
def test_turns_come_in_messages_of_bounded_size(count: int) -> None:
    turns = [Turn(Span(n, n + 0.5), "S1") for n in range(count)]
    messages = list(to_turns(turns))
    assert [turn for message in messages for turn in from_turns(message)] == turns
    assert all(message.ByteSize() < 64 * 1024 for message in messages)


@given(WISHES)
def test_wishes(wish: Wish) -> None:
    assert from_config(to_config(wish)) == wish


@pytest.mark.parametrize("encoding", ["s16le", "s24le", "s32le", "f32le", "u8", "mulaw", "alaw"])
def test_audio_formats(encoding: str) -> None:
    pcm = Pcm(48_000, 2, encoding)
    assert from_audio_format(to_audio_format(pcm)) == pcm
    assert from_audio_format(to_audio_format(None)) is None
    assert from_audio_format(pb.AudioFormat()) is None


def test_what_is_left_out_of_a_pcm_format() -> None:
    assert from_audio_format(pb.AudioFormat(pcm=pb.PcmFormat())) == Pcm(16_000, 1, "s16le")


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({"hotwords": ["x"] * 201}, "transcription.hotwords"),
        ({"hotwords": ["x" * 2001]}, "transcription.hotwords"),
        ({"prompt": "x" * 2001}, "transcription.prompt"),
        ({"speaker_count": {"at_most": 1001}}, "transcription.speaker_count.at_most"),
        ({"start_offset": {"seconds": -1}}, "transcription.start_offset"),
        ({"end_offset": {"seconds": 10**9}}, "transcription.end_offset"),
    ],
)
def test_what_nobody_can_mean_names_its_field(message: dict[str, object], field: str) -> None:
    with pytest.raises(OptionError) as caught:
        from_config(pb.TranscriptionConfig(**message))  # type: ignore[arg-type]
    assert caught.value.field == field
