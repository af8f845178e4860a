"""Audio on its way from a request into an upload: part by part, each kept before the next."""

from __future__ import annotations

import asyncio
import hashlib

import google_crc32c

from audiosvc.errors import UploadMisplaced
from audiosvc.jobs import Job, Jobs

# Each part is synced to the disk: fewer and larger ones are faster.
PART_BYTES = 4 * 1024**2


class Keeper:
    """Takes bytes as they come, from an offset of the upload on."""

    def __init__(self, jobs: Jobs, job: Job, at: int = 0) -> None:
        self._jobs = jobs
        # Sent anew from the beginning: what is here already has to be the same.
        again = at == 0 and job.upload.committed_bytes > 0
        self._digest = hashlib.sha256() if again else None
        self._job = job
        self._waiting = bytearray()
        self.at = at

    async def write(self, data: bytes) -> None:
        """Raises what ``Jobs.append`` raises."""
        self._waiting += data
        if len(self._waiting) >= PART_BYTES:
            await self.flush()

    async def flush(self) -> int:
        """Keeps what has come, and returns how many bytes of the upload are here."""
        data = bytes(self._waiting)
        if not data:
            return self.at
        self._waiting.clear()
        part = (self.at, data, google_crc32c.value(data))
        upload_id = self._job.upload.upload_id
        here = await asyncio.to_thread(self._jobs.append, self._job.owner, upload_id, *part)
        self.at += len(data)
        if self._digest is not None:
            self._digest.update(data)
        return here

    async def flush_alone(self) -> None:
        """The same, for an upload that nobody else may go on with. Raises UploadMisplaced."""
        here = await self.flush()
        if here != self.at:
            raise UploadMisplaced(
                f"Somebody else has sent the same upload: {here:,} bytes are here. Go on there."
            )

    async def finish(self) -> Job:
        """That was all. Raises what ``Jobs.finish_upload`` raises."""
        await self.flush()
        sha256 = self._digest.digest() if self._digest is not None else None
        whole = (self._job.upload.upload_id, self.at, sha256)
        return await asyncio.to_thread(self._jobs.finish_upload, self._job.owner, *whole)
