"""What can be done with jobs, for servers: blocking, and safe to call from many threads."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import BinaryIO

from audiosvc.audio.waveform import Waveform
from audiosvc.errors import AudioNotFound, JobFailed, JobNotReady, QuotaExceeded, UploadCorrupt
from audiosvc.jobs.counts import Counts, count
from audiosvc.jobs.records import Job, JobEvent, JobState, NewJob
from audiosvc.jobs.settings import JobSettings
from audiosvc.jobs.stores import Stores
from audiosvc.types import Transcript

LONGEST_WAIT_S, LOOK_EVERY_S = 60.0, 0.25
QUOTA_RETRY_S = 30.0


class Jobs:
    """Durable jobs. owner: the caller's id; the job of another owner is not found."""

    def __init__(self, settings: JobSettings) -> None:
        """Opens what is there, or makes it. Raises OptionError, OutputError."""
        self._stores = Stores(settings)

    @property
    def settings(self) -> JobSettings:
        """What holds for all jobs."""
        return self._stores.settings

    def close(self) -> None:
        """Ends all connections."""
        self._stores.close()

    def create(self, owner: str, new: NewJob, *, at_most: int | None = None) -> Job:
        """A new job that waits for its audio, or that of the same request.

        at_most: how many jobs that have not ended the owner may have. Raises OptionError, TooLarge,
        JobConflict, QuotaExceeded.
        """
        stores = self._stores
        stores.uploads.check_size(new.size_bytes)
        same = stores.jobs.find_same(owner, new)
        if same is not None:
            return same
        if at_most is not None and stores.jobs.count_active(owner) >= at_most:
            raise QuotaExceeded(
                f"There are {at_most} jobs that have not ended, which is the most for this key.",
                retry_after_s=QUOTA_RETRY_S,
            )
        return stores.jobs.create(owner, new, stores.now_s())

    def amend(self, owner: str, job_id: str, new: NewJob) -> Job:
        """Says anew what a job is that still waits for its audio; or gives that of the same
        request, and then the other one is gone.

        Raises JobNotFound, JobNotReady, OptionError, JobConflict.
        """
        jobs = self._stores.jobs
        self.get(owner, job_id)
        same = jobs.find_same(owner, new)
        if same is None or same.job_id == job_id:
            return jobs.amend(owner, job_id, new)
        self._stores.delete(job_id)
        return same

    def get(self, owner: str, job_id: str) -> Job:
        """Raises JobNotFound."""
        return self._stores.jobs.get(owner, job_id)

    def list(
        self,
        owner: str,
        page_size: int = 0,
        page_token: str = "",
        states: Collection[JobState] = (),
    ) -> tuple[list[Job], str]:
        """A page, newest first, and the token of the next one, empty on the last.

        page_size: at most 200; 0 is 50. states: only these; all when empty. Raises OptionError.
        """
        return self._stores.jobs.list(owner, page_size, page_token, states)

    def count_active(self, owner: str) -> int:
        """How many jobs of an owner have not ended."""
        return self._stores.jobs.count_active(owner)

    def counts(self) -> Counts:
        """How many jobs and workers there are, whoever they belong to. Raises OutputError."""
        return count(self._stores.database)

    def append(self, owner: str, upload_id: str, offset: int, data: bytes, crc32c: int) -> int:
        """Keeps a part of the audio for good, and returns how many bytes are here.

        What is here already is passed over. Raises JobNotFound, JobNotReady, UploadCorrupt,
        UploadMisplaced, TooLarge, StorageFull.
        """
        stores = self._stores
        job = stores.jobs.get_by_upload(owner, upload_id)
        with stores.uploads.alone(job.job_id):
            job = stores.jobs.get_by_upload(owner, upload_id)
            return stores.uploads.append(job, offset, data, crc32c, stores.now_s())

    def get_upload(self, owner: str, upload_id: str) -> Job:
        """The job that an upload is for. Raises JobNotFound."""
        return self._stores.jobs.get_by_upload(owner, upload_id)

    def announce(self, owner: str, upload_id: str, size_bytes: int) -> Job:
        """Says how long an upload will be, where that was not known when its job was made.

        Raises JobNotFound, JobNotReady, OptionError, TooLarge.
        """
        stores = self._stores
        job = stores.jobs.get_by_upload(owner, upload_id)
        with stores.uploads.alone(job.job_id):
            job = stores.jobs.get_by_upload(owner, upload_id)
            if job.upload.complete or job.state.is_final:
                raise JobNotReady("The upload of this job is over.")
            stores.uploads.announce(job, size_bytes)
        return stores.jobs.get(owner, job.job_id)

    def finish_upload(
        self, owner: str, upload_id: str, size_bytes: int, sha256: bytes | None
    ) -> Job:
        """The audio is whole: the job begins. Called again, it gives the job as it is.

        sha256: of all bytes; None where nobody who sent them said, and then the size alone is
        checked. Raises JobNotFound, JobNotReady, UploadCorrupt.
        """
        stores = self._stores
        job = stores.jobs.get_by_upload(owner, upload_id)
        with stores.uploads.alone(job.job_id):
            job = stores.jobs.get_by_upload(owner, upload_id)
            if job.upload.complete:
                if job.upload.size_bytes != size_bytes:
                    raise UploadCorrupt("The upload was finished before, with another size.")
                return job
            if job.state.is_final:
                raise JobNotReady("The job has ended before its upload did.")
            stores.uploads.finish(job, size_bytes, sha256)
            stores.begin(job.job_id, size_bytes)
        return stores.jobs.get(owner, job.job_id)

    def look(self, owner: str, job_id: str, after: int = 0) -> tuple[Job, Sequence[JobEvent]]:
        """A job, and the next events behind a cursor, without waiting.

        When the job has ended and there are none, all of them were told. Raises JobNotFound.
        """
        # In this order: what happened before the end was read is told before it.
        job = self.get(owner, job_id)
        return job, self._stores.journal.read(job_id, after)

    def events(
        self, owner: str, job_id: str, after: int = 0, wait_s: float = 0.0
    ) -> Sequence[JobEvent]:
        """The events behind a cursor, in order; some of them if they are many.

        wait_s: how long to wait for the first of them. Empty when the time is over, or when the
        job has ended and everything was told. Raises JobNotFound.
        """
        end_s = time.monotonic() + min(wait_s, LONGEST_WAIT_S)
        while True:
            job, found = self.look(owner, job_id, after)
            if found or job.state.is_final or time.monotonic() >= end_s:
                return found
            time.sleep(LOOK_EVERY_S)

    def transcript(self, owner: str, job_id: str) -> Transcript:
        """The result. Raises JobNotFound, JobNotReady, JobFailed."""
        job = self.get(owner, job_id)
        if job.state is JobState.FAILED:
            reason = f": {job.failure.message}" if job.failure else "."
            raise JobFailed(f"The job has no transcript, because it failed{reason}")
        if job.state is JobState.CANCELLED:
            raise JobFailed("The job has no transcript, because it was cancelled.")
        found = self._stores.journal.transcript(job_id)
        if found is None:
            raise JobNotReady("The job has not ended yet.")
        return found

    def open_audio(self, owner: str, job_id: str) -> tuple[BinaryIO, int]:
        """The recording as it was sent, to be closed, and its length in bytes.

        Raises JobNotFound, JobNotReady while it is uploaded, AudioNotFound when it was not kept.
        """
        job = self.get(owner, job_id)
        if not job.upload.complete:
            raise JobNotReady("The recording of this job is not all here yet.")
        size_bytes = self._stores.uploads.kept_bytes(job)
        if not size_bytes:
            raise AudioNotFound(
                "The recording of this job is not kept any more. The operator of this server can "
                "have them kept for as long as their jobs: delete_audio_after_success."
            )
        return self._stores.spool_of(job).open_audio(job_id, size_bytes), size_bytes

    def waveform(self, owner: str, job_id: str) -> Waveform:
        """How loud the recording is, kept as long as its job.

        Raises JobNotFound, JobNotReady before it was listened to, JobFailed when it never will be.
        """
        job = self.get(owner, job_id)
        found = self._stores.journal.waveform(job_id)
        if found is not None:
            return found
        if job.state.is_final:
            raise JobFailed("The job has no waveform: it ended before its recording was read.")
        raise JobNotReady("The recording of this job was not read yet.")

    def cancel(self, owner: str, job_id: str) -> Job:
        """Ends a job; what has ended stays as it is. Raises JobNotFound."""
        self.get(owner, job_id)
        self._stores.cancel(job_id)
        return self.get(owner, job_id)

    def delete(self, owner: str, job_id: str) -> None:
        """Removes a job, its audio and its text for good. Raises JobNotFound."""
        self.get(owner, job_id)
        self._stores.delete(job_id)
