"""What happens to jobs, numbered: nothing is missed or told twice, however often it is tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from audiosvc.audio.waveform import Waveform
from audiosvc.jobs import codec, schema
from audiosvc.jobs.database import Database
from audiosvc.jobs.records import (
    FINAL,
    Failure,
    Happening,
    JobEvent,
    JobProgress,
    JobState,
    Result,
    StateChanged,
)
from audiosvc.types import Transcript

# Any more, and a watcher asks again.
EVENTS_AT_ONCE = 500
_ENDED = frozenset(state.value for state in FINAL)


@dataclass(frozen=True, slots=True)
class Change:
    """A job's next state and what belongs to it."""

    state: JobState
    failure: Failure | None = None
    result: Result | None = None


class Journal:
    """Writes down what happens to a job, and tells it again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(
        self,
        job_id: str,
        batch: str,
        happenings: Sequence[Happening],
        progress: JobProgress | None = None,
    ) -> bool:
        """Appends a batch, once. False when the job has ended, or is gone: nobody waits for it.

        progress: how far the job is with it; told to watchers behind the others.
        """
        told = [*happenings, *([progress] if progress else [])]
        with self._database.locked(job_id) as (connection, row):
            if row is None or row.state in _ENDED:
                return False
            if _append(connection, row, batch, told) and progress:
                _update(connection, job_id, progress=codec.dumps(progress))
            return True

    def move(self, job_id: str, change: Change, time_s: float) -> bool:
        """Puts a job into another state. False when it has ended before, or is gone."""
        with self._database.locked(job_id) as (connection, row):
            return row is not None and move(connection, row, change, time_s)

    def succeed(
        self,
        job_id: str,
        happenings: Sequence[Happening],
        transcript: Transcript,
        result: Result,
        time_s: float,
    ) -> bool:
        """The last events, the transcript and the state, all at once or not at all."""
        with self._database.locked(job_id) as (connection, row):
            if row is None or row.state in _ENDED:
                return False
            _append(connection, row, "link", happenings)
            text = codec.dumps(transcript)
            connection.execute(schema.transcripts.insert().values(job_id=job_id, transcript=text))
            query = sa.select(schema.jobs).where(schema.jobs.c.id == job_id)
            counted = connection.execute(query).one()
            return move(connection, counted, Change(JobState.SUCCEEDED, result=result), time_s)

    def draw(self, job_id: str, waveform: Waveform) -> None:
        """Keeps how loud the recording is; anew when it was listened to again."""
        table = schema.waveforms
        with self._database.locked(job_id) as (connection, row):
            if row is not None:
                connection.execute(table.delete().where(table.c.job_id == job_id))
                text = codec.dumps(waveform)
                connection.execute(table.insert().values(job_id=job_id, waveform=text))

    def read(self, job_id: str, after: int) -> list[JobEvent]:
        """The next events behind a cursor, in their order."""
        table = schema.events
        query = (
            sa.select(table.c.seq, table.c.payload)
            .where(table.c.job_id == job_id, table.c.seq > after)
            .order_by(table.c.seq)
            .limit(EVENTS_AT_ONCE)
        )
        with self._database.begin() as connection:
            rows = connection.execute(query).all()
        return [JobEvent(row.seq, codec.loads(row.payload, object)) for row in rows]  # type: ignore[arg-type]

    def transcript(self, job_id: str) -> Transcript | None:
        """The transcript of a job that has succeeded."""
        table = schema.transcripts
        query = sa.select(table.c.transcript).where(table.c.job_id == job_id)
        with self._database.begin() as connection:
            text = connection.execute(query).scalar_one_or_none()
        return None if text is None else codec.loads(text, Transcript)

    def waveform(self, job_id: str) -> Waveform | None:
        """How loud the recording is, once it was listened to."""
        table = schema.waveforms
        query = sa.select(table.c.waveform).where(table.c.job_id == job_id)
        with self._database.begin() as connection:
            text = connection.execute(query).scalar_one_or_none()
        return None if text is None else codec.loads(text, Waveform)


def move(connection: sa.Connection, row: sa.Row[Any], change: Change, time_s: float) -> bool:
    """Puts a job into another state, in a transaction that has it locked; tells watchers."""
    if row.state == change.state.value or row.state in _ENDED:
        return False
    values: dict[str, Any] = {"state": change.state.value}
    if change.state is JobState.RUNNING:
        values["start_time_s"] = time_s
    if change.state in FINAL:
        values["end_time_s"] = time_s
    if change.failure:
        values["failure"] = codec.dumps(change.failure)
    if change.result:
        values["result"] = codec.dumps(change.result)
    event = StateChanged(change.state, change.failure, change.result)
    _append(connection, row, f"state-{change.state.value}", [event])
    _update(connection, row.id, **values)
    return True


def _append(
    connection: sa.Connection, row: sa.Row[Any], batch: str, happenings: Sequence[Happening]
) -> bool:
    """False when the batch is there already. The transaction has the job locked."""
    table = schema.events
    same = sa.select(table.c.seq).where(table.c.job_id == row.id, table.c.batch == batch).limit(1)
    if not happenings or connection.execute(same).first() is not None:
        return False
    rows = [
        {"job_id": row.id, "seq": seq, "batch": batch, "payload": codec.dumps(happening)}
        for seq, happening in enumerate(happenings, row.last_seq + 1)
    ]
    connection.execute(table.insert(), rows)
    _update(connection, row.id, last_seq=row.last_seq + len(rows))
    return True


def _update(connection: sa.Connection, job_id: str, **values: object) -> None:
    connection.execute(schema.jobs.update().where(schema.jobs.c.id == job_id).values(**values))
