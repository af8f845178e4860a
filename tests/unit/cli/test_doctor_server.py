"""``audiosvc doctor --server``, as typed."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from audiosvc.jobs import JobSettings
from audiosvc.server.callers import Quotas
from audiosvc.server.keys import add_key
from audiosvc.service import Models
from audiosvc.settings import Settings
from tests.fakes import FakeDetector, FakeTranscriber, script
from tests.fakes.server import TALK, WAIT_S, Serving, serving
from tests.unit.cli.conftest import Run


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AUDIOSVC_KEY", "AUDIOSVC_SERVER"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    jobs = JobSettings(data_dir=tmp_path / "jobs")
    with serving(tmp_path, jobs=jobs, workers=False) as server:
        yield server


def lines(out: str) -> dict[str, tuple[str, str]]:
    """By subject: the mark, and what was said."""
    found = re.findall(r"(?m)^  (ok|-|bad) +(\S+(?: \S+)*?)(?:  +| (?=\S+$))(.*)$", out)
    return {subject: (mark, text) for mark, subject, text in found}


def test_a_server_that_works_is_fine(audiosvc: Run, server: Serving, tmp_path: Path) -> None:
    ended = audiosvc("doctor", "--server", server.address, "--http", server.http)
    assert (ended.code, ended.err, ended.loads) == (0, "", 0)
    assert ended.out.splitlines()[0] == f"gRPC at {server.address}:"
    assert f"HTTP at {server.http}:" in ended.out.splitlines()
    assert ended.out.splitlines()[-1] == "Everything necessary is here."
    said = lines(ended.out)
    assert [mark for mark, _ in said.values() if mark != "ok"] == []
    assert said["health"] == ("ok", "calls are taken")
    assert said["key"] == ("ok", "none given, none needed")
    assert said["whisper-base"][1].endswith(", the default")
    assert said["limits"][1] == "4 sessions at once, recordings of 480 min and 4.0 GiB"
    assert said["jobs"] == ("ok", "none of this key's")
    assert re.fullmatch(r"\d+\.\d s, \d+\.\d times as fast as speech", said["ten seconds"][1])
    assert {"/healthz", "/readyz"} <= set(said)


def test_nothing_there_is_one_line_that_says_what_to_do(audiosvc: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        ended = audiosvc("doctor", "--server", address, "--http", f"http://{address}")
    assert ended.code == 1
    said = lines(ended.out)
    assert set(said) == {"reachable", "/healthz", "/readyz"}
    assert all(mark == "bad" for mark, _ in said.values())
    assert "Is `audiosvc serve` running there" in said["reachable"][1]
    assert "Check the URL" in said["/healthz"][1]
    assert ended.out.splitlines()[-1] == "3 of these must be mended."


def test_a_key_that_is_missing_wrong_or_right(
    audiosvc: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys_file = tmp_path / "keys.json"
    _, key = add_key(keys_file, "me", Quotas())
    with serving(tmp_path / "data", keys_file=keys_file) as server:
        for wrong in (None, "no-key-of-ours"):
            if wrong:
                monkeypatch.setenv("AUDIOSVC_KEY", wrong)
            ended = audiosvc("doctor", "--server", server.address)
            assert ended.code == 1
            mark, text = lines(ended.out)["key"]
            assert mark == "bad"
            assert "set AUDIOSVC_KEY" in text
            assert "ten seconds" not in ended.out
        monkeypatch.setenv("AUDIOSVC_KEY", key)
        said = lines(audiosvc("doctor", "--server", server.address).out)
    assert said["key"] == ("ok", "accepted")
    assert said["ten seconds"][0] == "ok"


def test_a_server_that_starts_is_not_ready(audiosvc: Run, tmp_path: Path) -> None:
    go = threading.Event()

    def load(_: Settings) -> Models:
        assert go.wait(WAIT_S)
        return Models("fake", lambda: FakeTranscriber(TALK), FakeDetector(TALK))

    with serving(tmp_path, load=load, is_ready=False) as server:
        ended = audiosvc("doctor", "--server", server.address, "--http", server.http)
        go.set()
    assert ended.code == 1
    said = lines(ended.out)
    assert said["health"][0] == said["/readyz"][0] == "bad"
    assert "wait, or look at its log" in said["/readyz"][1]
    assert said["/healthz"][0] == "ok"


def test_a_model_that_hears_nothing_is_told(audiosvc: Run, tmp_path: Path) -> None:
    def load(_: Settings) -> Models:
        deaf = FakeTranscriber(script())
        return Models("fake", lambda: deaf, FakeDetector(TALK))

    with serving(tmp_path, load=load) as server:
        ended = audiosvc("doctor", "--server", server.address)
    assert ended.code == 1
    assert lines(ended.out)["ten seconds"][0] == "bad"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--http", "http://127.0.0.1:8080"], "--http goes with --server."),
        (["--server", "nowhere"], "'nowhere' is no address of a server"),
    ],
)
def test_what_cannot_be_asked_is_a_wrong_option(audiosvc: Run, words: list[str], said: str) -> None:
    ended = audiosvc("doctor", *words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.said[0]


def test_http_is_a_url(audiosvc: Run, server: Serving) -> None:
    ended = audiosvc("doctor", "--server", server.address, "--http", "127.0.0.1:8080")
    assert (ended.code, ended.out) == (2, "")
    assert "--http takes a URL" in ended.said[-1]
