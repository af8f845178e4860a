"""Everything that jobs are kept in, opened together."""

from __future__ import annotations

import time

import sqlalchemy as sa

from audiosvc.errors import OutputError
from audiosvc.jobs import schema
from audiosvc.jobs.attempts import Attempts
from audiosvc.jobs.database import Database
from audiosvc.jobs.engine import Engine
from audiosvc.jobs.journal import Change, Journal, move
from audiosvc.jobs.records import FINAL, Job, JobState
from audiosvc.jobs.settings import JobSettings
from audiosvc.jobs.spool import Spool, open_spool
from audiosvc.jobs.store import JobStore
from audiosvc.jobs.uploads import Uploads


class Stores:
    """The database, the spool, and what is done with both of them."""

    def __init__(self, settings: JobSettings) -> None:
        """Raises OptionError, OutputError."""
        self.settings = settings
        try:
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise OutputError(f"{settings.data_dir} cannot be made: {reason}.") from error
        self.spool = open_spool(settings.spool_url)
        self._spools = {settings.spool_url: self.spool}
        self.database = Database(settings.database_url)
        self.engine = Engine(self.database)
        self.jobs = JobStore(self.database, settings.spool_url)
        self.journal = Journal(self.database)
        self.attempts = Attempts(self.database)
        self.uploads = Uploads(self.database, self.spool_of, settings)

    def now_s(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def spool_of(self, job: Job) -> Spool:
        """Where a job's audio lies, which need not be where that of new jobs goes."""
        place = job.upload.spool
        if place not in self._spools:
            self._spools[place] = open_spool(place)
        return self._spools[place]

    def begin(self, job_id: str, size_bytes: int) -> None:
        """The upload is whole: the job waits for a worker, from this moment or not at all."""
        with self.database.locked(job_id) as (connection, row):
            if row is None or row.state != JobState.UPLOADING.value:
                return
            self.uploads.complete(connection, job_id, size_bytes)
            move(connection, row, Change(JobState.QUEUED), self.now_s())
            self.engine.begin_job(connection, job_id)

    def cancel(self, job_id: str) -> None:
        """Ends a job that has not ended, and begins nothing more of it."""
        if self.journal.move(job_id, Change(JobState.CANCELLED), self.now_s()):
            self.engine.cancel(job_id)

    def clear(self, job_id: str) -> None:
        """Removes what a job that has ended needs no more: decoded audio, and what its parts gave.

        Its audio is kept where it failed, so that somebody can look into it.
        """
        job = self.jobs.find(job_id)
        if job is None:
            return
        self.engine.cancel(job_id)
        self.engine.remove(job_id)
        deletes = self.settings.delete_audio_after_success
        self.clear_spool(job, keep_audio=job.state is JobState.FAILED or not deletes)
        table = schema.jobs
        with self.database.begin() as connection:
            query = table.update().where(table.c.id == job_id).values(is_cleared=True)
            connection.execute(query)

    def clear_spool(self, job: Job, *, keep_audio: bool) -> None:
        """Removes what a job has in the spool."""
        spool = self.spool_of(job)
        if keep_audio:
            spool.remove_rest(job.job_id)
            self.uploads.note_space(job.job_id, pcm_bytes=0)
        else:
            spool.remove(job.job_id)
            self.uploads.note_space(job.job_id, audio_bytes=0, pcm_bytes=0)

    def delete(self, job_id: str) -> None:
        """Removes a job and all that is known of it. Done again after a fault, it ends its work."""
        job = self.jobs.find(job_id)
        if job is None:
            return
        self.cancel(job_id)
        self.engine.remove(job_id)
        self.spool_of(job).remove(job_id)
        self.jobs.remove(job_id)
        self.database.forget_deleted()

    def ended_uncleared(self) -> list[str]:
        """Jobs that have ended and were not cleared yet."""
        table = schema.jobs
        query = sa.select(table.c.id).where(
            table.c.is_cleared.is_(sa.false()),
            table.c.state.in_([state.value for state in FINAL]),
        )
        with self.database.begin() as connection:
            return list(connection.execute(query).scalars())

    def close(self) -> None:
        """Ends all connections."""
        self.engine.close()
        self.database.close()
