"""Uploads: resumable, checked, bounded."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import google_crc32c
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiosvc.errors import (
    JobNotFound,
    JobNotReady,
    OptionError,
    OutputError,
    StorageFull,
    TooLarge,
    UploadCorrupt,
    UploadMisplaced,
)
from audiosvc.jobs import Job, Jobs, JobSettings, JobState, NewJob, spool_local
from audiosvc.jobs.spool import Spool, open_spool

DATA = bytes(range(256)) * 3


@pytest.fixture(params=["folder", "memory"])
def jobs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Jobs]:
    place = None if request.param == "folder" else f"memory://{tmp_path.name}"
    limits = {"max_upload_bytes": 1000, "max_spool_bytes": 2500}
    made = Jobs(JobSettings(data_dir=tmp_path / "data", spool=place, **limits))
    yield made
    made.close()


def send(jobs: Jobs, job: Job, at: int, data: bytes, crc32c: int | None = None) -> int:
    checksum = google_crc32c.value(data) if crc32c is None else crc32c
    return jobs.append("me", job.upload.upload_id, at, data, checksum)


def finish(jobs: Jobs, job: Job, data: bytes, size_bytes: int | None = None) -> Job:
    size = len(data) if size_bytes is None else size_bytes
    return jobs.finish_upload("me", job.upload.upload_id, size, hashlib.sha256(data).digest())


def test_parts_add_up_to_the_whole(jobs: Jobs) -> None:
    job = jobs.create("me", NewJob())
    assert send(jobs, job, 0, DATA[:300]) == 300
    assert send(jobs, job, 300, DATA[300:]) == len(DATA)
    done = finish(jobs, job, DATA)
    assert done.state is JobState.QUEUED
    assert done.upload.complete
    assert finish(jobs, job, DATA) == done, "finishing again changes nothing"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 800), st.integers(0, 200)), max_size=12))
def test_whatever_comes_twice_is_kept_once(jobs: Jobs, tries: list[tuple[int, int]]) -> None:
    job = jobs.create("me", NewJob())
    committed = 0
    for at, count in tries:
        if at > committed:
            with pytest.raises(UploadMisplaced):
                send(jobs, job, at, DATA[at : at + count] + b"")
            continue
        committed = max(committed, min(len(DATA), at + count))
        assert send(jobs, job, at, DATA[at : at + count]) == committed
    send(jobs, job, committed, DATA[committed:])
    finish(jobs, job, DATA)
    jobs.delete("me", job.job_id)


def test_without_a_digest_the_size_is_what_tells(jobs: Jobs) -> None:
    job = jobs.create("me", NewJob(size_bytes=len(DATA)))
    send(jobs, job, 0, DATA[:300])
    with pytest.raises(UploadCorrupt, match="only 300"):
        jobs.finish_upload("me", job.upload.upload_id, len(DATA), None)
    send(jobs, job, 300, DATA[300:])
    done = jobs.finish_upload("me", job.upload.upload_id, len(DATA), None)
    assert (done.state, done.upload.size_bytes) == (JobState.QUEUED, len(DATA))
    short = jobs.create("me", NewJob())
    send(jobs, short, 0, DATA[:10])
    with pytest.raises(UploadCorrupt, match="size"):
        jobs.finish_upload("me", short.upload.upload_id, 9, None)


def test_a_length_is_announced_late_but_once(jobs: Jobs) -> None:
    job = jobs.create("me", NewJob())
    upload_id = job.upload.upload_id
    send(jobs, job, 0, DATA[:100])
    for size_bytes, error in ((99, OptionError), (1001, TooLarge)):
        with pytest.raises(error):
            jobs.announce("me", upload_id, size_bytes)
    for _ in range(2):
        assert jobs.announce("me", upload_id, 200).upload.size_bytes == 200
    with pytest.raises(OptionError):
        jobs.announce("me", upload_id, 300)
    with pytest.raises(JobNotFound):
        jobs.announce("you", upload_id, 200)
    send(jobs, job, 100, DATA[100:200])
    finish(jobs, job, DATA[:200])
    with pytest.raises(JobNotReady):
        jobs.announce("me", upload_id, 200)


def test_a_recording_comes_out_as_it_went_in(jobs: Jobs) -> None:
    job = jobs.create("me", NewJob())
    send(jobs, job, 0, DATA[:300])
    with pytest.raises(JobNotReady):
        jobs.open_audio("me", job.job_id)
    send(jobs, job, 300, DATA[300:])
    finish(jobs, job, DATA)
    file, size_bytes = jobs.open_audio("me", job.job_id)
    with file:
        assert (file.read(), size_bytes) == (DATA, len(DATA))
        assert file.seek(500) == 500
        assert file.read(4) == DATA[500:504]
    with pytest.raises(JobNotFound):
        jobs.open_audio("you", job.job_id)


def test_a_part_that_was_damaged_is_not_kept(jobs: Jobs) -> None:
    job = jobs.create("me", NewJob())
    send(jobs, job, 0, DATA[:100])
    with pytest.raises(UploadCorrupt, match="CRC32C"):
        send(jobs, job, 100, DATA[100:200], 12345)
    assert jobs.get("me", job.job_id).upload.committed_bytes == 100


def test_a_whole_that_was_damaged_begins_anew(jobs: Jobs) -> None:
    job = jobs.create("me", NewJob())
    send(jobs, job, 0, DATA[::-1])
    with pytest.raises(UploadCorrupt, match="SHA-256"):
        finish(jobs, job, DATA)
    assert jobs.get("me", job.job_id).upload.committed_bytes == 0
    send(jobs, job, 0, DATA)
    finish(jobs, job, DATA)


def test_a_whole_that_is_not_there_yet_keeps_what_is(jobs: Jobs) -> None:
    job = jobs.create("me", NewJob())
    send(jobs, job, 0, DATA[:100])
    with pytest.raises(UploadCorrupt, match="only 100"):
        finish(jobs, job, DATA)
    assert send(jobs, job, 100, DATA[100:]) == len(DATA)
    with pytest.raises(UploadCorrupt):
        finish(jobs, job, DATA, len(DATA) - 1)


def test_nothing_beyond_what_was_announced_or_is_allowed(jobs: Jobs) -> None:
    with pytest.raises(TooLarge):
        jobs.create("me", NewJob(size_bytes=1001))
    announced = jobs.create("me", NewJob(size_bytes=10))
    with pytest.raises(UploadMisplaced, match="announced"):
        send(jobs, announced, 0, DATA[:11])
    with pytest.raises(UploadMisplaced):
        send(jobs, announced, -1, b"x")
    unannounced = jobs.create("me", NewJob())
    with pytest.raises(TooLarge):
        send(jobs, unannounced, 0, bytes(1001))


def test_the_spool_has_an_end_and_is_free_again_when_jobs_go(jobs: Jobs) -> None:
    made = [jobs.create("me", NewJob()) for _ in range(3)]
    for job in made[:2]:
        send(jobs, job, 0, bytes(1000))
    with pytest.raises(StorageFull) as full:
        send(jobs, made[2], 0, bytes(501))
    assert full.value.retry_after_s
    send(jobs, made[2], 0, bytes(500))
    jobs.delete("me", made[0].job_id)
    assert send(jobs, made[2], 500, bytes(500)) == 1000


def test_an_upload_belongs_to_its_owner_and_ends_with_its_job(jobs: Jobs) -> None:
    job = jobs.create("me", NewJob())
    with pytest.raises(JobNotFound):
        jobs.append("you", job.upload.upload_id, 0, b"", 0)
    with pytest.raises(JobNotFound):
        jobs.finish_upload("you", job.upload.upload_id, 0, b"")
    jobs.cancel("me", job.job_id)
    with pytest.raises(JobNotReady):
        send(jobs, job, 0, b"x")
    with pytest.raises(JobNotReady):
        finish(jobs, job, b"")


def test_parts_that_come_at_once_are_kept_one_after_the_other(jobs: Jobs) -> None:
    job = jobs.create("me", NewJob())

    def attempt(_: int) -> None:
        for at in range(0, len(DATA), 64):
            send(jobs, job, at, DATA[at : at + 64])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(attempt, range(4)))
    finish(jobs, job, DATA)


def test_a_write_that_was_not_recorded_is_replaced(tmp_path: Path) -> None:
    """The process was killed between the disk and the database."""
    jobs = Jobs(JobSettings(data_dir=tmp_path / "data"))
    job = jobs.create("me", NewJob())
    send(jobs, job, 0, DATA[:100])
    open_spool(job.upload.spool).append(job.job_id, 100, b"never recorded, and longer" * 9)
    send(jobs, job, 100, DATA[100:])
    finish(jobs, job, DATA)
    jobs.close()


def test_a_full_disk_leaves_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = Jobs(JobSettings(data_dir=tmp_path / "data"))
    job = jobs.create("me", NewJob())
    send(jobs, job, 0, DATA[:100])

    def fill(file: object, data: bytes) -> None:
        os.write(file.fileno(), data[:50])  # type: ignore[attr-defined]
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(spool_local, "write_all", fill)
        with pytest.raises(StorageFull) as full:
            send(jobs, job, 100, DATA[100:])
    assert full.value.retry_after_s
    (path,) = (tmp_path / "data" / "spool").rglob("audio")
    assert path.read_bytes() == DATA[:100]
    assert jobs.get("me", job.job_id).upload.committed_bytes == 100
    send(jobs, job, 100, DATA[100:])
    finish(jobs, job, DATA)
    jobs.close()


@pytest.mark.parametrize("place", ["{}/spool", "file://{}/spool", "memory://{}"])
def test_a_spool_keeps_files_beside_the_audio(place: str, tmp_path: Path) -> None:
    spool: Spool = open_spool(place.format(tmp_path))
    spool.remove("a")
    assert spool.list_jobs() == []
    spool.append("a", 0, b"hello ")
    spool.append("a", 6, b"world")
    with spool.create("a", "pcm") as file:
        file.write(b"0123456789")
    assert spool.read("a", "pcm", 3, 4) == b"3456"
    assert spool.read("a", "pcm", 8, 4) == b"89"
    with spool.open_audio("a", 11) as file:
        assert file.seek(0, 2) == 11
        assert file.seek(4) == 4
        assert file.read(3) == b"o w"
        assert file.read() == b"orld"
        assert file.seek(-3, 1) == 8
        assert file.read(100) == b"rld"
    assert [name.rpartition("/")[2] for name in spool.list_jobs()] == ["a"]
    spool.remove_rest("a")
    with pytest.raises(OutputError, match="AUDIOSVC_SPOOL"):
        spool.read("a", "pcm", 0, 1)
    spool.remove_audio("a")
    spool.remove_audio("a")
    spool.remove("a")
    assert spool.list_jobs() == []


@pytest.mark.parametrize("place", ["{}/spool", "memory://{}-broken"])
def test_a_file_that_was_not_finished_is_not_there(place: str, tmp_path: Path) -> None:
    spool = open_spool(place.format(tmp_path))

    def write() -> None:
        with spool.create("a", "pcm") as file:
            file.write(b"half")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        write()
    with pytest.raises(OutputError):
        spool.read("a", "pcm", 0, 4)
