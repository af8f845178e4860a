"""Jobs on PostgreSQL, shared by several worker processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from audiosvc import service
from audiosvc.audio.sources import BytesSource
from audiosvc.jobs import Jobs, JobSettings, JobState, NewJob
from audiosvc.wire.config import Wish
from tests.fakes.jobs import (
    OWNER,
    LoggingTranscriber,
    choose_fake,
    long_story,
    recording_of,
    submit,
    watch,
)

SERVER = os.environ.get("AUDIOSVC_TEST_POSTGRES", "postgresql://127.0.0.1:5432/test")
WINDOWS, PAUSE_S = 24, 0.25


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A database of this run's own, dropped at its end."""
    url = sa.make_url(SERVER).set(drivername="postgresql+psycopg")
    if url.username is None:
        url = url.set(username="postgres")
    name = f"audiosvc_{uuid.uuid4().hex}"
    engine = sa.create_engine(
        url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3}
    )
    try:
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except sa.exc.SQLAlchemyError as error:
        engine.dispose()
        pytest.skip(
            f"NOT TESTED ON POSTGRESQL: {SERVER} cannot be used (AUDIOSVC_TEST_POSTGRES): "
            f"{str(error).splitlines()[0]}"
        )
    yield url.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def settings(database: str, tmp_path: Path) -> JobSettings:
    return JobSettings(data_dir=tmp_path / "data", database=database)


def start_worker(settings: JobSettings, log: Path) -> subprocess.Popen[str]:
    given: dict[str, Any] = {
        "data_dir": str(settings.data_dir),
        "database": settings.database,
        "windows": WINDOWS,
        "pause_s": PAUSE_S,
        "log": str(log),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.jobs_worker", json.dumps(given)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def begun(log: Path) -> list[int]:
    lines = log.read_text().splitlines() if log.exists() else []
    return [int(line.split()[1]) for line in lines if line.startswith("begin")]


def ended(log: Path) -> list[int]:
    lines = log.read_text().splitlines() if log.exists() else []
    return [int(line.split()[1]) for line in lines if line.startswith("end")]


def test_two_workers_share_a_recording_and_one_takes_over_from_the_other(
    settings: JobSettings, tmp_path: Path
) -> None:
    logs = [tmp_path / "one", tmp_path / "other"]
    jobs = Jobs(settings)
    workers = [start_worker(settings, log) for log in logs]
    try:
        job = submit(jobs, recording_of(long_story(WINDOWS)))
        while not all(len(ended(log)) >= 3 for log in logs):
            time.sleep(0.02)
        while len(begun(logs[0])) == len(ended(logs[0])):
            time.sleep(0.005)  # until it is at a window
        workers[0].send_signal(signal.SIGKILL)
        workers[0].wait()
        watch(jobs, job.job_id)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
            assert worker.stdout is not None
            worker.stdout.close()
    story = long_story(WINDOWS)
    models, chosen = choose_fake(story, LoggingTranscriber(story))(Wish())
    expected = service.transcribe(BytesSource(recording_of(story)), chosen, models)
    assert jobs.transcript(OWNER, job.job_id) == expected
    both = set(begun(logs[0])) & set(begun(logs[1]))
    assert both, "the windows that the dead worker was at were done by the other"
    assert len(both) <= 2, "and no more than those"
    jobs.close()


def test_the_api_is_the_same_there(settings: JobSettings) -> None:
    jobs = Jobs(settings)
    new = NewJob(request_id="once", display_name="a.wav")
    first = jobs.create("me", new)
    assert jobs.create("me", new) == first
    second = jobs.create("me", NewJob(display_name="b.wav"))
    page, token = jobs.list("me", 1)
    assert page == [second]
    assert jobs.list("me", 1, token) == ([first], "")
    assert jobs.list("me", states=[JobState.FAILED]) == ([], "")
    assert jobs.count_active("me") == 2
    assert jobs.cancel("me", first.job_id).state is JobState.CANCELLED
    assert jobs.count_active("me") == 1
    queued = submit(jobs, b"x" * 1000, owner="me")
    assert queued.state is JobState.QUEUED
    for job in (first, second, queued):
        jobs.delete("me", job.job_id)
    assert jobs.list("me") == ([], "")
    jobs.close()
