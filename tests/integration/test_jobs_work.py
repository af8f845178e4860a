"""Jobs with a worker in the same process, on SQLite, with fakes for the models."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from audiosvc import service
from audiosvc.audio.sources import BytesSource
from audiosvc.errors import JobFailed, JobNotFound, JobNotReady
from audiosvc.events import SegmentReady, SegmentRevised
from audiosvc.jobs import Jobs, JobSettings, JobState, NewJob, StateChanged, Worker
from audiosvc.jobs.retention import sweep
from audiosvc.jobs.stores import Stores
from audiosvc.jobs.work import Choose
from audiosvc.settings import Settings
from audiosvc.types import Hints
from audiosvc.wire.config import Pcm, Wish
from tests.fakes.jobs import (
    OWNER,
    UNMISTAKABLE,
    LoggingTranscriber,
    choose_fake,
    long_story,
    recording_of,
    submit,
    watch,
)

STORY = long_story(5)
AUDIO = recording_of(STORY)


class Bench:
    """A place for jobs, and workers at it."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.settings = JobSettings(
            data_dir=folder / "data",
            poll_s=0.05,
            **settings,  # type: ignore[arg-type]
        )
        self.jobs = Jobs(self.settings)
        self._worker: Worker | None = None

    def work(self, choose: Choose | None = None) -> Worker:
        choose = choose or choose_fake(STORY, LoggingTranscriber(STORY))
        self._worker = Worker(Settings(), self.settings, choose=choose)
        self._worker.start()
        return self._worker

    def stop(self) -> None:
        if self._worker:
            self._worker.drain(10.0)
            self._worker.close()
            self._worker = None

    def close(self) -> None:
        self.stop()
        self.jobs.close()

    def holds(self, word: str) -> list[str]:
        """The files in which a word still lies."""
        files = [path for path in self.settings.data_dir.rglob("*") if path.is_file()]
        return [path.name for path in files if word.encode() in path.read_bytes()]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(**settings: object) -> Bench:
        made.append(Bench(tmp_path, **settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_job_gives_what_transcribe_gives(bench: Callable[..., Bench]) -> None:
    place = bench()
    choose = choose_fake(STORY, LoggingTranscriber(STORY))
    place.work(choose)
    wish = Wish(hints=Hints(hotwords=("Duguid",)), start_s=3.0, end_s=17.5)
    job = submit(place.jobs, AUDIO, new=NewJob(display_name="a.wav", wish=wish))
    events = watch(place.jobs, job.job_id)
    states = [event.event.state.value for event in events if isinstance(event.event, StateChanged)]
    assert states == ["uploading", "queued", "running", "succeeded"]
    models, settings = choose(wish)
    expected = service.transcribe(BytesSource(AUDIO, start_s=3.0, end_s=17.5), settings, models)
    found = place.jobs.transcript(OWNER, job.job_id)
    assert found == expected
    done = place.jobs.get(OWNER, job.job_id)
    assert done.result is not None
    assert done.result.summary == replace(found, segments=(), turns=())
    assert done.result.segment_count == len(found.segments)
    assert (done.progress.windows_done, done.progress.windows_total) == (4, 4)
    assert done.create_time_s < (done.start_time_s or 0.0) < (done.end_time_s or 0.0)
    held = {
        event.event.segment.id: event.event.segment
        for event in events
        if isinstance(event.event, (SegmentReady, SegmentRevised))
    }
    assert tuple(one for one in held.values() if one.text) == found.segments


def test_raw_samples_are_taken_as_the_caller_says(bench: Callable[..., Bench]) -> None:
    place = bench()
    place.work()
    new = NewJob(pcm=Pcm(16_000, 1, "s16le"))
    job = submit(place.jobs, AUDIO[44:], new=new)
    watch(place.jobs, job.job_id)
    assert len(place.jobs.transcript(OWNER, job.job_id).segments) == 5


@pytest.mark.parametrize("spool", ["memory://jobs-test", None])
def test_audio_goes_after_success_wherever_it_lies(
    bench: Callable[..., Bench], spool: str | None
) -> None:
    place = bench(spool=spool)
    place.work()
    job = submit(place.jobs, AUDIO)
    watch(place.jobs, job.job_id)
    stores = Stores(place.settings)
    end_s = time.monotonic() + 5.0
    while job.job_id in stores.spool.list_jobs() and time.monotonic() < end_s:
        time.sleep(0.02)
    assert job.job_id not in stores.spool.list_jobs()
    stores.close()


def test_what_is_deleted_is_nowhere_any_more(bench: Callable[..., Bench]) -> None:
    place = bench(delete_audio_after_success=False)
    place.work()
    kept = submit(place.jobs, recording_of(long_story(1)))
    watch(place.jobs, kept.job_id)
    job = submit(place.jobs, AUDIO, new=NewJob(display_name="unspeakable.wav"))
    watch(place.jobs, job.job_id)
    assert place.holds(UNMISTAKABLE)
    assert place.holds("RIFF")
    place.jobs.delete(OWNER, job.job_id)
    place.jobs.delete(OWNER, kept.job_id)
    place.stop()
    assert place.holds(UNMISTAKABLE) == []
    assert place.holds("unspeakable") == []
    assert place.holds(job.job_id) == []
    assert place.holds("RIFF") == []
    with pytest.raises(JobNotFound):
        place.jobs.get(OWNER, job.job_id)


def test_what_the_parts_gave_goes_when_the_job_has_ended(bench: Callable[..., Bench]) -> None:
    place = bench()
    place.work()
    job = submit(place.jobs, AUDIO)
    watch(place.jobs, job.job_id)
    place.stop()
    stores = Stores(place.settings)
    assert stores.engine.look(f"{job.job_id}-w0").is_done
    sweep(stores)
    assert not stores.engine.look(f"{job.job_id}-w0").is_done
    assert not stores.engine.look(job.job_id).is_done
    assert len(place.jobs.transcript(OWNER, job.job_id).segments) == 5
    stores.close()


def test_a_file_that_is_no_audio_fails_its_own_job_at_once(bench: Callable[..., Bench]) -> None:
    place = bench()
    place.work()
    bad = submit(place.jobs, b"no audio at all " * 100, new=NewJob(display_name="../bad.wav"))
    good = submit(place.jobs, AUDIO)
    watch(place.jobs, good.job_id)
    watch(place.jobs, bad.job_id)
    found = place.jobs.get(OWNER, bad.job_id)
    assert found.state is JobState.FAILED
    assert found.failure is not None
    assert found.failure.reason == "AUDIO_UNREADABLE"
    assert str(place.settings.data_dir) not in found.failure.message
    assert place.jobs.get(OWNER, good.job_id).state is JobState.SUCCEEDED
    with pytest.raises(JobFailed, match="not audio"):
        place.jobs.transcript(OWNER, bad.job_id)


def test_a_recording_that_is_too_long_says_so(bench: Callable[..., Bench]) -> None:
    place = bench(max_audio_s=10.0)
    place.work()
    job = submit(place.jobs, AUDIO)
    watch(place.jobs, job.job_id)
    failure = place.jobs.get(OWNER, job.job_id).failure
    assert failure is not None
    assert failure.reason == "AUDIO_TOO_LONG"


def test_a_window_that_fails_is_tried_again(bench: Callable[..., Bench]) -> None:
    place, tried = bench(), []

    def before(number: int) -> None:
        tried.append(number)
        if number == 2 and tried.count(2) < 3:
            raise RuntimeError("a secret in /etc/passwd")

    place.work(choose_fake(STORY, LoggingTranscriber(STORY, before=before)))
    job = submit(place.jobs, AUDIO)
    watch(place.jobs, job.job_id)
    assert tried.count(2) == 3
    assert len(tried) == len(set(tried)) + 2, "no other window was tried again"
    assert len(place.jobs.transcript(OWNER, job.job_id).segments) == 5


def test_a_window_that_always_fails_fails_the_job_with_the_reason(
    bench: Callable[..., Bench],
) -> None:
    place = bench(attempts=2)

    def before(number: int) -> None:
        if number == 2:
            raise RuntimeError("out of luck")

    place.work(choose_fake(STORY, LoggingTranscriber(STORY, before=before)))
    job = submit(place.jobs, AUDIO)
    events = watch(place.jobs, job.job_id)
    failure = place.jobs.get(OWNER, job.job_id).failure
    assert failure is not None
    assert (failure.reason, "out of luck" in failure.message) == ("MODEL_FAILED", True)
    assert isinstance(events[-1].event, StateChanged)
    assert events[-1].event.failure == failure


def test_a_job_is_cancelled_while_a_window_runs(bench: Callable[..., Bench]) -> None:
    place, begun, go_on = bench(), threading.Event(), threading.Event()

    def before(number: int) -> None:
        begun.set()
        go_on.wait(10)

    place.work(choose_fake(STORY, LoggingTranscriber(STORY, before=before)))
    job = submit(place.jobs, AUDIO)
    with pytest.raises(JobNotReady):
        place.jobs.transcript(OWNER, job.job_id)
    assert begun.wait(10)
    assert place.jobs.cancel(OWNER, job.job_id).state is JobState.CANCELLED
    go_on.set()
    events = watch(place.jobs, job.job_id)
    place.stop()
    assert place.jobs.events(OWNER, job.job_id, events[-1].cursor) == []
    assert place.jobs.get(OWNER, job.job_id).state is JobState.CANCELLED
    assert place.jobs.cancel(OWNER, job.job_id).state is JobState.CANCELLED
    with pytest.raises(JobFailed):
        place.jobs.transcript(OWNER, job.job_id)


def test_a_job_that_is_deleted_while_it_runs_leaves_nothing(bench: Callable[..., Bench]) -> None:
    place, begun, go_on = bench(), threading.Event(), threading.Event()

    def before(number: int) -> None:
        begun.set()
        go_on.wait(10)

    place.work(choose_fake(STORY, LoggingTranscriber(STORY, before=before)))
    job = submit(place.jobs, AUDIO)
    assert begun.wait(10)
    place.jobs.delete(OWNER, job.job_id)
    go_on.set()
    place.stop()
    assert place.holds(UNMISTAKABLE) == []
    assert place.holds(job.job_id) == []


def test_a_worker_that_comes_later_finds_the_job(bench: Callable[..., Bench]) -> None:
    place = bench()
    job = submit(place.jobs, AUDIO)
    assert place.jobs.get(OWNER, job.job_id).state is JobState.QUEUED
    place.work()
    watch(place.jobs, job.job_id)


def test_old_jobs_and_abandoned_uploads_go(bench: Callable[..., Bench]) -> None:
    place = bench(keep_jobs_days=1.0, abandon_uploads_hours=2.0)
    place.work()
    job = submit(place.jobs, AUDIO)
    watch(place.jobs, job.job_id)
    place.stop()
    abandoned = place.jobs.create(OWNER, NewJob())

    class Later(Stores):
        hours = 1.0

        def now_s(self) -> float:
            return time.time() + self.hours * 3600.0

    stores = Later(place.settings)
    sweep(stores)
    assert {one.job_id for one in place.jobs.list(OWNER)[0]} == {job.job_id, abandoned.job_id}
    stores.hours = 3.0
    sweep(stores)
    assert {one.job_id for one in place.jobs.list(OWNER)[0]} == {job.job_id}
    stores.hours = 25.0
    sweep(stores)
    assert place.jobs.list(OWNER)[0] == []
    stores.close()


def test_silence_is_a_result(bench: Callable[..., Bench]) -> None:
    place = bench()
    silent = long_story(0)
    place.work(choose_fake(silent, LoggingTranscriber(silent)))
    job = submit(place.jobs, AUDIO)
    watch(place.jobs, job.job_id)
    found = place.jobs.transcript(OWNER, job.job_id)
    assert (found.segments, found.language) == ((), None)
    assert [notice.code for notice in found.notices] == ["no_speech"]
