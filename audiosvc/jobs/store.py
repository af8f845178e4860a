"""Jobs as rows: made once for each request, seen by their owner alone."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from audiosvc.errors import JobConflict, JobNotFound, JobNotReady, OptionError
from audiosvc.jobs import codec, schema
from audiosvc.jobs.database import Database
from audiosvc.jobs.journal import Change, move
from audiosvc.jobs.records import (
    FINAL,
    Failure,
    Job,
    JobProgress,
    JobState,
    NewJob,
    Result,
    Upload,
)
from audiosvc.wire.config import Pcm, Wish

MAX_PAGE, PAGE = 200, 50
MAX_ID, MAX_NAME, MAX_TOKEN = 128, 1_000, 200
# What is none of ours need not be looked for, and not every database could.
_ID = re.compile(r"[0-9A-Za-z-]{1,128}")
_OF_JOBS = (
    *(schema.events, schema.transcripts, schema.waveforms),
    *(schema.attempts, schema.uploads),
)
_JOINED = sa.join(schema.jobs, schema.uploads, schema.uploads.c.job_id == schema.jobs.c.id)
_COLUMNS = (
    schema.jobs,
    schema.uploads.c.id.label("upload_id"),
    schema.uploads.c.committed_bytes,
    schema.uploads.c.size_bytes,
    schema.uploads.c.is_complete,
    schema.uploads.c.spool,
)


class JobStore:
    """Makes, finds and removes jobs."""

    def __init__(self, database: Database, spool: str) -> None:
        """spool: where the audio of new jobs goes."""
        self._database = database
        self._spool = spool

    def create(self, owner: str, new: NewJob, time_s: float) -> Job:
        """A new job, or that of the same request. Raises JobConflict, OptionError."""
        _check(new)
        request_id = new.request_id or str(uuid.uuid4())
        try:
            return self._insert(owner, new, request_id, time_s)
        except IntegrityError:  # the same request came before
            job = self.find_same(owner, new)
            if job is None:
                raise
            return job

    def amend(self, owner: str, job_id: str, new: NewJob) -> Job:
        """Another name and wish for a job that still waits for its audio.

        Raises JobNotFound, JobNotReady, OptionError, JobConflict.
        """
        _check(new)
        values = _said(new)
        if new.request_id:
            values["request_id"] = new.request_id
        query = schema.jobs.update().where(schema.jobs.c.id == job_id).values(**values)
        try:
            with self._database.locked(job_id) as (connection, row):
                if row is not None and row.state != JobState.UPLOADING.value:
                    raise JobNotReady("The job has begun, and stays as it was announced.")
                connection.execute(query)
        except IntegrityError:  # the same request came meanwhile
            raise _conflict(new.request_id) from None
        return self.get(owner, job_id)

    def find_same(self, owner: str, new: NewJob) -> Job | None:
        """The job of the same request, if there is one. Raises JobConflict, OptionError."""
        _check(new)
        if not new.request_id:
            return None
        query = sa.select(schema.jobs.c.id, schema.jobs.c.content_sha256).where(
            schema.jobs.c.owner == owner, schema.jobs.c.request_id == new.request_id
        )
        with self._database.begin() as connection:
            row = connection.execute(query).one_or_none()
        if row is not None and row.content_sha256 != _fingerprint(new):
            raise _conflict(new.request_id)
        return self.find(row.id) if row is not None else None

    def get(self, owner: str, job_id: str) -> Job:
        """Raises JobNotFound, also for a job of somebody else."""
        job = self.find(job_id)
        if job is None or job.owner != owner:
            raise JobNotFound(f"There is no job {job_id[:MAX_ID]!r}.")
        return job

    def find(self, job_id: str) -> Job | None:
        """A job of any owner."""
        return self._one(schema.jobs.c.id == job_id) if _ID.fullmatch(job_id) else None

    def get_by_upload(self, owner: str, upload_id: str) -> Job:
        """The job that an upload is for. Raises JobNotFound."""
        known = _ID.fullmatch(upload_id)
        job = self._one(schema.uploads.c.id == upload_id) if known else None
        if job is None or job.owner != owner:
            raise JobNotFound(f"There is no upload {upload_id[:MAX_ID]!r}.")
        return job

    def list(
        self, owner: str, page_size: int, page_token: str, states: Collection[JobState]
    ) -> tuple[list[Job], str]:
        """A page, newest first, and the token of the next one. Raises OptionError."""
        size = min(page_size, MAX_PAGE) if page_size > 0 else PAGE
        query = sa.select(*_COLUMNS).select_from(_JOINED).where(schema.jobs.c.owner == owner)
        if states:
            query = query.where(schema.jobs.c.state.in_([state.value for state in states]))
        place = sa.tuple_(schema.jobs.c.create_time_s, schema.jobs.c.id)
        if page_token:
            time_s, job_id = _read_token(page_token)
            query = query.where(place < sa.tuple_(sa.literal(time_s), sa.literal(job_id)))
        query = query.order_by(schema.jobs.c.create_time_s.desc(), schema.jobs.c.id.desc())
        with self._database.begin() as connection:
            rows = connection.execute(query.limit(size + 1)).all()
        found = [_job(row) for row in rows[:size]]
        return found, _token(found[-1]) if len(rows) > size else ""

    def count_active(self, owner: str) -> int:
        """How many jobs of an owner have not ended."""
        query = (
            sa.select(sa.func.count())
            .select_from(schema.jobs)
            .where(schema.jobs.c.owner == owner)
            .where(schema.jobs.c.state.not_in([state.value for state in FINAL]))
        )
        with self._database.begin() as connection:
            return connection.execute(query).scalar_one()

    def remove(self, job_id: str) -> None:
        """Everything that our tables hold of a job."""
        with self._database.locked(job_id) as (connection, _):
            for table in _OF_JOBS:
                connection.execute(table.delete().where(table.c.job_id == job_id))
            connection.execute(schema.jobs.delete().where(schema.jobs.c.id == job_id))

    def _insert(self, owner: str, new: NewJob, request_id: str, time_s: float) -> Job:
        job_id = str(uuid.uuid4())
        with self._database.begin() as connection:
            connection.execute(
                schema.jobs.insert().values(
                    id=job_id,
                    owner=owner,
                    request_id=request_id,
                    state="new",
                    progress=codec.dumps(JobProgress()),
                    create_time_s=time_s,
                    **_said(new),
                )
            )
            connection.execute(
                schema.uploads.insert().values(
                    id=str(uuid.uuid4()),
                    job_id=job_id,
                    spool=self._spool,
                    size_bytes=new.size_bytes,
                    touch_time_s=time_s,
                )
            )
            row = connection.execute(sa.select(schema.jobs).where(schema.jobs.c.id == job_id)).one()
            move(connection, row, Change(JobState.UPLOADING), time_s)
        return self.get(owner, job_id)

    def _one(self, condition: sa.ColumnElement[bool]) -> Job | None:
        query = sa.select(*_COLUMNS).select_from(_JOINED).where(condition)
        with self._database.begin() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _job(row)


def _job(row: sa.Row[Any]) -> Job:
    return Job(
        job_id=row.id,
        owner=row.owner,
        request_id=row.request_id,
        display_name=row.display_name,
        wish=codec.loads(row.wish, Wish),
        pcm=codec.loads(row.pcm, Pcm) if row.pcm != "null" else None,
        state=JobState(row.state),
        upload=Upload(
            row.upload_id, row.committed_bytes, row.size_bytes, row.is_complete, row.spool
        ),
        progress=codec.loads(row.progress, JobProgress),
        create_time_s=row.create_time_s,
        start_time_s=row.start_time_s,
        end_time_s=row.end_time_s,
        failure=codec.loads(row.failure, Failure) if row.failure else None,
        result=codec.loads(row.result, Result) if row.result else None,
    )


def _check(new: NewJob) -> None:
    for name, text, most in (
        ("request_id", new.request_id, MAX_ID),
        ("display_name", new.display_name, MAX_NAME),
    ):
        if len(text) > most or "\0" in text:  # which not every database can hold
            shown = name.replace("_", " ")
            raise OptionError(
                f"A {shown} has at most {most} characters, and none of them is NUL.", field=name
            )


def _said(new: NewJob) -> dict[str, Any]:
    return {
        "content_sha256": _fingerprint(new),
        "display_name": new.display_name,
        "wish": codec.dumps(new.wish),
        "pcm": codec.dumps(new.pcm),
    }


def _conflict(request_id: str) -> JobConflict:
    return JobConflict(
        f"The request id {request_id!r} was used before, for another job. Choose a new one for "
        "each job."
    )


def _fingerprint(new: NewJob) -> str:
    content = codec.dumps([new.display_name, new.wish, new.pcm, new.size_bytes])
    return hashlib.sha256(content.encode()).hexdigest()


def _token(job: Job) -> str:
    place = json.dumps([job.create_time_s, job.job_id])
    return base64.urlsafe_b64encode(place.encode()).decode("ascii")


def _read_token(token: str) -> tuple[float, str]:
    try:
        if len(token) > MAX_TOKEN:
            raise ValueError
        time_s, job_id = json.loads(base64.urlsafe_b64decode(token.encode("ascii")))
        if not _ID.fullmatch(job_id):
            raise ValueError
        return float(time_s), job_id
    except (ValueError, TypeError, OverflowError) as error:
        raise OptionError("The page token is none of ours.", field="page_token") from error
