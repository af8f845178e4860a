"""What no client should do: each gets an error of its own, and nothing stays behind."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest

from audiosvc.errors import (
    AudioEmpty,
    AudioError,
    AudiosvcError,
    AudioTooLong,
    DeadlineExceeded,
    OptionError,
    ProtocolError,
    QuotaExceeded,
    StorageFull,
    TooBusy,
    TooLarge,
)
from audiosvc.server.engine import Engine
from audiosvc.v1 import config_pb2
from audiosvc.v1 import transcription_pb2 as pb
from audiosvc.wire.details import from_call
from tests.fakes import FakeTranscriber
from tests.fakes.server import (
    TALK,
    FakeEngine,
    HeldTranscriber,
    Serving,
    audio,
    config,
    kinds,
    pcm,
    serving,
)

LIVE, RECORDING = pb.TRANSCRIBE_MODE_LIVE, pb.TRANSCRIBE_MODE_RECORDING
MODES = pytest.mark.parametrize("mode", [LIVE, RECORDING])
PCM = config_pb2.AudioFormat(pcm=config_pb2.PcmFormat())
METHOD = "/audiosvc.v1.TranscriptionService/Transcribe"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    engine = Engine(open_live=FakeEngine().open_live)  # and the real decoder
    with serving(tmp_path_factory.mktemp("data"), engine=engine) as server:
        yield server


@pytest.fixture(autouse=True)
def _nothing_stays_behind(server: Serving) -> Iterator[None]:
    yield
    end_s = time.monotonic() + 5.0
    while server.sessions and time.monotonic() < end_s:
        time.sleep(0.01)
    assert server.sessions == 0
    assert server.server.place.spool.used_bytes == 0


@MODES
@pytest.mark.parametrize(
    ("messages", "kind"),
    [
        ([], ProtocolError),
        ([pb.TranscribeRequest()], ProtocolError),
        (list(audio(pcm(1.0))), ProtocolError),
        (["config"], AudioEmpty),
        (["config", pb.TranscribeRequest(audio=b"")], AudioEmpty),
        (["config", "config"], ProtocolError),
        (["config", *audio(pcm(1.0)), "config"], ProtocolError),
        (["config", *audio(pcm(1.0)), pb.TranscribeRequest()], ProtocolError),
    ],
    ids=[
        *("nothing", "neither", "audio first", "no audio", "empty audio"),
        *("config twice", "config again later", "an empty message"),
    ],
)
def test_messages_in_the_wrong_place(
    server: Serving, mode: int, messages: list[object], kind: type[AudiosvcError]
) -> None:
    sent = [config(mode, audio_format=PCM) if one == "config" else one for one in messages]
    error = server.refusal(sent)  # type: ignore[arg-type]
    assert type(error) is kind, error
    assert str(error).endswith(".")


def test_a_mode_that_there_is_not(server: Serving) -> None:
    error = server.refusal([config(99), *audio(pcm(1.0))])
    assert isinstance(error, ProtocolError)
    assert error.field == "config.mode"


@pytest.mark.parametrize(
    "pcm_format",
    [{"sample_rate_hz": 3}, {"channels": 99}, {"encoding": 99}, {"sample_rate_hz": -1}],
)
def test_samples_that_cannot_be(server: Serving, pcm_format: dict[str, int]) -> None:
    wrong = config_pb2.AudioFormat(pcm=pcm_format)  # type: ignore[arg-type]
    error = server.refusal([config(audio_format=wrong), *audio(pcm(1.0))])
    assert isinstance(error, OptionError)
    assert (error.field or "").startswith("audio_format.pcm.")


@MODES
def test_bytes_that_are_no_message(server: Serving, mode: int) -> None:
    raw = server.channel.stream_stream(METHOD)
    first = config(mode).SerializeToString()
    for messages in ([b"\xff\xff\xff"], [first, b"\xff\xff\xff"]):
        with pytest.raises(grpc.RpcError) as caught:
            list(raw(iter(messages), timeout=10))
        assert isinstance(from_call(caught.value), ProtocolError)


def test_bytes_that_are_no_question(server: Serving) -> None:
    raw = server.channel.unary_unary("/audiosvc.v1.ModelService/ListModels")
    with pytest.raises(grpc.RpcError) as caught:
        raw(b"\xff\xff\xff", timeout=10)
    assert isinstance(from_call(caught.value), ProtocolError)


@MODES
def test_who_sends_nothing_is_not_waited_for(tmp_path: Path, mode: int) -> None:
    stay = threading.Event()

    def silent(*first: pb.TranscribeRequest) -> Iterator[pb.TranscribeRequest]:
        yield from first
        stay.wait(10)

    with serving(tmp_path, idle_timeout_s=0.3) as server:
        for first in ([], [config(mode, audio_format=PCM)]):
            assert isinstance(server.refusal(silent(*first)), DeadlineExceeded)
        stay.set()


@MODES
def test_a_message_above_the_limit(server: Serving, mode: int) -> None:
    huge = pb.TranscribeRequest(audio=bytes(5 << 20))
    error = server.refusal([config(mode, audio_format=PCM), *audio(pcm(1.0)), huge])
    assert isinstance(error, TooLarge)


def test_a_message_that_claims_a_gigabyte(server: Serving) -> None:
    """Five bytes that announce it; the frame behind them never comes."""
    host, port = server.address.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _frame(4, 0, 0, b""))
        head = b"\x83\x86" + _literal(":path", METHOD) + _literal(":authority", "x")
        head += _literal("content-type", "application/grpc") + _literal("te", "trailers")
        raw.sendall(_frame(1, 4, 1, head))
        raw.sendall(_frame(0, 0, 1, b"\x00" + (1 << 30).to_bytes(4, "big")))
        seen = b""
        while b"grpc-status" not in seen and (data := raw.recv(65536)):
            seen += data
    assert b"larger than max" in seen


def test_connections_that_say_nothing_are_in_nobody_s_way(server: Serving) -> None:
    host, port = server.address.split(":")
    silent = [socket.create_connection((host, int(port)), timeout=5) for _ in range(100)]
    try:
        for half in silent[:50]:
            half.sendall(b"PRI * HTTP/2.0\r\n")
        got = server.transcribe([config(audio_format=PCM), *audio(pcm(5.0))])
        assert kinds(got)[-1] == "finished"
    finally:
        for one in silent:
            one.close()


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """One frame of HTTP/2."""
    head = len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")
    return head + payload


def _literal(name: str, value: str) -> bytes:
    """One header, not indexed and not compressed."""
    return b"\x00" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


def test_a_message_that_unpacks_to_far_more(server: Serving) -> None:
    """Zeros pack a thousand to one."""
    with grpc.insecure_channel(server.address, compression=grpc.Compression.Gzip) as channel:
        huge = pb.TranscribeRequest(audio=bytes(32 << 20))
        error = server.refusal([config(audio_format=PCM), huge], channel=channel)
    assert isinstance(error, TooLarge)


@MODES
def test_bytes_that_are_no_sound(server: Serving, mode: int, repository: Path) -> None:
    for data in (b"no sound at all" * 5000, (repository / "README.md").read_bytes(), b"RIFF"):
        assert isinstance(server.refusal([config(mode), *audio(data)]), AudioError)


def test_a_name_is_never_a_path(server: Serving, tmp_path: Path) -> None:
    for name in ("../../../etc/passwd", str(tmp_path / "x"), "\n\x1b[2Jevil", "long " * 2000):
        error = server.refusal([config(display_name=name), *audio(b"no sound" * 500)])
        assert isinstance(error, AudioError)
        assert len(str(error)) < 400
        assert str(error).isprintable()
    assert list(tmp_path.iterdir()) == []


def test_more_bytes_than_a_recording_may_have(tmp_path: Path) -> None:
    with serving(tmp_path, max_upload_bytes=100_000) as server:
        error = server.refusal([config(audio_format=PCM), *audio(pcm(5.0))])
        assert isinstance(error, TooLarge)
        assert (
            kinds(server.transcribe([config(audio_format=PCM), *audio(pcm(2.0))]))[-1] == "finished"
        )


def test_more_bytes_than_there_is_room_for(tmp_path: Path) -> None:
    with serving(tmp_path, max_spool_bytes=100_000) as server:
        error = server.refusal([config(audio_format=PCM), *audio(pcm(5.0))])
        assert isinstance(error, StorageFull)
        assert error.retry_after_s


@MODES
def test_more_sound_than_the_server_takes(tmp_path: Path, mode: int) -> None:
    with serving(tmp_path, max_audio_s=3.0, max_session_s=3.0) as server:
        error = server.refusal([config(mode, audio_format=PCM), *audio(pcm(5.0))])
        assert isinstance(error, AudioTooLong)


def test_a_small_file_that_is_days_long(tmp_path: Path) -> None:
    """Silence packs well: hours of it are a megabyte of FLAC."""
    import av

    path = tmp_path / "bomb.flac"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("flac", rate=8000, layout="mono")
        frame = av.AudioFrame(format="s16", layout="mono", samples=8000 * 60)
        frame.sample_rate = 8000
        frame.planes[0].update(bytes(8000 * 60 * 2))
        for minute in range(120):
            frame.pts = minute * 8000 * 60
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    with serving(tmp_path / "data", max_audio_s=600.0) as server:
        error = server.refusal([config(), *audio(path.read_bytes())])
    assert path.stat().st_size < 2 << 20
    assert isinstance(error, AudioTooLong)


def test_more_sessions_than_there_are_places(tmp_path: Path) -> None:
    held = HeldTranscriber()
    messages = [config(audio_format=PCM), *audio(pcm(5.0))]
    with serving(tmp_path, held, max_sessions=2) as server, ThreadPoolExecutor(2) as pool:
        working = [pool.submit(server.transcribe, messages) for _ in range(2)]
        assert held.began.acquire(timeout=5)
        assert held.began.acquire(timeout=5)
        error = server.refusal(messages)
        assert isinstance(error, TooBusy)
        assert 1.0 <= (error.retry_after_s or 0) <= 4.0
        held.go.set()
        assert [kinds(one.result())[-1] for one in working] == ["finished"] * 2
        assert kinds(server.transcribe(messages))[-1] == "finished"


def test_more_sessions_than_a_key_may_have(tmp_path: Path) -> None:
    held = HeldTranscriber()
    messages = [config(audio_format=PCM), *audio(pcm(5.0))]
    with (
        serving(tmp_path, held, key_max_sessions=1) as server,
        ThreadPoolExecutor(1) as pool,
    ):
        working = pool.submit(server.transcribe, messages)
        assert held.began.acquire(timeout=5)
        error = server.refusal(messages)
        assert isinstance(error, QuotaExceeded)
        assert error.retry_after_s
        held.go.set()
        assert kinds(working.result())[-1] == "finished"


@MODES
def test_64_clients_on_4_places(tmp_path: Path, mode: int) -> None:
    """All finish, those that are sent away by trying again; none hangs, none is told wrong."""
    engine = FakeEngine()
    messages = [config(mode, audio_format=PCM), *audio(pcm(5.0))]
    refused: Counter[type] = Counter()
    with serving(tmp_path, FakeTranscriber(TALK), engine=engine.engine) as server:

        def client(number: int) -> int:
            with grpc.insecure_channel(server.address) as channel:
                for _ in range(100):
                    try:
                        got = server.transcribe(messages, channel=channel)
                    except TooBusy as error:
                        refused[type(error)] += 1
                        assert error.retry_after_s
                        time.sleep(0.05 + number / 500)
                    else:
                        assert kinds(got)[-1] == "finished"
                        return kinds(got).count("segment_ready")
            raise AssertionError("never let in")

        with ThreadPoolExecutor(64) as pool:
            counts = list(pool.map(client, range(64)))
        assert server.sessions == 0
    assert counts == [5 if mode == LIVE else 2] * 64
