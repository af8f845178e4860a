"""Streams over a real connection, with models that play a script."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from audiosvc.__about__ import __version__
from audiosvc.errors import ModelUnknown, OptionError, ServerFault, ServerUnavailable
from audiosvc.server.engine import Engine
from audiosvc.service import Models
from audiosvc.v1 import config_pb2, models_pb2
from audiosvc.v1 import transcription_pb2 as pb
from audiosvc.wire.details import from_call
from audiosvc.wire.values import from_segment, from_summary, from_turns
from tests.fakes import FakeDetector, FakeTranscriber, Line, Script
from tests.fakes.server import (
    TALK,
    WAIT_S,
    FakeEngine,
    HeldTranscriber,
    Serving,
    audio,
    config,
    kinds,
    metadata_of,
    pcm,
    serving,
)

LIVE = pb.TRANSCRIBE_MODE_LIVE
PCM = config_pb2.AudioFormat(pcm=config_pb2.PcmFormat())
SERVING_NOW = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path) as server:
        yield server


def soon(condition: object, within_s: float = 5.0) -> bool:
    """Whether something comes true, asked again and again."""
    assert callable(condition)
    end_s = time.monotonic() + within_s
    while not condition() and time.monotonic() < end_s:
        time.sleep(0.01)
    return bool(condition())


def test_a_recording_becomes_segments_turns_and_a_summary(server: Serving) -> None:
    got = server.transcribe([config(audio_format=PCM), *audio(pcm(5.0))])
    assert kinds(got)[0] == "session_started"
    assert kinds(got)[-2:] == ["turns_ready", "finished"]
    assert got[0].session_started.model == "whisper-base"
    segments = [
        from_segment(one.segment_ready.segment) for one in got if one.HasField("segment_ready")
    ]
    assert [segment.text for segment in segments] == [line.text for line in TALK.lines]
    turns = [
        turn for one in got if one.HasField("turns_ready") for turn in from_turns(one.turns_ready)
    ]
    transcript = from_summary(got[-1].finished.summary, segments, turns)
    assert (transcript.duration_s, transcript.language) == (5.0, None)
    assert [speaker.label for speaker in transcript.speakers] == ["S1", "S2"]
    assert len(turns) == 2


def test_a_file_is_known_by_its_container(server: Serving, recordings: Path) -> None:
    data = (recordings / "short.wav").read_bytes()
    got = server.transcribe([config(), *audio(data, 1000)])
    assert kinds(got)[-1] == "finished"


def test_live_audio_is_final_before_it_ends(tmp_path: Path) -> None:
    engine = FakeEngine()
    half_way = threading.Event()

    def talk() -> Iterator[pb.TranscribeRequest]:
        yield config(LIVE, audio_format=PCM, interim_results=True)
        yield from audio(pcm(2.0), 8000)
        assert half_way.wait(WAIT_S)
        yield from audio(pcm(1.0), 8000)

    with serving(tmp_path, engine=engine.engine) as server:
        got = []
        for response in server.call(talk()):
            got.append(response)
            if response.HasField("segment_ready") and response.segment_ready.segment.id == 1:
                half_way.set()
    assert kinds(got)[0] == "session_started"
    assert kinds(got)[-2:] == ["audio_cursors", "finished"]
    assert kinds(got).count("segment_ready") == 3
    assert "interim" in kinds(got)
    cursors = got[-2].audio_cursors
    assert cursors.received_duration.seconds == cursors.final_duration.seconds == 3
    assert [notice.code for notice in got[-1].finished.summary.notices] == ["audio_damaged"]
    assert engine.sessions[0].closed.is_set()


def test_cursors_come_twice_a_second_at_most(tmp_path: Path) -> None:
    engine = FakeEngine(finish_s=0.6)

    def talk() -> Iterator[pb.TranscribeRequest]:
        yield config(LIVE, audio_format=PCM)
        for piece in audio(pcm(4.0), 3200):
            time.sleep(0.04)
            yield piece

    with serving(tmp_path, engine=engine.engine) as server:
        began_s = time.monotonic()
        got = server.transcribe(talk())
        took_s = time.monotonic() - began_s
    count = kinds(got).count("audio_cursors")
    assert 2 <= count <= took_s / 0.5 + 2
    assert kinds(got)[-2:] == ["audio_cursors", "finished"]


def test_the_default_mode_is_live(tmp_path: Path) -> None:
    engine = FakeEngine()
    with serving(tmp_path, engine=engine.engine) as server:
        server.transcribe([config(0, audio_format=PCM), *audio(pcm(1.0))])
    assert len(engine.sessions) == 1


def test_a_sender_that_is_faster_than_the_models_is_slowed_down(tmp_path: Path) -> None:
    engine = FakeEngine()
    engine.go.clear()
    sent = 0

    def talk() -> Iterator[pb.TranscribeRequest]:
        nonlocal sent
        yield config(LIVE, audio_format=PCM)
        for piece in audio(bytes(64 << 20), 256 << 10):
            sent += len(piece.audio)
            yield piece

    with serving(tmp_path, engine=engine.engine) as server:
        call = server.call(talk())
        assert kinds([next(call)]) == ["session_started"]
        time.sleep(0.7)
        before = sent
        time.sleep(0.3)
        assert sent == before < 16 << 20
        call.cancel()
        assert soon(lambda: server.sessions == 0)
    assert engine.sessions[0].closed.is_set()
    assert engine.decoders[0].closed


def test_a_reader_that_is_slow_slows_the_work_down(tmp_path: Path) -> None:
    engine = FakeEngine("long " * 20_000)
    with serving(tmp_path, engine=engine.engine) as server:
        call = server.call([config(LIVE, audio_format=PCM), *audio(pcm(1500.0), 1 << 20)])
        next(call)
        assert soon(lambda: engine.sessions and engine.sessions[0].processed_s > 50)
        time.sleep(0.5)
        at_s = engine.sessions[0].processed_s
        time.sleep(0.3)
        assert engine.sessions[0].processed_s == at_s < 1500
        assert kinds(call)[-1] == "finished"


@pytest.mark.parametrize("mode", ["recording", "live"])
@pytest.mark.parametrize("how", ["cancel", "deadline", "vanish"])
def test_who_goes_away_leaves_nothing_behind(
    tmp_path: Path, mode: str, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    held = HeldTranscriber()
    engine = FakeEngine()
    engine.go.clear()
    messages = [
        config(LIVE if mode == "live" else pb.TRANSCRIBE_MODE_RECORDING, audio_format=PCM),
        *audio(pcm(5.0)),
    ]
    with serving(tmp_path, held, engine=engine.engine) as server:
        channel = grpc.insecure_channel(server.address)
        call = server.call(messages, channel=channel, timeout_s=1.0 if how == "deadline" else 20.0)
        next(call)
        if mode == "recording":
            assert held.began.acquire(timeout=5)
        assert server.sessions == 1
        if how == "cancel":
            call.cancel()
        elif how == "vanish":
            channel.close()
        else:
            with pytest.raises(grpc.RpcError) as caught:
                list(call)
            assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        time.sleep(0.1)
        held.go.set()
        assert soon(lambda: server.sessions == 0)
        assert server.server.place.spool.used_bytes == 0
        channel.close()
    assert [record.getMessage() for record in caplog.records if record.levelno > 20] == []


def test_many_who_go_away_at_any_moment(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    engine = FakeEngine("long " * 2000).engine
    with serving(tmp_path, engine=engine, max_sessions=40) as server:
        for number in range(40):
            mode = (LIVE, pb.TRANSCRIBE_MODE_RECORDING)[number % 2]
            call = server.call([config(mode, audio_format=PCM), *audio(pcm(30.0), 1 << 16)])
            next(call)
            time.sleep(number / 2000)
            call.cancel()
        assert soon(lambda: server.sessions == 0)
        assert server.server.place.spool.used_bytes == 0
    assert [record.getMessage() for record in caplog.records if record.levelno > 20] == []


def test_a_fault_of_ours_is_told_to_the_log_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object, **__: object) -> object:
        raise RuntimeError("the secret of the server")

    engine = Engine(open_live=breaks)  # type: ignore[arg-type]
    with serving(tmp_path, engine=engine) as server:
        error = server.refusal([config(LIVE, audio_format=PCM), *audio(pcm(1.0))])
        assert isinstance(error, ServerFault)
        assert "secret" not in str(error)
        assert soon(lambda: server.sessions == 0)
    (record,) = [record for record in caplog.records if record.levelno > 20]
    assert record.exc_info
    assert "the secret of the server" in str(record.exc_info[1])


def test_a_request_id_comes_back(server: Serving) -> None:
    given = (("x-request-id", "from-the-client-1"),)
    _, call = server.models.ListModels.with_call(models_pb2.ListModelsRequest(), metadata=given)
    assert metadata_of(call)["x-request-id"] == "from-the-client-1"
    assert dict(call.initial_metadata())["x-request-id"] == "from-the-client-1"
    odd = (("x-request-id", "x" * 200),)
    _, call = server.models.ListModels.with_call(models_pb2.ListModelsRequest(), metadata=odd)
    assert len(metadata_of(call)["x-request-id"]) == 16


def test_models_are_listed_with_what_they_take(server: Serving) -> None:
    listed = server.models.ListModels(models_pb2.ListModelsRequest())
    (model,) = listed.models
    assert (model.model_id, model.is_default, model.loaded) == ("whisper-base", True, True)
    assert list(model.language_codes) == ["de", "en", "fr"]
    assert model.device in {"cpu", "cuda"}
    assert model.window_duration.seconds == 30
    assert listed.version == __version__
    assert listed.limits.max_concurrent_sessions == 4
    assert listed.limits.max_message_bytes == 4 << 20


@pytest.mark.parametrize("name", ["small", "org/name", "/etc", "..", "x" * 10_000])
def test_a_model_that_is_not_served_is_unknown(server: Serving, name: str) -> None:
    wish = config_pb2.TranscriptionConfig(model=name)
    error = server.refusal([config(transcription=wish), *audio(pcm(1.0))])
    assert isinstance(error, ModelUnknown)
    assert len(str(error)) < 400


@pytest.mark.parametrize("name", ["", "base", "whisper-base", "Systran/faster-whisper-base"])
def test_a_served_model_goes_by_each_of_its_names(server: Serving, name: str) -> None:
    wish = config_pb2.TranscriptionConfig(model=name)
    got = server.transcribe([config(transcription=wish, audio_format=PCM), *audio(pcm(1.0))])
    assert got[0].session_started.model == "whisper-base"


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"language_code": "xx"}, "transcription.language_code"),
        ({"language_code": "no such tag"}, "transcription.language_code"),
        ({"speaker_count": {"exactly": 0}}, "transcription.speaker_count.exactly"),
        (
            {"start_offset": {"seconds": 5}, "end_offset": {"seconds": 2}},
            "transcription.end_offset",
        ),
    ],
)
def test_a_wrong_wish_names_its_field(server: Serving, wish: dict[str, object], field: str) -> None:
    message = config_pb2.TranscriptionConfig(**wish)  # type: ignore[arg-type]
    error = server.refusal([config(transcription=message), *audio(pcm(1.0))])
    assert isinstance(error, OptionError)
    assert error.field == field


def test_a_part_of_a_recording_and_of_no_live_stream(server: Serving) -> None:
    wish = config_pb2.TranscriptionConfig(start_offset={"seconds": 2}, end_offset={"seconds": 4})
    got = server.transcribe([config(transcription=wish, audio_format=PCM), *audio(pcm(5.0))])
    assert got[-1].finished.summary.duration.seconds == 2
    error = server.refusal([config(LIVE, transcription=wish), *audio(pcm(1.0))])
    assert isinstance(error, OptionError)


def test_until_the_models_are_there_calls_are_told_to_wait(tmp_path: Path) -> None:
    go = threading.Event()

    def load(_: object) -> Models:
        assert go.wait(WAIT_S)
        return Models("fake", lambda: FakeTranscriber(TALK), FakeDetector(TALK))

    with serving(tmp_path, load=load, is_ready=False) as server:
        health = health_pb2_grpc.HealthStub(server.channel)
        watched = health.Watch(health_pb2.HealthCheckRequest())
        second = health.Watch(health_pb2.HealthCheckRequest(service="audiosvc.v1.ModelService"))
        assert next(watched).status == next(second).status == NOT_SERVING
        error = server.refusal([config(), *audio(pcm(1.0))])
        assert isinstance(error, ServerUnavailable)
        assert error.retry_after_s
        assert http_status(f"{server.http}/readyz") == 503
        go.set()
        assert next(watched).status == next(second).status == SERVING_NOW
        watched.cancel()
        second.cancel()
        assert http_status(f"{server.http}/readyz") == 200


def test_health_is_told_of_every_service_and_of_no_other(server: Serving) -> None:
    health = health_pb2_grpc.HealthStub(server.channel)
    for name in ("", "audiosvc.v1.TranscriptionService", "audiosvc.v1.ModelService"):
        request = health_pb2.HealthCheckRequest(service=name)
        assert health.Check(request).status == SERVING_NOW
    with pytest.raises(grpc.RpcError) as caught:
        health.Check(health_pb2.HealthCheckRequest(service="nobody"))
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    watched = health.Watch(health_pb2.HealthCheckRequest(service="nobody"))
    assert next(watched).status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
    watched.cancel()


def test_reflection_tells_of_the_services(server: Serving) -> None:
    stub = reflection_pb2_grpc.ServerReflectionStub(server.channel)
    asked = reflection_pb2.ServerReflectionRequest(list_services="")
    (answer,) = stub.ServerReflectionInfo(iter([asked]))
    names = {service.name for service in answer.list_services_response.service}
    assert {"audiosvc.v1.TranscriptionService", "grpc.health.v1.Health"} <= names


def test_an_unknown_method_is_unimplemented(server: Serving) -> None:
    call = server.channel.unary_unary("/audiosvc.v1.ModelService/Nothing")
    with pytest.raises(grpc.RpcError) as caught:
        call(b"")
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_figures_are_counted(server: Serving) -> None:
    server.transcribe([config(audio_format=PCM), *audio(pcm(5.0))])
    server.refusal([config()])
    assert soon(lambda: server.sessions == 0)
    with urllib.request.urlopen(f"{server.http}/metrics") as page:
        text = page.read().decode()
    method = "/audiosvc.v1.TranscriptionService/Transcribe"
    for line in (
        'audiosvc_sessions{mode="recording"} 0.0',
        'audiosvc_audio_seconds_received_total{mode="recording"} 5.0',
        'audiosvc_audio_seconds_processed_total{mode="recording"} 5.0',
        'audiosvc_segments_total{mode="recording"} 2.0',
        "audiosvc_models_loaded 1.0",
        f'audiosvc_requests_total{{code="OK",method="{method}"}} 1.0',
        f'audiosvc_requests_total{{code="INVALID_ARGUMENT",method="{method}"}} 1.0',
        f'audiosvc_request_seconds_count{{method="{method}"}} 2.0',
    ):
        assert line in text.splitlines()


def test_a_long_transcript_comes_in_small_messages(tmp_path: Path) -> None:
    lines = Script(
        tuple(Line("ab"[n % 2], 3.0 * n + 0.2, 3.0 * n + 2.8, "one two three") for n in range(600))
    )
    with serving(tmp_path, FakeTranscriber(lines), lines=lines) as server:
        wire = config_pb2.AudioFormat(
            pcm=config_pb2.PcmFormat(sample_rate_hz=4000, encoding="PCM_ENCODING_U8")
        )
        got = server.transcribe(
            [config(audio_format=wire), *audio(bytes([200]) * 4000 * 1800, 1 << 20)]
        )
    assert got[-1].finished.summary.segment_count == 600
    assert kinds(got).count("segment_ready") >= 600
    assert max(response.ByteSize() for response in got) < 64 * 1024


def test_the_spool_is_empty_when_a_call_is_over(server: Serving, tmp_path: Path) -> None:
    server.transcribe([config(audio_format=PCM), *audio(pcm(5.0))])
    server.refusal([config(), *audio(b"no sound at all" * 100)])
    assert soon(lambda: server.sessions == 0)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def http_status(url: str) -> int:
    try:
        with urllib.request.urlopen(url) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_an_error_of_ours_has_its_details(server: Serving) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        list(server.call([config(), *audio(b"no sound at all" * 100)]))
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "the recording" in str(from_call(caught.value))
