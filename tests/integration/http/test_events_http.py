"""What happens to a job, as server-sent events."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from audiosvc.events import SegmentReady
from audiosvc.server.http import connections
from audiosvc.server.http.jobs import events
from audiosvc.spans import Span
from audiosvc.types import Segment
from tests.fakes.http_jobs import AUDIO, STORY, Client, Told, serving_jobs, told
from tests.fakes.jobs import LoggingTranscriber

Clients = Callable[[str], Client]
FILE = {"file": ("story.wav", AUDIO, "audio/wav")}


class Held(LoggingTranscriber):
    """Waits before its third window until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        super().__init__(STORY, before=lambda number: number < 2 or self.go.wait(30.0))


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def clients(tmp_path: Path, held: Held) -> Iterator[Clients]:
    with serving_jobs(tmp_path, held) as clients:
        yield clients
        held.go.set()


@pytest.fixture
def ann(clients: Clients) -> Client:
    return clients("ann")


def watch(client: Client, job_id: str, after: int | None = None, **headers: str) -> Iterator[Told]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    query = {} if after is None else {"after": after}
    url = f"/v1/jobs/{job_id}/events"
    with client.http.stream("GET", url, params=query, headers=named) as got:
        assert got.status_code == 200
        assert got.headers["Content-Type"].startswith("text/event-stream")
        assert got.headers["Cache-Control"] == "no-store"
        yield from told(got.iter_lines())


def test_all_of_a_job_is_told_as_it_happens(ann: Client, held: Held) -> None:
    job_id = ann.http.post("/v1/jobs", files=FILE).json()["id"]
    seen = []
    for event in watch(ann, job_id):
        seen.append(event)
        if event.name == "segment":
            held.go.set()
    assert [event.id for event in seen] == list(range(1, len(seen) + 1))
    states = [event.data["state"] for event in seen if event.name == "state"]
    assert states == ["uploading", "queued", "running", "succeeded"]
    last = seen[-1].data
    assert last["failure"] is None
    assert last["summary"]["segment_count"] == 4
    found = [event.data["segment"] for event in seen if event.name.startswith("segment")]
    segments = {segment["id"]: segment for segment in found}
    text = ann.http.get(f"/v1/jobs/{job_id}/transcript").json()
    assert [segments[number] for number in sorted(segments)] == text["segments"]
    progress = [event.data for event in seen if event.name == "progress"]
    assert progress[-1]["windows_done"] == progress[-1]["windows_total"]
    for cursor in (0, 3, len(seen) - 1):
        assert list(watch(ann, job_id, cursor)) == seen[cursor:]
        assert list(watch(ann, job_id, 0, Last_Event_ID=str(cursor))) == seen[cursor:]
    over = ann.http.get(f"/v1/jobs/{job_id}/events", headers={"Last-Event-ID": str(len(seen))})
    assert over.status_code == 204, "a browser comes back until it is told so"


def test_who_comes_back_misses_and_repeats_nothing(ann: Client, held: Held) -> None:
    job_id = ann.http.post("/v1/jobs", files=FILE).json()["id"]
    seen: list[Told] = []
    while not (seen and seen[-1].data.get("state") == "succeeded"):
        watching = watch(ann, job_id, seen[-1].id if seen else None)
        seen += itertools.islice(watching, 2)
        watching.close()  # type: ignore[attr-defined]
        if len(seen) > 4:
            held.go.set()
    assert [event.id for event in seen] == list(range(1, len(seen) + 1))


def test_a_job_that_is_cancelled_or_deleted_ends_its_events(ann: Client) -> None:
    for method, path, last in (("POST", "/cancel", "cancelled"), ("DELETE", "", "uploading")):
        job_id = ann.http.post("/v1/jobs", json={}).json()["id"]
        watching = watch(ann, job_id)
        assert next(watching).data["state"] == "uploading"
        ann.http.request(method, f"/v1/jobs/{job_id}{path}").raise_for_status()
        rest = list(watching)
        assert [event.data["state"] for event in rest][-1:] == ([last] if method == "POST" else [])


def test_nothing_to_tell_is_told_now_and_then(ann: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "PING_S", 0.5)
    job_id = ann.http.post("/v1/jobs", json={}).json()["id"]
    with ann.http.stream("GET", f"/v1/jobs/{job_id}/events") as got:
        lines = got.iter_lines()
        assert next(lines) == "retry: 2000"
        assert sum(line == ": ping" for line, _ in zip(lines, range(12), strict=False)) >= 2


@pytest.mark.parametrize("cursor", ["-1", "x", "1.5", "9" * 30, "\u0663"])
def test_cursors_that_are_none(ann: Client, cursor: str) -> None:
    job_id = ann.http.post("/v1/jobs", json={}).json()["id"]
    got = ann.http.get(f"/v1/jobs/{job_id}/events", params={"after": cursor})
    assert (got.status_code, got.json()["reason"]) == (400, "OPTION_ERROR")
    assert ann.http.get("/v1/jobs/x/events").status_code == 404


def test_who_never_reads_is_hung_up_on_and_nothing_is_hoarded_for_them(
    ann: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "UNREAD_S", 0.5)
    job_id = ann.http.post("/v1/jobs", json={}).json()["id"]
    journal = ann.jobs._stores.journal
    words = Segment(0, Span(0.0, 1.0), "S1", "word " * 2000)
    for batch in range(40):
        journal.append(job_id, f"b{batch}", [SegmentReady(words)] * 50)
    read: list[int] = []
    reading = journal.read

    def counted(job_id: str, after: int) -> Any:
        read.append(after)
        return reading(job_id, after)

    monkeypatch.setattr(journal, "read", counted)
    host, _, port = ann.serving.http.removeprefix("http://").rpartition(":")
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect((host, int(port)))
        request = (
            f"GET /v1/jobs/{job_id}/events HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: {ann.http.headers['Authorization']}\r\n\r\n"
        )
        deaf.sendall(request.encode())
        # Others are served meanwhile.
        began_s = time.monotonic()
        assert next(watch(ann, job_id)).id == 1
        assert time.monotonic() - began_s < 5.0
        wait_until(lambda: watchers(ann) == 0)
        assert watchers(ann) == 0
    # Two pages of 500 may lie in the buffers of the system, the other two are not even read.
    assert max(read) <= 1000, "the next page is not read before this one was sent"


def test_a_server_that_stops_ends_the_events(tmp_path: Path) -> None:
    ended = threading.Event()
    with serving_jobs(tmp_path) as clients:
        client = clients("ann")
        job_id = client.http.post("/v1/jobs", json={}).json()["id"]

        def listen() -> None:
            url = f"{client.serving.http}/v1/jobs/{job_id}/events"
            headers = {"Authorization": client.http.headers["Authorization"]}
            try:
                with httpx2.stream("GET", url, headers=headers, timeout=20.0) as got:
                    for _ in got.iter_lines():
                        pass
            except httpx2.TransportError:
                pass
            ended.set()

        threading.Thread(target=listen).start()
        wait_until(lambda: watchers(client) == 1)
        assert watchers(client) == 1
    assert ended.wait(5.0)


def watchers(client: Client) -> int:
    """How many calls the server is busy with that have no end of their own."""
    return sum(client.serving.server.lifecycle._calls.values())


def wait_until(condition: Callable[[], bool], within_s: float = 10.0) -> None:
    end_s = time.monotonic() + within_s
    while not condition() and time.monotonic() < end_s:
        time.sleep(0.02)
