"""Workers are killed, and nothing that was done is lost or done again."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from audiosvc import service
from audiosvc.audio.sources import BytesSource
from audiosvc.jobs import Jobs, JobSettings, JobState
from audiosvc.jobs.database import Database
from audiosvc.jobs.engine import Engine
from audiosvc.types import Transcript
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

KILLS, WINDOWS, PAUSE_S = 20, 140, 0.15


@contextmanager
def worker(log: Path, *, wait: bool = True, **given: Any) -> Iterator[subprocess.Popen[str]]:
    """A worker in a process of its own, killed at the end."""
    words = json.dumps({"log": str(log), "pause_s": PAUSE_S, "windows": WINDOWS, **given})
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.jobs_worker", words],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    try:
        if wait:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def undisturbed(windows: int) -> Transcript:
    """The same recording, transcribed in one go."""
    story = long_story(windows)
    models, settings = choose_fake(story, LoggingTranscriber(story))(Wish())
    return service.transcribe(BytesSource(recording_of(story)), settings, models)


def finished_windows(database: Database, job_id: str, count: int) -> set[int]:
    """The windows whose results are kept for good."""
    engine = Engine(database)
    found = {n for n in range(count) if engine.look(f"{job_id}-w{n}").is_done}
    engine.close()
    return found


def begun(log: Path) -> list[int]:
    lines = log.read_text().splitlines() if log.exists() else []
    return [int(line.split()[1]) for line in lines if line.startswith("begin")]


def test_a_job_outlives_twenty_kills_and_no_finished_window_runs_again(tmp_path: Path) -> None:
    chance = random.Random(20)
    log = tmp_path / "log"
    settings = JobSettings(data_dir=tmp_path / "data")
    jobs = Jobs(settings)
    database = Database(settings.database_url)
    job = submit(jobs, recording_of(long_story(WINDOWS)))
    done: set[int] = set()
    disturbed = 0
    for _ in range(KILLS):
        seen = len(begun(log))
        with worker(log, wait=False, data_dir=str(settings.data_dir)) as process:
            time.sleep(chance.uniform(0.6, 2.1))
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert not done & set(begun(log)[seen:]), "a finished window was begun again"
        done = finished_windows(database, job.job_id, WINDOWS)
        disturbed += jobs.get(OWNER, job.job_id).state is not JobState.SUCCEEDED
    assert disturbed >= KILLS - 2, f"the job was done after {disturbed} kills: make it longer"
    seen = len(begun(log))
    with worker(log, data_dir=str(settings.data_dir)):
        events = watch(jobs, job.job_id, timeout_s=60)
    assert not done & set(begun(log)[seen:])
    assert jobs.get(OWNER, job.job_id).state is JobState.SUCCEEDED, events[-1]
    assert jobs.transcript(OWNER, job.job_id) == undisturbed(WINDOWS)
    database.close()
    jobs.close()


def test_a_recording_that_the_process_falls_over_fails_alone(tmp_path: Path) -> None:
    """Its neighbour was at work when the process fell, and is blamed for nothing."""
    log, windows, bad = tmp_path / "log", 10, 8
    settings = JobSettings(data_dir=tmp_path / "data")
    jobs = Jobs(settings)
    good = submit(jobs, recording_of(long_story(4)))  # has no window of that number
    poisoned = submit(jobs, recording_of(long_story(windows)))
    falls = 0
    while not all(jobs.get(OWNER, one.job_id).state.is_final for one in (good, poisoned)):
        given = {"data_dir": str(settings.data_dir), "windows": windows, "falls_over": bad}
        with worker(log, wait=False, **given) as process:
            end_s = time.monotonic() + 20.0
            while process.poll() is None and time.monotonic() < end_s:
                if all(jobs.get(OWNER, one.job_id).state.is_final for one in (good, poisoned)):
                    break
                time.sleep(0.05)
            falls += process.poll() == -signal.SIGABRT
        assert falls <= settings.attempts
    assert falls == settings.attempts
    assert jobs.get(OWNER, good.job_id).state is JobState.SUCCEEDED
    assert jobs.transcript(OWNER, good.job_id).text.count("turn") == 4
    failed = jobs.get(OWNER, poisoned.job_id)
    assert failed.state is JobState.FAILED
    assert failed.failure is not None
    assert failed.failure.reason == "MODEL_FAILED"
    assert "3 times" in failed.failure.message
    jobs.close()


def test_a_worker_that_is_told_to_stop_ends_what_it_has_begun(tmp_path: Path) -> None:
    log = tmp_path / "log"
    settings = JobSettings(data_dir=tmp_path / "data")
    jobs = Jobs(settings)
    job = submit(jobs, recording_of(long_story(20)))
    given = {"data_dir": str(settings.data_dir), "windows": 20}
    with worker(log, **given) as process:
        while not begun(log):
            time.sleep(0.02)
        process.terminate()
        assert process.wait(15) == 0
    lines = log.read_text().splitlines()
    assert sorted(n.split()[1] for n in lines if n.startswith("begin")) == sorted(
        n.split()[1] for n in lines if n.startswith("end")
    )
    with worker(log, **given):
        watch(jobs, job.job_id)
    assert len(begun(log)) == len(set(begun(log))) >= 20, "each window once, over both workers"
    jobs.close()
