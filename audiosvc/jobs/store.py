"""Jobs as rows: made once for each request, seen by their owner alone."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from audiosvc.errors import JobConflict, JobNotFound, OptionError
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
MAX_ID, MAX_NAME = 128, 1_000
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
        if len(new.request_id) > MAX_ID:
            raise OptionError(f"A request id has at most {MAX_ID} characters.", field="request_id")
        if len(new.display_name) > MAX_NAME:
            raise OptionError(
                f"A display name has at most {MAX_NAME} characters.", field="display_name"
            )
        request_id = new.request_id or str(uuid.uuid4())
        try:
            return self._insert(owner, new, request_id, time_s)
        except IntegrityError:  # the same request came before
            job = self.find_same(owner, new)
            if job is None:
                raise
            return job

    def find_same(self, owner: str, new: NewJob) -> Job | None:
        """The job of the same request, if there is one. Raises JobConflict."""
        if not new.request_id:
            return None
        query = sa.select(schema.jobs.c.id, schema.jobs.c.content_sha256).where(
            schema.jobs.c.owner == owner, schema.jobs.c.request_id == new.request_id
        )
        with self._database.begin() as connection:
            row = connection.execute(query).one_or_none()
        if row is not None and row.content_sha256 != _fingerprint(new):
            raise JobConflict(
                f"The request id {new.request_id!r} was used before, for another job. Choose a "
                "new one for each job."
            )
        return self.find(row.id) if row is not None else None

    def get(self, owner: str, job_id: str) -> Job:
        """Raises JobNotFound, also for a job of somebody else."""
        job = self.find(job_id)
        if job is None or job.owner != owner:
            raise JobNotFound(f"There is no job {job_id[:MAX_ID]!r}.")
        return job

    def find(self, job_id: str) -> Job | None:
        """A job of any owner."""
        return self._one(schema.jobs.c.id == job_id)

    def get_by_upload(self, owner: str, upload_id: str) -> Job:
        """The job that an upload is for. Raises JobNotFound."""
        job = self._one(schema.uploads.c.id == upload_id)
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
            for table in (schema.events, schema.transcripts, schema.attempts, schema.uploads):
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
                    content_sha256=_fingerprint(new),
                    display_name=new.display_name,
                    wish=codec.dumps(new.wish),
                    pcm=codec.dumps(new.pcm),
                    state="new",
                    progress=codec.dumps(JobProgress()),
                    create_time_s=time_s,
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


def _fingerprint(new: NewJob) -> str:
    content = codec.dumps([new.display_name, new.wish, new.pcm, new.size_bytes])
    return hashlib.sha256(content.encode()).hexdigest()


def _token(job: Job) -> str:
    place = json.dumps([job.create_time_s, job.job_id])
    return base64.urlsafe_b64encode(place.encode()).decode("ascii")


def _read_token(token: str) -> tuple[float, str]:
    try:
        time_s, job_id = json.loads(base64.urlsafe_b64decode(token.encode("ascii")))
        return float(time_s), str(job_id)
    except (ValueError, TypeError) as error:
        raise OptionError("The page token is none of ours.", field="page_token") from error
