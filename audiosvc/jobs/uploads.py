"""Audio on its way in: resumable, checked part by part and as a whole."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import google_crc32c
import sqlalchemy as sa

from audiosvc.errors import (
    JobNotFound,
    JobNotReady,
    OptionError,
    StorageFull,
    TooLarge,
    UploadCorrupt,
    UploadMisplaced,
)
from audiosvc.jobs import schema
from audiosvc.jobs.database import Database
from audiosvc.jobs.records import Job, JobState
from audiosvc.jobs.settings import JobSettings
from audiosvc.jobs.spool import RETRY_AFTER_S, Spool

HASH_BYTES = 4 * 1024**2
# Two uploads that share a lock wait for each other now and then, which is no harm.
STRIPES = 64


class Uploads:
    """Takes the parts of uploads. Blocking, and safe to use from many threads."""

    def __init__(
        self, database: Database, spool_of: Callable[[Job], Spool], settings: JobSettings
    ) -> None:
        self._database = database
        self._spool_of = spool_of
        self._settings = settings
        self._locks = [threading.Lock() for _ in range(STRIPES)]

    def check_size(self, size_bytes: int | None) -> None:
        """Raises TooLarge for an upload that will be too long."""
        limit = self._settings.max_upload_bytes
        if size_bytes is not None and size_bytes > limit:
            raise TooLarge(f"{size_bytes:,} bytes are more than an upload may have: {limit:,}.")

    @contextmanager
    def alone(self, job_id: str) -> Iterator[None]:
        """Nobody else writes to that upload meanwhile, in this process or in another server's."""
        with self._locks[hash(job_id) % STRIPES], self._database.reserved(f"upload {job_id}"):
            yield

    def append(self, job: Job, offset: int, data: bytes, crc32c: int, time_s: float) -> int:
        """Keeps a part for good, and returns how many bytes are here. What is here already is
        passed over.

        The job is as it was just read, by whoever holds ``alone``. Raises UploadCorrupt,
        UploadMisplaced, TooLarge, StorageFull, JobNotReady.
        """
        upload = job.upload
        if job.state is not JobState.UPLOADING or upload.complete:
            raise JobNotReady("The upload of this job is over.")
        if google_crc32c.value(data) != crc32c:
            raise UploadCorrupt(f"The part at {offset:,} does not match its CRC32C. Send it again.")
        committed, end = upload.committed_bytes, offset + len(data)
        if not 0 <= offset <= committed:
            raise UploadMisplaced(
                f"The part begins at {offset:,}, but {committed:,} bytes are here. Go on there."
            )
        if upload.size_bytes is not None and end > upload.size_bytes:
            raise UploadMisplaced(
                f"The part ends at {end:,}, behind the announced end, {upload.size_bytes:,}."
            )
        self.check_size(end)
        if end <= committed:
            return committed
        self._check_room(end - committed)
        self._spool_of(job).append(job.job_id, committed, data[committed - offset :])
        self._record(job, end, time_s)
        return end

    def finish(self, job: Job, size_bytes: int, sha256: bytes | None) -> None:
        """Checks the whole; without a digest, its size. Raises UploadCorrupt; bytes that are wrong
        are then gone.
        """
        committed = job.upload.committed_bytes
        if committed < size_bytes:
            raise UploadCorrupt(
                f"Of {size_bytes:,} bytes only {committed:,} are here. Go on there."
            )
        if committed == size_bytes and (sha256 is None or self._sha256(job) == sha256):
            return
        self._restart(job)
        raise UploadCorrupt("The upload is not what its size and SHA-256 say. Send it again.")

    def announce(self, job: Job, size_bytes: int) -> None:
        """How long the upload will be, once. Raises OptionError for another length than before."""
        self.check_size(size_bytes)
        known = job.upload.size_bytes
        if size_bytes < job.upload.committed_bytes or known not in {None, size_bytes}:
            raise OptionError(
                f"The upload was announced with another length, or {job.upload.committed_bytes:,} "
                "bytes of it are here already.",
                field="size_bytes",
            )
        table = schema.uploads
        query = table.update().where(table.c.job_id == job.job_id).values(size_bytes=size_bytes)
        with self._database.begin() as connection:
            connection.execute(query)

    def kept_bytes(self, job: Job) -> int:
        """How much of the audio lies in the spool, as it was sent."""
        table = schema.uploads
        query = sa.select(table.c.audio_bytes).where(table.c.job_id == job.job_id)
        with self._database.begin() as connection:
            return connection.execute(query).scalar_one_or_none() or 0

    def complete(self, connection: sa.Connection, job_id: str, size_bytes: int) -> None:
        """Takes nothing more."""
        table = schema.uploads
        values = {"is_complete": True, "size_bytes": size_bytes}
        connection.execute(table.update().where(table.c.job_id == job_id).values(**values))

    def note_space(self, job_id: str, **used_bytes: int) -> bool:
        """What a job takes up now, as audio_bytes and pcm_bytes. False when the job is gone."""
        table = schema.uploads
        query = table.update().where(table.c.job_id == job_id).values(**used_bytes)
        with self._database.begin() as connection:
            return connection.execute(query).rowcount > 0

    def _sha256(self, job: Job) -> bytes:
        digest = hashlib.sha256()
        rest = job.upload.committed_bytes
        if rest:
            with self._spool_of(job).open_audio(job.job_id, rest) as file:
                while rest and (data := file.read(min(rest, HASH_BYTES))):
                    digest.update(data)
                    rest -= len(data)
        return digest.digest()

    def _restart(self, job: Job) -> None:
        self._spool_of(job).remove_audio(job.job_id)
        table = schema.uploads
        with self._database.begin() as connection:
            connection.execute(
                table.update()
                .where(table.c.job_id == job.job_id)
                .values(committed_bytes=0, audio_bytes=0)
            )

    def _record(self, job: Job, committed: int, time_s: float) -> None:
        table = schema.uploads
        query = (
            table.update()
            .where(table.c.job_id == job.job_id, table.c.is_complete.is_(sa.false()))
            .values(committed_bytes=committed, audio_bytes=committed, touch_time_s=time_s)
        )
        with self._database.begin() as connection:
            recorded = connection.execute(query).rowcount
            exists = sa.select(table.c.id).where(table.c.job_id == job.job_id)
            gone = not recorded and connection.execute(exists).first() is None
        if gone:
            self._spool_of(job).remove(job.job_id)
            raise JobNotFound("The job was deleted meanwhile.")
        if not recorded:
            raise JobNotReady("The upload of this job is over.")

    def _check_room(self, more_bytes: int) -> None:
        table = schema.uploads
        used = sa.select(sa.func.sum(table.c.audio_bytes + table.c.pcm_bytes))
        with self._database.begin() as connection:
            used_bytes = connection.execute(used).scalar_one() or 0
        if used_bytes + more_bytes > self._settings.max_spool_bytes:
            raise StorageFull(
                "There is no room for more audio on the server. Try again when jobs have ended.",
                retry_after_s=RETRY_AFTER_S,
            )
