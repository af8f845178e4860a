"""How many jobs there are, of all owners, for those who run the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from audiosvc.errors import OutputError
from audiosvc.jobs import schema
from audiosvc.jobs.database import Database
from audiosvc.jobs.records import JobState


@dataclass(frozen=True, slots=True)
class Counts:
    """At one moment. jobs: those that are kept, in every state.

    workers: all that have not been found dead. faults: attempts that failed, or that a process fell
    over, at what is not done yet.
    """

    jobs: Mapping[JobState, int]
    workers: int
    faults: int


def count(database: Database) -> Counts:
    """Three short queries. Raises OutputError when the database cannot be asked."""
    states = sa.select(schema.jobs.c.state, sa.func.count()).group_by(schema.jobs.c.state)
    workers = sa.select(sa.func.count()).select_from(schema.workers)
    faults = sa.select(sa.func.coalesce(sa.func.sum(schema.attempts.c.faults), 0))
    try:
        with database.begin() as connection:
            found = {state: int(number) for state, number in connection.execute(states)}
            return Counts(
                {state: found.get(state.value, 0) for state in JobState},
                connection.execute(workers).scalar_one(),
                int(connection.execute(faults).scalar_one()),
            )
    except (SQLAlchemyError, RuntimeError) as error:  # RuntimeError: it was closed before
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0].rstrip(".")
        raise OutputError(f"The database of jobs cannot be asked: {reason}.") from error
