"""Jobs and their events as rows."""

from __future__ import annotations

import base64
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audiosvc.errors import (
    JobConflict,
    JobNotFound,
    JobNotReady,
    OptionError,
    OutputError,
    QuotaExceeded,
)
from audiosvc.events import SpeakersMerged
from audiosvc.jobs import (
    Failure,
    JobProgress,
    Jobs,
    JobSettings,
    JobState,
    NewJob,
    StateChanged,
)
from audiosvc.jobs.database import Database
from audiosvc.jobs.journal import Change
from audiosvc.jobs.stores import Stores
from audiosvc.wire.config import Wish


def test_a_request_makes_one_job_however_often_it_comes(stores: Stores) -> None:
    jobs = Jobs(stores.settings)
    new = NewJob("r", "a.wav", Wish(language="en"), None, 100)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: jobs.create("me", new), range(8)))
    assert len({job.job_id for job in made}) == 1
    assert jobs.create("you", new).job_id != made[0].job_id
    with pytest.raises(JobConflict):
        jobs.create("me", NewJob("r", "a.wav", Wish(language="de"), None, 100))
    assert jobs.create("me", NewJob()).job_id != jobs.create("me", NewJob()).job_id
    jobs.close()


def test_a_quota_counts_jobs_that_have_not_ended(stores: Stores) -> None:
    jobs = Jobs(stores.settings)
    first = jobs.create("me", NewJob("r"), at_most=1)
    assert jobs.create("me", NewJob("r"), at_most=1) == first
    with pytest.raises(QuotaExceeded):
        jobs.create("me", NewJob("s"), at_most=1)
    jobs.create("you", NewJob(), at_most=1)
    jobs.cancel("me", first.job_id)
    jobs.create("me", NewJob("s"), at_most=1)
    jobs.close()


def test_ids_tell_nothing_and_cannot_be_guessed(stores: Stores) -> None:
    made = [stores.jobs.create("me", NewJob(display_name="x"), 1.0) for _ in range(20)]
    ids = {job.job_id for job in made} | {job.upload.upload_id for job in made}
    assert len(ids) == 40
    assert all(len(one) == 36 and one[14] == "4" for one in ids)


def test_names_have_a_length_and_are_kept_as_they_are(stores: Stores) -> None:
    name = "../../etc/passwd \N{SNOWMAN}"
    for refused in ("x" * 1001, "no database holds \0"):
        with pytest.raises(OptionError):
            stores.jobs.create("me", NewJob(display_name=refused), 1.0)
    assert stores.jobs.create("me", NewJob(display_name=name), 1.0).display_name == name


