"""How many jobs there are."""

from __future__ import annotations

import pytest

from audiosvc.errors import OutputError
from audiosvc.jobs import Failure, Jobs, JobState, NewJob
from audiosvc.jobs.presence import Presence
from audiosvc.jobs.stores import Stores


def test_every_state_is_counted_for_all_owners(stores: Stores) -> None:
    jobs = Jobs(stores.settings)
    assert dict(jobs.counts().jobs) == dict.fromkeys(JobState, 0)
    mine = jobs.create("me", NewJob())
    jobs.create("you", NewJob())
    jobs.cancel("me", mine.job_id)
    found = jobs.counts()
    assert {state: number for state, number in found.jobs.items() if number} == {
        JobState.UPLOADING: 1,
        JobState.CANCELLED: 1,
    }
    jobs.close()


def test_workers_and_failed_attempts_are_counted(stores: Stores) -> None:
    jobs = Jobs(stores.settings)
    assert (jobs.counts().workers, jobs.counts().faults) == (0, 0)
    worker = Presence(stores.database, 15.0)
    worker.enter()
    job = jobs.create("me", NewJob())
    for _ in range(2):
        assert stores.attempts.begin(job.job_id, "window-0", worker.executor_id)
        stores.attempts.note(job.job_id, "window-0", Failure("INTERNAL", "It broke."))
    assert (jobs.counts().workers, jobs.counts().faults) == (1, 2)
    stores.attempts.finish(job.job_id, "window-0")
    worker.leave()
    assert (jobs.counts().workers, jobs.counts().faults) == (0, 0)
    jobs.close()


def test_a_database_that_is_gone_is_said(stores: Stores) -> None:
    jobs = Jobs(stores.settings)
    jobs.close()
    with pytest.raises(OutputError, match="cannot be asked"):
        jobs.counts()
