"""The official ``openai`` package against this server, over a real connection."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.audio import (
    Transcription,
    TranscriptionDiarized,
    TranscriptionTextDeltaEvent,
    TranscriptionTextDoneEvent,
    TranscriptionTextSegmentEvent,
    TranscriptionVerbose,
)

from audiosvc.server.callers import Quotas
from audiosvc.server.keys import add_key
from tests.fakes import FakeTranscriber, script
from tests.fakes.server import TALK as LINES
from tests.fakes.server import WAIT_S, HeldTranscriber, Serving, serving
from tests.integration.http.openai_calls import client_of, soon, wav

ANN, BEN = "Good morning to everybody.", "Good morning, Ann."
TALK = f"{ANN} {BEN}"
FILE = ("talk.wav", wav())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path / "data") as started:
        yield started


@pytest.fixture
def client(server: Serving) -> Iterator[OpenAI]:
    with client_of(server) as made:
        yield made


def create(client: OpenAI, **options: Any) -> Any:
    """One call, as its types do not allow all that a server has to bear."""
    return client.audio.transcriptions.create(**{"model": "base", "file": FILE, **options})


def test_json(client: OpenAI) -> None:
    found = create(client)
    assert isinstance(found, Transcription)
    assert found.text == TALK
    assert found.usage is not None
    assert found.usage.to_dict() == {"type": "duration", "seconds": 5.0}


def test_verbose_json_has_segments(client: OpenAI) -> None:
    found = create(client, response_format="verbose_json", language="en")
    assert isinstance(found, TranscriptionVerbose)
    assert (found.text, found.language, found.duration) == (TALK, "english", 5.0)
    assert found.words is None
    assert found.segments is not None
    assert [(one.id, one.start, one.end, one.text) for one in found.segments] == [
        (0, 0.5, 2.0, ANN),
        (1, 2.5, 4.0, BEN),
    ]
    TranscriptionVerbose.model_validate(found.to_dict(), strict=True)


def test_verbose_json_has_words(client: OpenAI) -> None:
    found = create(client, response_format="verbose_json", timestamp_granularities=["word"])
    assert found.segments is None
    assert [word.word for word in found.words] == TALK.split()
    assert (found.words[0].start, found.words[-1].end) == (0.5, 4.0)
    both = create(
        client, response_format="verbose_json", timestamp_granularities=["word", "segment"]
    )
    assert (len(both.words), len(both.segments)) == (7, 2)


def test_diarized_json_says_who(client: OpenAI) -> None:
    found = create(client, response_format="diarized_json", chunking_strategy="auto")
    assert isinstance(found, TranscriptionDiarized)
    assert [(one.id, one.speaker, one.text) for one in found.segments] == [
        ("seg_0", "S1", ANN),
        ("seg_1", "S2", BEN),
    ]
    TranscriptionDiarized.model_validate(found.to_dict(), strict=True)


def test_texts(client: OpenAI) -> None:
    assert create(client, response_format="text") == f"{TALK}\n"
    assert f"00:00:00,500 --> 00:00:02,000\nS1: {ANN}" in create(client, response_format="srt")
    vtt = create(client, response_format="vtt")
    assert vtt.startswith("WEBVTT\n")
    assert f"<v S2>{BEN}" in vtt


def test_a_stream_ends_with_all_of_it(client: OpenAI) -> None:
    *deltas, done = create(client, stream=True)
    assert all(isinstance(one, TranscriptionTextDeltaEvent) for one in deltas)
    assert [one.delta for one in deltas] == [ANN, f" {BEN}"]
    assert isinstance(done, TranscriptionTextDoneEvent)
    assert done.text == TALK


def test_a_stream_says_who(client: OpenAI) -> None:
    events = list(create(client, stream=True, response_format="diarized_json"))
    deltas = [one for one in events if isinstance(one, TranscriptionTextDeltaEvent)]
    segments = [one for one in events if isinstance(one, TranscriptionTextSegmentEvent)]
    assert [one.segment_id for one in deltas] == [one.id for one in segments]
    assert [(one.speaker, one.text) for one in segments] == [("S1", ANN), ("S2", BEN)]


def test_our_own_options(client: OpenAI) -> None:
    mine = {"hotwords": ["Duguid", "Ann"], "start_s": 2.25, "max_speakers": 3}
    found = create(client, response_format="diarized_json", extra_body=mine)
    assert [one.text for one in found.segments] == [BEN]
    assert found.segments[0].start == 2.5


def test_what_is_not_heeded_is_said(client: OpenAI) -> None:
    raw = client.audio.transcriptions.with_raw_response.create(
        model="base", file=FILE, temperature=0.2, chunking_strategy={"type": "server_vad"}
    )
    assert raw.headers["Audiosvc-Unheeded"] == "chunking_strategy, temperature"


@pytest.mark.parametrize(
    ("options", "error", "param", "words"),
    [
        ({"model": "whisper-9"}, openai.NotFoundError, None, "It serves: whisper-base"),
        ({"language": "xx"}, openai.BadRequestError, "language", "xx"),
        ({"language": "not a tag"}, openai.BadRequestError, "language", "such as de"),
        ({"response_format": "docx"}, openai.BadRequestError, "response_format", "verbose_json"),
        (
            {"timestamp_granularities": ["word"]},
            openai.BadRequestError,
            "timestamp_granularities",
            "verbose_json",
        ),
        ({"stream": True, "response_format": "srt"}, openai.BadRequestError, "response_format", ""),
        ({"known_speaker_names": ["Ann"]}, openai.BadRequestError, "known_speaker_names", ""),
        ({"extra_body": {"lang": "de"}}, openai.BadRequestError, "lang", "no field"),
        ({"extra_body": {"start_s": -1}}, openai.BadRequestError, "start_s", "greater"),
        ({"extra_body": {"speakers": 0}}, openai.BadRequestError, "speakers", "greater"),
        ({"extra_body": {"speakers": "two"}}, openai.BadRequestError, "speakers", "integer"),
        ({"extra_body": {"end_s": "nan"}}, openai.BadRequestError, "end_s", "less"),
        ({"prompt": "x" * 2001}, openai.BadRequestError, "prompt", "2000"),
        ({"file": ("empty.wav", b"")}, openai.UnprocessableEntityError, "file", "empty"),
        ({"file": ("notes.txt", b"no audio" * 99)}, openai.UnprocessableEntityError, None, "notes"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_cannot_be_is_an_error_of_the_package(
    client: OpenAI, options: dict[str, Any], error: type[Any], param: str, words: str, stream: bool
) -> None:
    with pytest.raises(error) as caught:
        list(create(client, **{"stream": stream, **options}))
    body = caught.value.body
    assert isinstance(body, dict)
    assert words in body["message"]
    assert body["message"] in str(caught.value)
    assert body["param"] == param
    assert caught.value.response.headers["Content-Type"] == "application/problem+json"
    assert caught.value.response.json()["detail"] == body["message"]


def test_a_key_is_wanted_where_there_are_keys(tmp_path: Path) -> None:
    _, key = add_key(tmp_path / "keys.json", "ann", Quotas(max_sessions=0))
    with (
        serving(tmp_path / "data", keys_file=tmp_path / "keys.json") as server,
        client_of(server) as nobody,
        client_of(server, key) as ann,
    ):
        with pytest.raises(openai.AuthenticationError, match="does not know that key"):
            create(nobody)
        with pytest.raises(openai.RateLimitError, match="may have 0 sessions"):
            create(ann)
        assert [model.id for model in ann.models.list()] == ["whisper-base"]


def test_too_many_at_once_are_told_when_to_come_back(tmp_path: Path) -> None:
    held = HeldTranscriber()
    with serving(tmp_path, held, max_sessions=1) as server, client_of(server) as client:
        with ThreadPoolExecutor(1) as later:
            first = later.submit(create, client)
            assert held.began.acquire(timeout=WAIT_S)
            for file in (FILE, ("long.wav", bytes(20_000_000))):
                with pytest.raises(openai.RateLimitError, match="takes 1 sessions") as caught:
                    create(client, file=file)
                assert int(caught.value.response.headers["Retry-After"]) >= 1
            held.go.set()
            assert first.result(WAIT_S).text == TALK
        assert soon(lambda: server.sessions == 0)


@pytest.mark.parametrize("stream", [False, True])
def test_who_goes_away_stops_the_work(tmp_path: Path, stream: bool) -> None:
    held = HeldTranscriber()
    with serving(tmp_path, held) as server, client_of(server) as client:
        with pytest.raises(openai.APITimeoutError):
            list(create(client, stream=stream, timeout=0.5))
        assert held.began.acquire(timeout=WAIT_S)
        held.go.set()
        assert soon(lambda: server.sessions == 0)
        assert server.server.place.spool.used_bytes == 0


def test_a_server_that_stops_says_so(tmp_path: Path) -> None:
    held = HeldTranscriber()
    with ThreadPoolExecutor(1) as later:
        with serving(tmp_path, held) as server, client_of(server) as client:
            waiting = later.submit(create, client)
            assert held.began.acquire(timeout=WAIT_S)
            asyncio.run_coroutine_threadsafe(server.server.lifecycle.drain(0.0), server.loop)
            with pytest.raises(openai.InternalServerError, match="stopping") as caught:
                waiting.result(WAIT_S)
        held.go.set()
    assert caught.value.status_code == 503
    assert int(caught.value.response.headers["Retry-After"]) > 0


def test_what_breaks_before_anything_was_told_has_a_status(tmp_path: Path) -> None:
    breaks = FakeTranscriber(LINES, raises=(1.0, RuntimeError("it smokes")))
    with (
        serving(tmp_path, breaks) as server,
        client_of(server) as client,
        pytest.raises(openai.InternalServerError, match="smokes"),
    ):
        create(client)


def test_what_breaks_while_it_is_told_is_told(tmp_path: Path) -> None:
    lines = script(("ann", 0.5, 2.0, ANN), ("ben", 70.0, 72.0, BEN))
    breaks = FakeTranscriber(lines, raises=(71.0, RuntimeError("it smokes")))
    with serving(tmp_path, breaks, lines=lines) as server, client_of(server) as client:
        events = iter(create(client, stream=True, file=("talk.wav", wav(75.0))))
        assert next(events).delta == ANN
        with pytest.raises(openai.APIError) as caught:
            next(events)
        assert "smokes" in caught.value.message
        assert soon(lambda: server.sessions == 0)
