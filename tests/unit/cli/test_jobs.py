"""``audiosvc jobs`` against a server that plays a script."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from audiosvc.cli.joblines import stem_of
from audiosvc.client import Client
from audiosvc.errors import JobNotReady
from audiosvc.export.formats import FORMATS, serialise
from audiosvc.v1 import jobs_pb2
from tests.fakes.grpc_server import DROPPED, FakeServer, a_transcript
from tests.unit.cli.conftest import Ended, Run


@pytest.fixture
def server() -> Iterator[FakeServer]:
    server = FakeServer().start()
    yield server
    server.stop()


Jobs = Callable[..., Ended]


@pytest.fixture
def jobs(audiosvc: Run, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    """``audiosvc jobs`` with the server from the environment."""
    monkeypatch.setenv("AUDIOSVC_SERVER", server.address)
    monkeypatch.delenv("AUDIOSVC_KEY", raising=False)
    return lambda *words: audiosvc("jobs", *words)


def test_submit_prints_the_id_alone(
    audiosvc: Run, server: FakeServer, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AUDIOSVC_SERVER", raising=False)
    ended = audiosvc("jobs", "submit", talk, "--server", server.address)
    assert (ended.code, ended.out, ended.err) == (0, "job-1\n", "")
    assert bytes(server.jobs["job-1"].data) == talk.read_bytes()
    assert server.jobs["job-1"].request.display_name == "talk.wav"


def test_several_files_are_several_jobs(jobs: Jobs, talk: Path, tmp_path: Path) -> None:
    ended = jobs("submit", talk, tmp_path / "none.wav", talk)
    assert (ended.code, ended.out) == (3, "job-1\njob-2\n")
    assert "none.wav is not there" in ended.said[0]


def test_what_is_wanted_goes_with_it(jobs: Jobs, server: FakeServer, talk: Path) -> None:
    told = ("--hotwords", "Ann", "--prompt", "A board meeting.", "--events")
    jobs("submit", talk, "--language", "de", "--min-speakers", 2, *told)
    said = server.jobs["job-1"].request.transcription
    assert (said.model, said.language_code, said.speaker_count.at_least) == ("", "de", 2)
    assert [*said.hotwords] == ["Ann"]
    assert (said.prompt, said.acoustic_events) == ("A board meeting.", True)


def test_submit_survives_breaks(jobs: Jobs, server: FakeServer, talk: Path) -> None:
    server.breaks += [1]
    server.refusals["CreateJob"].append(DROPPED)
    assert jobs("submit", talk).out == "job-1\n"
    assert bytes(server.jobs["job-1"].data) == talk.read_bytes()


def test_a_request_id_finds_its_job_again(jobs: Jobs, server: FakeServer, talk: Path) -> None:
    first = jobs("submit", talk, "--request-id", "monday")
    assert jobs("submit", talk, "--request-id", "monday").out == first.out
    ended = jobs("submit", talk, talk, "--request-id", "monday")
    assert ended.code == 2


def test_submit_can_wait(jobs: Jobs, server: FakeServer, talk: Path) -> None:
    ended = jobs("submit", talk, "--wait")
    assert (ended.code, ended.out) == (0, "job-1\n")
    assert ended.said == ["job-1 (talk.wav) is done"]
    assert jobs("submit", talk, "--wait", "-q").err == ""


def test_a_job_that_fails_has_an_exit_code(jobs: Jobs, server: FakeServer, talk: Path) -> None:
    server.ends_in = jobs_pb2.JOB_STATE_FAILED
    ended = jobs("submit", talk, "--wait")
    assert (ended.code, ended.out) == (7, "job-1\n")
    assert ended.said == ["job-1 (talk.wav) has failed: talk.wav is not audio in any known format."]
    assert jobs("submit", talk, talk, "--wait").code == 7
    server.ends_in = jobs_pb2.JOB_STATE_CANCELLED
    assert jobs("watch", "job-1").code == 7


def test_watch_follows_over_breaks(jobs: Jobs, server: FakeServer, talk: Path) -> None:
    jobs("submit", talk)
    server.watch_breaks += [2, 4]
    ended = jobs("watch", "job-1")
    assert ended.code == 0
    assert ended.out.splitlines() == [f"[0:0{i}] S{i % 2 + 1}: Sentence {i}." for i in range(3)]


@pytest.mark.parametrize("name", FORMATS)
def test_get_prints_any_format(jobs: Jobs, server: FakeServer, talk: Path, name: str) -> None:
    jobs("submit", talk)
    ended = jobs("get", "job-1", "-f", name)
    assert ended.code == 0
    assert ended.out == serialise(server.transcript, name, "talk").rstrip("\n") + "\n"


def test_get_writes_files(jobs: Jobs, talk: Path, tmp_path: Path) -> None:
    jobs("submit", talk)
    out = tmp_path / "out"
    ended = jobs(
        *("get", "job-1", "-f", "json", "-f", "txt", "-o", out, "--speaker-names", "S2=Ben")
    )
    assert ended.code == 0
    assert sorted(path.name for path in out.iterdir()) == ["talk.json", "talk.txt"]
    assert "Ben: Sentence 1." in (out / "talk.txt").read_text("utf-8")


def test_get_before_the_end(jobs: Jobs, server: FakeServer, talk: Path) -> None:
    jobs("submit", talk)
    server.refusals["GetTranscript"].append(JobNotReady("job-1 is still running."))
    ended = jobs("get", "job-1")
    assert (ended.code, ended.out, ended.said) == (7, "", ["job-1 is still running."])
    assert jobs("get", "job-9").said == ["There is no job job-9."]


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("talk.wav", "talk"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot"),
        ("/", "job-1"),
        ("..", "job-1"),
        (".hidden", "job-1"),
        ("-rf.wav", "job-1"),
        ("a\nb.wav", "job-1"),
        ("\x1b[31m.wav", "job-1"),
        ("x" * 300, "job-1"),
        ("", "job-1"),
    ],
)
def test_a_name_from_far_away_is_no_path(server: FakeServer, name: str, stem: str) -> None:
    with Client(server.address) as client:
        assert stem_of(client.jobs.create(name)) == stem


def test_list(jobs: Jobs, server: FakeServer, talk: Path) -> None:
    assert jobs("list").out.split() == ["ID", "STATE", "CREATED", "DONE", "NAME"]
    assert json.loads(jobs("list", "--json").out) == []
    jobs("submit", talk)
    with Client(server.address) as client:
        client.jobs.create("\x1b[31m red.wav", size_bytes=100)
    lines = jobs("list").out.splitlines()
    assert lines[1].split()[:2] == ["job-2", "uploading"]
    assert "0 % sent" in lines[1]
    assert lines[1].endswith("\\x1b[31m red.wav")
    assert lines[2].split()[:2] == ["job-1", "queued"]
    (only,) = json.loads(jobs("list", "--json", "--state", "queued").out)
    assert (only["id"], only["name"], only["failure"]) == ("job-1", "talk.wav", None)
    assert only["created"] == "2023-11-14T22:13:20+00:00"
    assert jobs("list", "--state", "asleep").code == 2


def test_cancel_and_delete(jobs: Jobs, server: FakeServer, talk: Path) -> None:
    jobs("submit", talk, talk)
    ended = jobs("cancel", "job-1", "job-2")
    assert ended.said == ["job-1 is cancelled", "job-2 is cancelled"]
    ended = jobs("delete", "job-1", "job-2", "-q")
    assert (ended.code, ended.err, server.jobs) == (0, "", {})
    assert jobs("delete", "job-1").code == 7


def test_without_a_server(audiosvc: Run, talk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUDIOSVC_SERVER", raising=False)
    ended = audiosvc("jobs", "submit", talk)
    assert ended.code == 2
    assert "--server" in ended.said[0]
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        ended = audiosvc("jobs", "list", "--server", f"127.0.0.1:{held.getsockname()[1]}")
    assert (ended.code, len(ended.said)) == (6, 1)


def test_a_long_transcript(jobs: Jobs, server: FakeServer, talk: Path) -> None:
    server.transcript = a_transcript(8_000)
    jobs("submit", talk)
    assert len(json.loads(jobs("get", "job-1", "-f", "json").out)["segments"]) == 8_000
