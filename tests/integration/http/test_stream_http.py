"""Live audio over a WebSocket."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from audiosvc.server.callers import Quotas
from audiosvc.server.http import connections
from audiosvc.server.keys import add_key
from tests.fakes.server import WAIT_S, FakeEngine, Serving, pcm, serving

Document = dict[str, Any]
PCM = {"encoding": "s16le", "sample_rate_hz": 16000, "channels": 1}
START: Document = {"type": "start", "audio": PCM}
END: Document = {"type": "end"}


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def server(tmp_path: Path, engine: FakeEngine) -> Iterator[Serving]:
    limits = {"max_sessions": 2, "idle_timeout_s": 0.7}
    with serving(tmp_path, engine=engine.engine, **limits) as server:
        yield server


@contextmanager
def talking(server: Serving, start: Any = START, **options: Any) -> Iterator[ClientConnection]:
    url = server.http.replace("http:", "ws:") + "/v1/stream"
    with connect(url, proxy=None, compression=None, **options) as socket:
        if start is not None:
            socket.send(json.dumps(start))
        yield socket


def speak(socket: ClientConnection, seconds: float, at_once: int = 8000) -> None:
    data = pcm(seconds)
    for place in range(0, len(data), at_once):
        socket.send(data[place : place + at_once])


def heard(socket: ClientConnection) -> tuple[list[Document], int]:
    """Everything until the server closes, and with which code."""
    got = []
    try:
        while True:
            got.append(json.loads(socket.recv(WAIT_S)))
    except ConnectionClosed as closed:
        assert closed.rcvd is not None
        return got, closed.rcvd.code


def soon(condition: Callable[[], bool], within_s: float = 5.0) -> bool:
    end_s = time.monotonic() + within_s
    while not condition() and time.monotonic() < end_s:
        time.sleep(0.01)
    return condition()


def test_live_audio_is_final_before_it_ends(server: Serving, engine: FakeEngine) -> None:
    with talking(server) as socket:
        started = json.loads(socket.recv(WAIT_S))
        assert (started["type"], started["model"]) == ("started", "whisper-base")
        assert started["session_id"]
        speak(socket, 2.0)
        early = []
        while not early or early[-1].get("segment", {}).get("id") != 1:
            early.append(json.loads(socket.recv(WAIT_S)))
        speak(socket, 1.0)
        socket.send(json.dumps(END))
        late, code = heard(socket)
    assert code == 1000
    got = early + late
    kinds = [one["type"] for one in got]
    assert kinds[-2:] == ["cursors", "finished"]
    segments = [one["segment"] for one in got if one["type"] == "segment"]
    assert [segment["text"] for segment in segments] == ["second 0", "second 1", "second 2"]
    assert segments[0] == {
        "id": 0,
        "start_s": 0.0,
        "end_s": 1.0,
        "speaker": "S1",
        "text": "second 0",
        "words": [],
        "language": None,
        "confidence": None,
        "overlapped": False,
        "events": [],
    }
    interim = next(one for one in got if one["type"] == "interim")
    assert set(interim) == {
        *("type", "revision", "start_s", "end_s"),
        *("confirmed_words", "tentative_words", "language"),
    }
    assert got[-2] == {"type": "cursors", "received_s": 3.0, "processed_s": 3.0, "final_s": 3.0}
    summary = got[-1]["summary"]
    assert (summary["segment_count"], summary["duration_s"]) == (3, 3.0)
    assert [notice["code"] for notice in summary["notices"]] == ["audio_damaged"]
    assert engine.sessions[0].closed.is_set()
    assert soon(lambda: server.sessions == 0)


def test_who_goes_away_leaves_nothing_behind(server: Serving, engine: FakeEngine) -> None:
    with talking(server) as socket:
        socket.recv(WAIT_S)
        speak(socket, 1.0)
        assert server.sessions == 1
    assert soon(lambda: server.sessions == 0)
    assert engine.sessions[0].closed.is_set()


def refusal(server: Serving, *messages: Any, start: Any = START, **options: Any) -> Document:
    """The problem that a stream ends with, and the code of its close."""
    with talking(server, start, **options) as socket:
        for message in messages:
            socket.send(message if isinstance(message, (bytes, str)) else json.dumps(message))
        got, code = heard(socket)
    assert got[-1]["type"] == "error", got
    assert soon(lambda: server.sessions == 0)
    return {**got[-1]["problem"], "code": code}


@pytest.mark.parametrize(
    ("messages", "reason", "field", "code"),
    [
        ([b"audio"], "PROTOCOL_ERROR", None, 1008),
        (["nonsense"], "OPTION_ERROR", None, 1008),
        (["[" * 9000], "OPTION_ERROR", None, 1008),
        ([END], "OPTION_ERROR", "type", 1008),
        ([{**START, "colour": "red"}], "OPTION_ERROR", "colour", 1008),
        ([{**START, "options": {"model": "other"}}], "MODEL_UNKNOWN", None, 1008),
        ([{**START, "options": {"start_s": 5}}], "OPTION_ERROR", "start_s", 1008),
        ([{**START, "options": {"speakers": 0}}], "OPTION_ERROR", "options.speakers", 1008),
        ([{**START, "audio": {"channels": 99}}], "OPTION_ERROR", "audio.channels", 1008),
        ([START, START], "PROTOCOL_ERROR", None, 1008),
        ([START, "hello"], "PROTOCOL_ERROR", None, 1008),
        ([START, END], "AUDIO_EMPTY", None, 1008),
        ([], "DEADLINE_EXCEEDED", None, 1008),
        ([START, b"ab"], "DEADLINE_EXCEEDED", None, 1008),
    ],
)
def test_what_cannot_be_meant_is_told(
    server: Serving, messages: list[Any], reason: str, field: str | None, code: int
) -> None:
    problem = refusal(server, *messages, start=None)
    assert (problem["reason"], problem.get("field"), problem["code"]) == (reason, field, code)
    assert problem["detail"]
    assert problem["request_id"]


def test_a_message_that_is_too_long_closes(server: Serving) -> None:
    with talking(server) as socket:
        socket.recv(WAIT_S)
        socket.send(bytes(1024**2 + 1))
        assert heard(socket)[1] == 1009
    assert soon(lambda: server.sessions == 0)


def test_a_busy_server_says_when_to_come_back(server: Serving) -> None:
    with talking(server) as one, talking(server) as two:
        assert one.recv(WAIT_S)
        assert two.recv(WAIT_S)
        with talking(server) as three:
            got, code = heard(three)
        assert (got[0]["problem"]["reason"], code) == ("TOO_BUSY", 1013)
        assert got[0]["problem"]["retry_after_s"] > 0


def test_a_key_comes_with_the_first_message(tmp_path: Path, engine: FakeEngine) -> None:
    keys = tmp_path / "keys.json"
    _, key = add_key(keys, "ann", Quotas(max_sessions=1))
    with serving(tmp_path / "data", engine=engine.engine, keys_file=keys) as server:
        for start in (START, {**START, "key": "wrong"}):
            problem = refusal(server, start=start)
            assert (problem["reason"], problem["code"]) == ("KEY_REFUSED", 1008)
        with talking(server, {**START, "key": key}) as socket:
            assert json.loads(socket.recv(WAIT_S))["type"] == "started"
            with talking(server, {**START, "key": key}) as second:
                got, code = heard(second)
            assert (got[0]["problem"]["reason"], code) == ("QUOTA_EXCEEDED", 1013)
        assert soon(lambda: server.sessions == 0)
        headers = {"Authorization": f"Bearer {key}"}
        with talking(server, additional_headers=headers) as socket:
            assert json.loads(socket.recv(WAIT_S))["type"] == "started"


def test_a_page_of_another_site_is_not_let_in(server: Serving) -> None:
    for origin in ("https://evil.example", "null"):
        with pytest.raises(InvalidStatus) as refused, talking(server, origin=origin):
            pass
        assert refused.value.response.status_code == 403
        assert b"NOT_ALLOWED" in refused.value.response.body
    with talking(server, origin=server.http) as socket:
        assert json.loads(socket.recv(WAIT_S))["type"] == "started"


def test_a_stream_has_a_longest_time(tmp_path: Path, engine: FakeEngine) -> None:
    brief = serving(tmp_path, engine=engine.engine, max_session_s=0.3)
    with brief as server, talking(server) as socket:
        socket.recv(WAIT_S)
        time.sleep(0.4)
        socket.send(pcm(0.1))
        got, code = heard(socket)
    assert (got[-1]["problem"]["reason"], code) == ("AUDIO_TOO_LONG", 1008)


def test_a_server_that_stops_says_so(tmp_path: Path, engine: FakeEngine) -> None:
    told: list[tuple[list[Document], int]] = []
    with serving(tmp_path, engine=engine.engine) as server:
        ready = threading.Event()

        def listen() -> None:
            with talking(server) as socket:
                socket.recv(WAIT_S)
                ready.set()
                told.append(heard(socket))

        thread = threading.Thread(target=listen)
        thread.start()
        assert ready.wait(WAIT_S)
    thread.join(WAIT_S)
    got, code = told[0]
    assert (got[-1]["problem"]["reason"], code) == ("SERVER_UNAVAILABLE", 1013)


def test_a_fault_of_ours_tells_nothing_but_its_id(tmp_path: Path) -> None:
    class Broken(FakeEngine):
        def open_live(self, *given: Any, **more: Any) -> Any:
            raise RuntimeError("secret")

    with serving(tmp_path, engine=Broken().engine) as server:
        problem = refusal(server, pcm(0.1))
    assert (problem["reason"], problem["code"]) == ("SERVER_FAULT", 1011)
    assert "secret" not in json.dumps(problem)


def test_who_never_reads_is_hung_up_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "UNREAD_S", 0.5)
    engine = FakeEngine(text="word " * 20_000)
    with serving(tmp_path, engine=engine.engine) as server, talking(server, max_queue=1) as socket:
        with pytest.raises(ConnectionClosed):
            for _ in range(200):
                socket.send(pcm(1.0))
                time.sleep(0.01)
        assert soon(lambda: server.sessions == 0)


def test_figures_count_streams(server: Serving) -> None:
    with talking(server) as socket:
        speak(socket, 1.0)
        socket.send(json.dumps(END))
        heard(socket)
    assert soon(lambda: server.sessions == 0)
    value = server.server.place.metrics.registry.get_sample_value
    assert value("audiosvc_sessions", {"mode": "live"}) == 0
    assert value("audiosvc_segments_total", {"mode": "live"}) == 1
    assert value("audiosvc_audio_seconds_received_total", {"mode": "live"}) == 1.0
