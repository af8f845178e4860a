"""``audiosvc serve`` as a process: how it starts, and how it ends."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from audiosvc import cli
from audiosvc.errors import AudiosvcError, ServerUnavailable
from audiosvc.v1 import config_pb2, transcription_pb2_grpc
from audiosvc.v1 import transcription_pb2 as pb
from audiosvc.wire.details import from_call
from tests.fakes.server import audio, config, kinds, pcm

PCM = config_pb2.AudioFormat(pcm=config_pb2.PcmFormat())
ANYWHERE = ("--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0")
# The command itself, over models that play a script: they load at once, and can be held.
PLAYED = """
import sys
from audiosvc import service
window_s = float(sys.argv.pop(1))
def load(settings):
    from audiosvc.errors import ModelMissing
    if window_s < 0:
        raise ModelMissing("It is not on this machine.")
    from tests.fakes import FakeDetector
    from tests.fakes.server import TALK, SlowTranscriber
    transcriber = SlowTranscriber(window_s)
    return service.Models("fake", lambda: transcriber, FakeDetector(TALK))
service.load_models = load
from audiosvc.cli import main
main()
"""


class Process:
    """A server that said where it listens."""

    def __init__(self, running: subprocess.Popen[str]) -> None:
        self.running = running
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._ready = threading.Event()
        self._reader.start()
        assert self._ready.wait(60), self.said
        self.address = re.search(r"serving grpc on (\S+)", self.said[-1]).group(1)  # type: ignore[union-attr]

    def _read(self) -> None:
        assert self.running.stderr is not None
        for line in self.running.stderr:
            self.said.append(line.rstrip("\n"))
            if line.startswith("audiosvc: serving"):
                self._ready.set()
        self._ready.set()

    def end(self, *signals: int, within_s: float = 20.0) -> int:
        for number in signals:
            self.running.send_signal(number)
            time.sleep(0.2)
        code = self.running.wait(within_s)
        self._reader.join()
        return code


@contextmanager
def serve(
    repository: Path, data_dir: Path, *words: str, window_s: float = 0.0
) -> Iterator[Process]:
    """window_s: how long the models take for a window."""
    command = [sys.executable, "-W", "error", "-c", PLAYED, str(window_s), "serve", *ANYWHERE]
    running = subprocess.Popen(
        [*command, "--data-dir", str(data_dir), *words],
        cwd=repository,
        stderr=subprocess.PIPE,
        text=True,
    )
    process = Process(running)
    try:
        yield process
    finally:
        if running.poll() is None:
            running.kill()
        process.end()
        assert running.stderr is not None
        running.stderr.close()


def transcribe(address: str, events: list[str]) -> AudiosvcError | None:
    """The events of a recording, as they come, and the error at the end if there is one."""
    with grpc.insecure_channel(address) as channel:
        stub = transcription_pb2_grpc.TranscriptionServiceStub(channel)
        messages: list[pb.TranscribeRequest] = [config(audio_format=PCM), *audio(pcm(5.0))]
        try:
            for response in stub.Transcribe(iter(messages), timeout=30):
                events += kinds([response])
        except grpc.RpcError as error:
            return from_call(error)
    return None


@contextmanager
def working(
    address: str,
) -> Iterator[tuple[list[str], list[AudiosvcError | None], threading.Thread]]:
    """A call in progress: its events, its end, and its thread."""
    events: list[str] = []
    ends: list[AudiosvcError | None] = []
    thread = threading.Thread(target=lambda: ends.append(transcribe(address, events)))
    thread.start()
    while "progress" not in events and thread.is_alive():
        time.sleep(0.01)
    yield events, ends
    thread.join(30)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_order(repository: Path, tmp_path: Path, number: int) -> None:
    with serve(repository, tmp_path) as server:
        events: list[str] = []
        assert transcribe(server.address, events) is None
        assert events[-1] == "finished"
        assert server.end(number) == 0
    assert server.said[-1] == "audiosvc: stopped"
    assert not any("Traceback" in line for line in server.said)


def test_what_runs_comes_to_its_end_and_nothing_new_begins(
    repository: Path, tmp_path: Path
) -> None:
    with serve(repository, tmp_path, window_s=2.0) as server:
        health = grpc.insecure_channel(server.address)
        watched = health_pb2_grpc.HealthStub(health).Watch(health_pb2.HealthCheckRequest())
        assert next(watched).status == health_pb2.HealthCheckResponse.SERVING
        with working(server.address) as (events, ends):
            server.running.send_signal(signal.SIGTERM)
            assert next(watched).status == health_pb2.HealthCheckResponse.NOT_SERVING
            refused = transcribe(server.address, [])
            assert isinstance(refused, ServerUnavailable)
            assert refused.retry_after_s
        assert (events[-1], ends) == ("finished", [None])
        assert server.end() == 0
        watched.cancel()
        health.close()


def test_what_lasts_too_long_is_cut_off(repository: Path, tmp_path: Path) -> None:
    with serve(repository, tmp_path, "--drain-timeout", "0.5", window_s=4.0) as server:
        with working(server.address) as (_, ends):
            assert server.end(signal.SIGTERM) == 0
        (end,) = ends
        assert isinstance(end, ServerUnavailable)
        assert end.retry_after_s
    assert server.said[-1] == "audiosvc: stopped; 1 call was cut off"


def test_a_second_signal_ends_it_now(repository: Path, tmp_path: Path) -> None:
    with serve(repository, tmp_path, window_s=10.0) as server, working(server.address):
        began_s = time.monotonic()
        assert server.end(signal.SIGTERM, signal.SIGTERM) == 128 + signal.SIGTERM
        assert time.monotonic() - began_s < 8.0
    assert list((tmp_path / "streams").iterdir()) == []


def test_a_killed_server_leaves_no_audio(repository: Path, tmp_path: Path) -> None:
    with serve(repository, tmp_path, window_s=10.0) as server, working(server.address):
        assert server.end(signal.SIGKILL) == -signal.SIGKILL
    assert list((tmp_path / "streams").iterdir()) == []


def run(repository: Path, *words: str, window_s: float = 0.0) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PLAYED, str(window_s), *words],
        cwd=repository,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--grpc", "0.0.0.0:0"), "can be reached from other machines"),
        (("--grpc", "127.0.0.1:{taken}"), "gRPC cannot listen on 127.0.0.1:{taken}: Address"),
        (("--http", "127.0.0.1:{taken}"), "HTTP cannot listen on 127.0.0.1:{taken}: Address"),
        (("--keys-file", "none.json"), "none.json is not there"),
        (("--tls-cert", "c.pem"), "need each other"),
    ],
)
def test_what_cannot_be_served_ends_with_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    message: str,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        given = [word.format(taken=port) for word in words]
        typed = ["audiosvc", "serve", *ANYWHERE, "--data-dir", str(tmp_path), *given]
        monkeypatch.setattr(sys, "argv", typed)
        with pytest.raises(SystemExit) as end:
            cli.main()
    assert end.value.code == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert message.format(taken=port) in line


def test_a_model_that_is_not_there_ends_the_start(repository: Path, tmp_path: Path) -> None:
    words = ("serve", *ANYWHERE, "--data-dir", str(tmp_path))
    done = run(repository, *words, window_s=-1.0)
    assert done.returncode == 4
    assert done.stderr == "audiosvc: It is not on this machine.\n"
