"""Forms as other programs send them to ``/v1/audio/transcriptions``, and what must not hurt."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from audiosvc.server.logs import logging_to_stderr
from tests.fakes.server import WAIT_S, Serving, serving
from tests.integration.http.openai_calls import soon, wav

PATH = "/v1/audio/transcriptions"
TEXT = "Good morning to everybody. Good morning, Ann."
FORM = {"Content-Type": "multipart/form-data; boundary=x"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path) as started:
        yield started
        assert soon(lambda: started.sessions == 0)
        assert started.server.place.spool.used_bytes == 0


def part(name: str, value: bytes, rest: str = "") -> bytes:
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"{rest}\r\n\r\n'
    return head.encode() + value + b"\r\n"


def file(data: bytes = b"", name: str = "talk.wav") -> bytes:
    return part("file", data or wav(), f'; filename="{name}"')


def post(server: Serving, *parts: bytes, end: bytes = b"--x--\r\n") -> httpx2.Response:
    return send(server, b"".join(parts) + end)


def send(server: Serving, body: bytes, kind: str = FORM["Content-Type"]) -> httpx2.Response:
    url, headers = f"{server.http}{PATH}", {"Content-Type": kind}
    return httpx2.post(url, content=body, headers=headers, timeout=WAIT_S)


def test_fields_may_come_before_and_behind_the_file(server: Serving) -> None:
    before, behind = part("language", b"en"), part("response_format", b"text")
    for parts in ((before, behind, file()), (file(), before, behind), (before, file(), behind)):
        got = post(server, *parts)
        assert (got.status_code, got.text) == (200, f"{TEXT}\n")
        assert got.headers["Content-Type"].startswith("text/plain")
        assert got.headers["X-Content-Type-Options"] == "nosniff"


def test_only_a_file_is_needed(server: Serving) -> None:
    assert post(server, file()).json()["text"] == TEXT


def test_what_is_empty_was_not_said(server: Serving) -> None:
    said = [part(name, b"") for name in ("language", "prompt", "speakers", "temperature")]
    assert post(server, *said, file()).json()["text"] == TEXT


@pytest.mark.parametrize("name", ["hotwords", "hotwords[]", "keywords[]"])
def test_lists_come_as_programs_send_them(server: Serving, name: str) -> None:
    words = [part(name, b"x" * 1500)] * 2
    got = post(server, *words, file())
    assert (got.status_code, got.json()["field"]) == (400, "hotwords")
    assert post(server, part(name, b"Duguid"), part(name, b"Ann"), file()).status_code == 200


@pytest.mark.parametrize(
    ("parts", "status", "reason", "words"),
    [
        ([], 400, "OPTION_ERROR", "no file"),
        ([part("language", b"en")], 400, "OPTION_ERROR", "no file"),
        ([file(), file()], 400, "OPTION_ERROR", "one file"),
        ([part("audio", b"x", '; filename="a.wav"')], 400, "OPTION_ERROR", "`file`"),
        ([part("language", b"en"), part("language", b"de"), file()], 400, "OPTION_ERROR", "twice"),
        ([part("stream", b"perhaps"), file()], 400, "OPTION_ERROR", "stream"),
        ([part("prompt", b"\xff\xfe"), file()], 200, None, ""),
        ([part("prompt", b"x" * 300_000), file()], 413, "TOO_LARGE", "fields"),
        ([part("hotwords", b"x")] * 500, 413, "TOO_LARGE", "400 fields"),
        ([b"--x\r\nX-Other: 1\r\n\r\nvalue\r\n"], 400, "PROTOCOL_ERROR", "no name"),
        ([b"hello"], 400, "PROTOCOL_ERROR", "multipart"),
    ],
)
def test_forms_that_are_wrong(
    server: Serving, parts: list[bytes], status: int, reason: str | None, words: str
) -> None:
    got = post(server, *parts)
    assert got.status_code == status
    assert got.json().get("reason") == reason
    assert words in got.json().get("detail", "")


def test_a_form_that_breaks_off(server: Serving) -> None:
    got = post(server, file()[:-500], end=b"")
    assert (got.status_code, got.json()["reason"]) == (400, "PROTOCOL_ERROR")


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        f"multipart/form-data; boundary={'x' * 5000}",
        "application/x-www-form-urlencoded",
        "",
    ],
)
def test_what_is_no_form(server: Serving, kind: str) -> None:
    got = send(server, b"{}", kind)
    assert (got.status_code, got.json()["reason"]) == (400, "PROTOCOL_ERROR")


def test_a_wrong_field_in_front_is_told_before_the_file_is_read(server: Serving) -> None:
    begin = part("language", b"xx") + file(wav()[:1000]).removesuffix(b"\r\n")
    with connect(server) as slow:
        slow.sendall(head(10_000_000) + begin)  # and no more
        assert b"400 Bad Request" in slow.recv(4096)


def test_who_hangs_up_in_the_middle_leaves_nothing(server: Serving) -> None:
    with connect(server) as leaving:
        leaving.sendall(head(10_000_000) + file(bytes(1_000_000)).removesuffix(b"\r\n"))
        assert soon(lambda: server.server.place.spool.used_bytes > 900_000)
        assert server.sessions == 1
    assert soon(lambda: server.server.place.spool.used_bytes == 0)
    assert soon(lambda: server.sessions == 0)


def test_limits_hold_however_the_length_is_told(tmp_path: Path) -> None:
    with serving(tmp_path, max_upload_bytes=100_000, max_spool_bytes=150_000) as server:
        with connect(server) as announced:
            announced.sendall(head(10_000_000))
            assert b" 413 " in announced.recv(4096)
        got = post(server, file(bytes(100_001)))
        assert (got.status_code, got.json()["reason"]) == (413, "TOO_LARGE")

        def parts() -> Iterator[bytes]:
            yield file(bytes(50_000)).removesuffix(b"\r\n")
            for _ in range(1000):
                yield bytes(10_000)

        url = f"{server.http}{PATH}"
        got = httpx2.post(url, content=parts(), headers=FORM, timeout=WAIT_S)
        assert (got.status_code, got.json()["reason"]) == (413, "TOO_LARGE")
        with connect(server) as holding:
            holding.sendall(head(95_000) + file(bytes(90_000)).removesuffix(b"\r\n"))
            assert soon(lambda: server.server.place.spool.used_bytes >= 80_000)
            full = post(server, file(bytes(90_000)))
            assert (full.status_code, full.json()["reason"]) == (507, "STORAGE_FULL")
            assert int(full.headers["Retry-After"]) > 0


def test_nobody_sends_for_ever(tmp_path: Path) -> None:
    with serving(tmp_path, max_session_s=0.2, idle_timeout_s=0.3) as server:
        with connect(server) as slow:
            slow.sendall(head(10_000) + file(b"x").removesuffix(b"\r\n"))
            assert b" 408 " in slow.recv(4096)
        assert soon(lambda: server.sessions == 0)


def test_nothing_that_was_said_is_in_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_to_stderr(as_json=True), serving(tmp_path) as server:
        post(server, part("prompt", b"a secret"), file(name="secret.wav"))
    (line,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert (line["method"], line["mode"]) == (f"POST {PATH}", "recording")
    assert line["audio_s"] == 5.0
    assert "secret" not in str(line)
    assert "morning" not in str(line)


def head(length: int) -> bytes:
    kind = f"Content-Type: {FORM['Content-Type']}\r\nContent-Length: {length}"
    return f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\n{kind}\r\n\r\n".encode()


def connect(server: Serving) -> socket.socket:
    host, _, port = server.http.removeprefix("http://").rpartition(":")
    return socket.create_connection((host, int(port)), timeout=WAIT_S)