def test_pages_hold_every_job_once_newest_first(stores: Stores) -> None:
    made = [stores.jobs.create("me", NewJob(), float(n // 2)).job_id for n in range(7)]
    stores.jobs.create("you", NewJob(), 3.0)
    found, token, pages = [], "", 0
    while pages == 0 or token:
        page, token = stores.jobs.list("me", 2, token, ())
        found += page
        pages += 1
    assert pages == 4
    assert sorted(job.job_id for job in found) == sorted(made)
    times = [job.create_time_s for job in found]
    assert times == sorted(times, reverse=True)


def token_of(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode()


@pytest.mark.parametrize(
    "token",
    [
        *("x", "%%", "WzFd", "e30=", "\u2603"),
        token_of("[" * 5000),
        token_of(json.dumps([10**400, "a"])),
        token_of(json.dumps([1, "a\0"])),
    ],
)
def test_a_token_of_somebody_elses_is_refused(stores: Stores, token: str) -> None:
    with pytest.raises(OptionError):
        stores.jobs.list("me", 2, token, ())


def test_what_no_id_can_be_is_not_even_looked_for(stores: Stores) -> None:
    for name in ("", "a\0b", "../x", "x" * 200):
        with pytest.raises(JobNotFound):
            stores.jobs.get("me", name)
        with pytest.raises(JobNotFound):
            stores.jobs.get_by_upload("me", name)


def test_a_job_that_waits_for_its_audio_is_said_anew(stores: Stores) -> None:
    jobs = Jobs(stores.settings)
    job = jobs.create("me", NewJob())
    new = NewJob("r", "b.wav", Wish(language="de"))
    amended = jobs.amend("me", job.job_id, new)
    assert (amended.job_id, amended.wish, amended.display_name) == (job.job_id, new.wish, "b.wav")
    assert jobs.create("me", new).job_id == job.job_id
    again = jobs.create("me", NewJob())
    assert jobs.amend("me", again.job_id, new).job_id == job.job_id
    with pytest.raises(JobNotFound):
        jobs.get("me", again.job_id)
    other = jobs.create("me", NewJob())
    with pytest.raises(JobConflict):
        jobs.amend("me", other.job_id, NewJob("r", "c.wav"))
    with pytest.raises(JobNotFound):
        jobs.amend("you", other.job_id, NewJob())
    jobs.cancel("me", other.job_id)
    with pytest.raises(JobNotReady):
        jobs.amend("me", other.job_id, NewJob())
    jobs.close()


def test_events_are_numbered_and_told_once(stores: Stores) -> None:
    job_id = stores.jobs.create("me", NewJob(), 1.0).job_id
    merged = [SpeakersMerged("S1", "S2"), SpeakersMerged("S1", "S3")]
    for _ in range(3):
        assert stores.journal.append(job_id, "window-0", merged, JobProgress(windows_done=1))
    stores.journal.append(job_id, "window-1", [], JobProgress(windows_done=2))
    found = stores.journal.read(job_id, 0)
    assert [event.cursor for event in found] == [1, 2, 3, 4, 5]
    assert [event.event for event in found[1:3]] == merged
    assert stores.journal.read(job_id, 3) == found[3:]
    assert stores.jobs.get("me", job_id).progress.windows_done == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.lists(st.integers(0, 5), max_size=20), st.integers(1, 3))
def test_a_watcher_misses_and_repeats_nothing(
    stores: Stores, batches: list[int], every: int
) -> None:
    job_id = stores.jobs.create("me", NewJob(), 1.0).job_id
    seen: list[int] = []
    for place, batch in enumerate(batches):
        stores.journal.append(job_id, f"b{batch}", [SpeakersMerged("S1", str(batch))])
        if place % every == 0:
            seen += [event.cursor for event in stores.journal.read(job_id, seen[-1] if seen else 0)]
    seen += [event.cursor for event in stores.journal.read(job_id, seen[-1] if seen else 0)]
    assert seen == list(range(1, len(set(batches)) + 2))


def test_nothing_happens_to_a_job_that_has_ended(stores: Stores) -> None:
    job_id = stores.jobs.create("me", NewJob(), 1.0).job_id
    failed = Change(JobState.FAILED, Failure("A", "b"))
    assert stores.journal.move(job_id, failed, 2.0)
    for state in JobState:
        assert not stores.journal.move(job_id, Change(state), 3.0)
    assert not stores.journal.append(job_id, "b", [SpeakersMerged("S1", "S2")])
    found = stores.journal.read(job_id, 0)
    assert [event.event for event in found] == [
        StateChanged(JobState.UPLOADING),
        StateChanged(JobState.FAILED, Failure("A", "b")),
    ]
    assert [event.is_last for event in found] == [False, True]
    assert stores.jobs.get("me", job_id).end_time_s == 2.0


def test_events_of_a_job_that_is_gone_go_nowhere(stores: Stores) -> None:
    assert not stores.journal.append("gone", "b", [SpeakersMerged("S1", "S2")])
    assert stores.journal.read("gone", 0) == []
    with pytest.raises(JobNotFound):
        stores.jobs.get("me", "gone")


def test_nobody_but_the_user_may_read(stores: Stores) -> None:
    assert stores.settings.data_dir.stat().st_mode & 0o077 == 0


def test_a_database_that_cannot_be_is_told(tmp_path: Path) -> None:
    for url in ("nonsense", "mysql://host/name", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(OptionError):
            Database(url)
    (tmp_path / "file").write_text("this is no database, however long one looks at it")
    with pytest.raises(OutputError, match="cannot be used"):
        Database(f"sqlite:///{tmp_path / 'file'}")
    with pytest.raises(OutputError) as refused:
        Database("postgresql://me:secret@127.0.0.1:1/none")
    assert "secret" not in str(refused.value)


def test_deleted_text_is_overwritten(stores: Stores) -> None:
    jobs = [stores.jobs.create("me", NewJob(display_name=f"quartz {n}"), 1.0) for n in range(50)]
    path = stores.settings.data_dir / "jobs.sqlite"
    sqlite3.connect(path).close()
    for job in jobs:
        stores.delete(job.job_id)
    left = b"".join(file.read_bytes() for file in path.parent.glob("jobs.sqlite*"))
    assert b"quartz" not in left
    assert all(job.job_id.encode() not in left for job in jobs)


def test_settings_have_units_and_places(tmp_path: Path) -> None:
    settings = JobSettings(data_dir=tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/jobs.sqlite"
    assert settings.spool_url == f"{tmp_path}/spool"
    assert JobSettings(spool="s3://bucket/place").spool_url == "s3://bucket/place"
    assert Path(JobSettings(spool="here").spool_url).is_absolute()
