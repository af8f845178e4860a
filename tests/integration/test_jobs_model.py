"""The real worker with the real models: killed, started again, told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from audiosvc import service
from audiosvc.audio.sources import FileSource
from audiosvc.events import SegmentReady
from audiosvc.jobs import Jobs, JobSettings, JobState, NewJob
from audiosvc.settings import Settings
from audiosvc.wire.config import Wish
from tests.fakes.jobs import OWNER, submit, watch

END_S = 60.0  # a window of at most 30 s, and the rest
COMMAND = """
import typer
from audiosvc.cli.output import say_warnings
from audiosvc.cli.stopping import stopping_in_order
from audiosvc.cli.worker import worker
app = typer.Typer()
app.command()(worker)
say_warnings()
with stopping_in_order():
    app(standalone_mode=False)
"""


def start(data_dir: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", COMMAND, "--data-dir", str(data_dir), "--model", "base"]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert process.stderr.readline() == "audiosvc: worker ready\n"
    return process


@pytest.mark.model
def test_a_meeting_outlives_a_kill_and_reads_the_same(tmp_path: Path, sample_meeting: Path) -> None:
    settings = JobSettings(data_dir=tmp_path / "data")
    jobs = Jobs(settings)
    process = start(settings.data_dir)
    new = NewJob(display_name="meeting.flac", wish=Wish(end_s=END_S))
    job = submit(jobs, sample_meeting.read_bytes(), new=new)
    seen: list[object] = []
    while not any(isinstance(event, SegmentReady) for event in seen):
        events = jobs.events(OWNER, job.job_id, len(seen), wait_s=10.0)
        seen += [event.event for event in events]
    assert jobs.get(OWNER, job.job_id).state is JobState.RUNNING, "a window is still at work"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    process = start(settings.data_dir)
    watched = watch(jobs, job.job_id, timeout_s=120.0)
    assert [event.event for event in watched][: len(seen)] == seen
    with FileSource(sample_meeting, end_s=END_S) as source:
        expected = service.transcribe(source, Settings())
    assert jobs.transcript(OWNER, job.job_id) == expected
    process.terminate()
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert said.splitlines()[-1] == "audiosvc: worker stopped"
    assert os.listdir(settings.data_dir / "crashes") == []  # noqa: PTH208 - as short
    jobs.close()
