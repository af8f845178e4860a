"""What is counted of a session, and what is asked of the database."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from audiosvc.errors import OutputError
from audiosvc.events import Finished
from audiosvc.jobs import JobSettings, JobState
from audiosvc.jobs.counts import Counts
from audiosvc.server.figures import Figures, count_job
from audiosvc.server.job_figures import JobFigures
from audiosvc.server.metrics import Metrics
from audiosvc.spans import Span
from audiosvc.types import Coverage, Notice, Transcript
from tests.fakes.server import serving


def finished(*codes: str, duration_s: float = 60.0, missed_s: float = 0.0) -> Finished:
    missed = (Span(0.0, missed_s),) if missed_s else ()
    notices = tuple(Notice(code, "…") for code in codes)
    coverage = Coverage(missed=missed)
    return Finished(Transcript((), (), "en", duration_s, coverage, "fake", notices=notices))


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Database:
    """Counts how often it is asked. counts: None, it is down."""

    def __init__(self, counts: Counts | None) -> None:
        self.counts = counts
        self.asked = 0

    def __call__(self) -> Counts:
        self.asked += 1
        if self.counts is None:
            raise OutputError("The database of jobs cannot be asked: it is down.")
        return self.counts


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_a_recording_tells_how_long_it_took_for_each_second() -> None:
    metrics, clock = Metrics(), Clock()
    figures = Figures(metrics, "recording", clock)
    clock.now_s += 15.0
    figures.count(finished(duration_s=60.0))
    assert value(metrics, "audiosvc_realtime_factor_sum") == pytest.approx(0.25)
    assert value(metrics, "audiosvc_realtime_factor_bucket", le="0.3") == 1.0
    assert value(metrics, "audiosvc_realtime_factor_bucket", le="0.2") == 0.0


def test_a_live_stream_and_an_empty_recording_have_no_such_factor() -> None:
    metrics = Metrics()
    Figures(metrics, "live").count(finished())
    Figures(metrics, "recording").count(finished(duration_s=0.0))
    assert value(metrics, "audiosvc_realtime_factor_count") == 0.0


def test_what_was_written_again_and_what_was_missed_is_counted() -> None:
    metrics = Metrics()
    codes = ("text_retried", "audio_damaged", "retried", "text_left_out")
    Figures(metrics, "recording").count(finished(*codes, missed_s=2.5))
    assert value(metrics, "audiosvc_window_retries_total", mode="recording") == 3.0
    assert value(metrics, "audiosvc_coverage_missed_seconds_total", mode="recording") == 2.5


def test_jobs_are_asked_for_when_prometheus_comes_and_not_too_often() -> None:
    registry, clock = CollectorRegistry(), Clock()
    database = Database(Counts({JobState.QUEUED: 7, JobState.RUNNING: 2}, 3, 1))
    registry.register(JobFigures(database, clock))
    assert database.asked == 0
    lines = generate_latest(registry).decode().splitlines()
    assert {
        "audiosvc_database_up 1.0",
        'audiosvc_jobs{state="queued"} 7.0',
        'audiosvc_jobs{state="running"} 2.0',
        "audiosvc_workers 3.0",
        "audiosvc_job_faults 1.0",
    } <= set(lines)
    generate_latest(registry)
    assert database.asked == 1
    clock.now_s += 1.0
    generate_latest(registry)
    assert database.asked == 2


def test_a_database_that_is_down_is_one_figure_and_hides_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    metrics = Metrics()
    metrics.registry.register(JobFigures(Database(None)))
    text = generate_latest(metrics.registry).decode()
    assert "audiosvc_database_up 0.0" in text.splitlines()
    assert "audiosvc_models_loaded 0.0" in text.splitlines()
    assert "audiosvc_jobs{" not in text
    assert "it is down" in caplog.text


def test_a_server_tells_all_of_it(tmp_path: Path) -> None:
    jobs = JobSettings(data_dir=tmp_path)
    with (
        serving(tmp_path, jobs=jobs, workers=False) as server,
        urllib.request.urlopen(f"{server.http}/metrics") as page,
    ):
        lines = page.read().decode().splitlines()
    assert {"audiosvc_database_up 1.0", "audiosvc_workers 0.0"} <= set(lines)
    assert 'audiosvc_jobs{state="queued"} 0.0' in lines
    (load_s,) = [line for line in lines if line.startswith("audiosvc_model_load_seconds{")]
    assert load_s.startswith('audiosvc_model_load_seconds{model="whisper-base"}')
    assert float(load_s.split()[1]) >= 0.0


def test_a_job_that_was_finished_here_counts_with_what_it_lost() -> None:
    metrics = Metrics()
    count_job(metrics, finished("retried", duration_s=90.0, missed_s=2.5).transcript)
    value = metrics.registry.get_sample_value
    told = {
        "audiosvc_audio_seconds_received_total": 90.0,
        "audiosvc_audio_seconds_processed_total": 90.0,
        "audiosvc_coverage_missed_seconds_total": 2.5,
    }
    assert {name: value(name, {"mode": "job"}) for name in told} == told
    assert value("audiosvc_segments_total", {"mode": "job"}) == 0
