"""How often something was tried, counted before it is begun: the count outlives the process."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from audiosvc.jobs import codec, schema
from audiosvc.jobs.database import Database
from audiosvc.jobs.records import FINAL, Failure

_ENDED = frozenset(state.value for state in FINAL)


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of earlier attempts.

    begun: those that came to no good end. faults: those of them that failed, or that the process
    fell over; the others were cut off when it was killed. failure: of the last one, if it told.
    """

    begun: int = 0
    faults: int = 0
    failure: Failure | None = None


class Attempts:
    """Counts the attempts at each task of each job."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look(self, job_id: str, task: str) -> Tried:
        """What is known of a task."""
        table = schema.attempts
        query = sa.select(table).where(table.c.job_id == job_id, table.c.task == task)
        with self._database.begin() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return Tried()
        failure = codec.loads(row.failure, Failure) if row.failure else None
        return Tried(row.begun, row.faults, failure)

    def begin(self, job_id: str, task: str, executor_id: str) -> bool:
        """Counts one more. False when the job has ended or is gone."""
        table = schema.attempts
        with self._database.locked(job_id) as (connection, row):
            if row is None or row.state in _ENDED:
                return False
            mine = (table.c.job_id == job_id, table.c.task == task)
            values = {"begun": table.c.begun + 1, "executor_id": executor_id, "failure": None}
            if not connection.execute(table.update().where(*mine).values(**values)).rowcount:
                first = {"job_id": job_id, "task": task, "executor_id": executor_id}
                connection.execute(table.insert().values(begun=1, faults=0, **first))
            return True

    def note(self, job_id: str, task: str, failure: Failure) -> None:
        """The attempt failed."""
        faults = schema.attempts.c.faults + 1
        self._change(job_id, task, faults=faults, failure=codec.dumps(failure))

    def blame(self, executor_id: str) -> None:
        """The process fell over what it was at."""
        table = schema.attempts
        query = table.update().where(table.c.executor_id == executor_id, table.c.failure.is_(None))
        with self._database.begin() as connection:
            connection.execute(query.values(faults=table.c.faults + 1))

    def take_back(self, job_id: str, task: str) -> None:
        """The attempt was broken off by ourselves, and says nothing about the task."""
        self._change(job_id, task, begun=schema.attempts.c.begun - 1)

    def finish(self, job_id: str, task: str) -> None:
        """A good end."""
        table = schema.attempts
        query = table.delete().where(table.c.job_id == job_id, table.c.task == task)
        with self._database.begin() as connection:
            connection.execute(query)

    def _change(self, job_id: str, task: str, **values: object) -> None:
        table = schema.attempts
        query = table.update().where(table.c.job_id == job_id, table.c.task == task)
        with self._database.begin() as connection:
            connection.execute(query.values(**values))
