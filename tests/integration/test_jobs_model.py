"""The real worker with the real models: killed, started again, told to stop."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

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


def start(data_dir: Path) -> tuple[subprocess.Popen[str], str]:
    """The worker, and where its figures are."""
    words = [sys.executable, "-c", COMMAND, "--data-dir", str(data_dir), "--model", "base"]
    words += ["--metrics", "127.0.0.1:0"]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    ready = re.fullmatch(
        r"audiosvc: worker ready; figures at (http:.*)\n", process.stderr.readline()
    )
    assert ready
    return process, ready[1]


def figures(url: str) -> dict[str, float]:
    """Of jobs, by name."""
    with urllib.request.urlopen(url, timeout=10) as response:
        text = response.read().decode()
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.labels.get("mode") == "job"
    }


@pytest.mark.model
def test_a_meeting_outlives_a_kill_and_reads_the_same(tmp_path: Path, sample_meeting: Path) -> None:
    settings = JobSettings(data_dir=tmp_path / "data")
    jobs = Jobs(settings)
    process, url = start(settings.data_dir)
    assert figures(url) == {}
    new = NewJob(display_name="meeting.flac", wish=Wish(end_s=END_S))
    job = submit(jobs, sample_meeting.read_bytes(), new=new)
    seen: list[object] = []
    while not any(isinstance(event, SegmentReady) for event in seen):
        events = jobs.events(OWNER, job.job_id, len(seen), wait_s=10.0)
        seen += [event.event for event in events]
    assert jobs.get(OWNER, job.job_id).state is JobState.RUNNING, "a window is still at work"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    process, url = start(settings.data_dir)
    watched = watch(jobs, job.job_id, timeout_s=120.0)
    assert [event.event for event in watched][: len(seen)] == seen
    with FileSource(sample_meeting, end_s=END_S) as source:
        expected = service.transcribe(source, Settings())
    assert jobs.transcript(OWNER, job.job_id) == expected
    counted = figures(url)
    assert counted["audiosvc_segments_total"] == len(expected.segments)
    assert counted["audiosvc_audio_seconds_processed_total"] == pytest.approx(END_S)
    process.terminate()
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert said.splitlines()[-1] == "audiosvc: worker stopped"
    assert os.listdir(settings.data_dir / "crashes") == []  # noqa: PTH208 - as short
    jobs.close()
