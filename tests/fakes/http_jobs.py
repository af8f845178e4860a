"""A server with jobs, for tests over HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from audiosvc.jobs import Jobs, JobSettings
from audiosvc.server.callers import Quotas
from audiosvc.server.keys import add_key
from tests.fakes.jobs import LoggingTranscriber, long_story, recording_of
from tests.fakes.server import Serving, serving
from tests.fakes.transcriber import FakeTranscriber

STORY = long_story(4)
AUDIO = recording_of(STORY)
MAX_UPLOAD_BYTES = 2_000_000
WAIT_S = 30.0


@dataclass
class Client:
    """One caller."""

    serving: Serving
    http: httpx2.Client

    def job(self, job_id: str) -> Any:
        """As it is now."""
        got = self.http.get(f"/v1/jobs/{job_id}")
        assert got.status_code == 200, got.text
        return got.json()

    def ended(self, job_id: str) -> Any:
        """As it is at its end."""
        end_s = time.monotonic() + WAIT_S
        while not (job := self.job(job_id))["end_time"]:
            assert time.monotonic() < end_s, job
            time.sleep(0.05)
        return job

    @property
    def jobs(self) -> Jobs:
        """Behind the server's back."""
        durable = self.serving.server._jobs
        assert durable is not None
        return durable.jobs


@contextmanager
def serving_jobs(
    folder: Path, transcriber: FakeTranscriber | None = None, **settings: Any
) -> Iterator[Callable[[str], Client]]:
    """Gives a client for each name of a caller. settings: of jobs, or of the server."""
    folder.mkdir(exist_ok=True)
    mine = {name: settings.pop(name) for name in list(settings) if name in JobSettings.model_fields}
    usual = {"poll_s": 0.05, "max_upload_bytes": MAX_UPLOAD_BYTES, **mine}
    jobs = JobSettings.model_validate({"data_dir": folder / "data", **usual})
    keys, clients = folder / "keys.json", dict[str, Client]()
    shown = {
        name: add_key(keys, name, Quotas(max_jobs=5, max_sessions=2))[1] for name in ("ann", "ben")
    }
    hears = transcriber or LoggingTranscriber(STORY)
    given = {"keys_file": keys, **settings}
    with serving(folder / "data", hears, lines=STORY, jobs=jobs, **given) as server:

        def client(name: str) -> Client:
            if name not in clients:
                headers = {"Authorization": f"Bearer {shown[name]}"}
                http = httpx2.Client(base_url=server.http, headers=headers, timeout=WAIT_S)
                clients[name] = Client(server, http)
            return clients[name]

        try:
            yield client
        finally:
            for one in clients.values():
                one.http.close()


@dataclass(frozen=True)
class Told:
    """One server-sent event."""

    id: int
    name: str
    data: Any


def told(lines: Iterator[str]) -> Iterator[Told]:
    """The events of a stream, comments left out."""
    fields: dict[str, str] = {}
    for line in lines:
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
        if not line and "data" in fields:
            yield Told(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}
