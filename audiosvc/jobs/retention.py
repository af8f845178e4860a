"""What has served its time goes: decoded audio, old jobs, uploads that nobody goes on with."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

import sqlalchemy as sa

from audiosvc.jobs import schema
from audiosvc.jobs.records import FINAL, JobState
from audiosvc.jobs.stores import Stores

HOUR_S, DAY_S = 3600.0, 86_400.0

_log = logging.getLogger("audiosvc.jobs")


def sweep(stores: Stores) -> int:
    """Clears and deletes what is due, and returns how many jobs that were.

    Several workers may sweep at once. What cannot be removed now is tried again the next time.
    """
    done = _each(stores.ended_uncleared(), stores.clear)
    done += _each(_old(stores), stores.delete)
    done += _each(_abandoned(stores), stores.delete)
    done += _each(_orphans(stores), stores.spool.remove)
    if done:
        stores.database.forget_deleted()
    return done


def _each(found: Iterable[str], remove: Callable[[str], None]) -> int:
    done = 0
    for one in found:
        try:
            remove(one)
        except Exception:  # noqa: BLE001 - the others are due as well
            _log.warning("%s could not be cleared away", one, exc_info=True)
        else:
            done += 1
    return done


def _old(stores: Stores) -> list[str]:
    days, table = stores.settings.keep_jobs_days, schema.jobs
    if not days:
        return []
    query = sa.select(table.c.id).where(
        table.c.state.in_([state.value for state in FINAL]),
        table.c.end_time_s < stores.now_s() - days * DAY_S,
    )
    return _ids(stores, query)


def _abandoned(stores: Stores) -> list[str]:
    hours, table = stores.settings.abandon_uploads_hours, schema.uploads
    if not hours:
        return []
    query = (
        sa.select(table.c.job_id)
        .join(schema.jobs, schema.jobs.c.id == table.c.job_id)
        .where(schema.jobs.c.state == JobState.UPLOADING.value)
        .where(table.c.touch_time_s < stores.now_s() - hours * HOUR_S)
    )
    return _ids(stores, query)


def _orphans(stores: Stores) -> list[str]:
    """What lies in the spool for jobs that are no more, because a worker was still at them."""
    found = stores.spool.list_jobs()  # first: a job has its row before it has anything here
    known = set(_ids(stores, sa.select(schema.jobs.c.id)))
    return [job_id for job_id in found if job_id not in known]


def _ids(stores: Stores, query: sa.Select[str]) -> list[str]:
    with stores.database.begin() as connection:
        return list(connection.execute(query).scalars())
