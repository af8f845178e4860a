"""How a job is made: from JSON, from a form, or from the metadata of an upload."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from starlette.requests import Request

from audiosvc.errors import AudioEmpty, OptionError
from audiosvc.jobs import Job, Jobs, NewJob
from audiosvc.server.callers import Caller
from audiosvc.server.http.bodies import FORM_BYTES, JSON_BYTES, check_length
from audiosvc.server.http.forms import FILE, Field, File, body_of, read_form
from audiosvc.server.http.jobs.models import FormModel, NewJobModel
from audiosvc.server.http.uploads.keeping import Keeper
from audiosvc.server.http.wishes import gathered, named_as_here, read_as, validated
from audiosvc.wire.config import Pcm, Wish

MAX_NAME = 1000


class Maker:
    """Makes jobs for one caller."""

    def __init__(self, jobs: Jobs, caller: Caller, check: Callable[[Wish], None]) -> None:
        """check: raises for a wish that cannot be fulfilled here."""
        self._jobs = jobs
        self._caller = caller
        self._check = check

    async def from_json(self, request: Request) -> Job:
        """One that waits for its audio."""
        check_length(request.headers.get("content-length"), JSON_BYTES)
        body = b"".join([data async for data in body_of(request)])
        with validated():
            given = NewJobModel.model_validate_json(body)
        audio = given.audio_format
        pcm = Pcm(audio.sample_rate_hz, audio.channels, audio.encoding) if audio else None
        wish = given.options.wish()
        new = NewJob(given.request_id, given.display_name, wish, pcm, given.size_bytes)
        return await self.make(new)

    async def from_form(self, request: Request) -> Job:
        """One that begins at once. What comes behind the file holds as well."""
        limit = self._jobs.settings.max_upload_bytes + FORM_BYTES
        check_length(request.headers.get("content-length"), limit)
        filling = _Filling(self)
        try:
            async for part in read_form(request):
                await filling.take(part)
            return await filling.finish()
        except Exception:
            await filling.give_up()
            raise

    async def make(self, new: NewJob) -> Job:
        """A new job, or that of the same request. Raises what ``Jobs.create`` raises."""
        await self.check(new)
        owner, at_most = self._caller.id, self._caller.quotas.max_jobs
        with named_as_here():
            return await asyncio.to_thread(self._jobs.create, owner, new, at_most=at_most)

    async def check(self, new: NewJob) -> None:
        """Raises OptionError, ModelUnknown."""
        with named_as_here():
            await asyncio.to_thread(self._check, new.wish)

    async def amend(self, job: Job, new: NewJob) -> Job:
        """What the job is after all."""
        await self.check(new)
        return await asyncio.to_thread(self._jobs.amend, self._caller.id, job.job_id, new)

    async def delete(self, job: Job) -> None:
        """As if it had never been."""
        await asyncio.to_thread(self._jobs.delete, self._caller.id, job.job_id)

    def keeper(self, job: Job) -> Keeper:
        """Takes its audio."""
        return Keeper(self._jobs, job)


class _Filling:
    """One form on its way."""

    def __init__(self, maker: Maker) -> None:
        self._maker = maker
        self._fields: list[tuple[str, str]] = []
        self._known = 0
        self._file_name = ""
        self._job: Job | None = None
        self._keeper: Keeper | None = None
        self._size_bytes = 0

    async def take(self, part: Field | File | bytes) -> None:
        if isinstance(part, Field):
            self._fields.append((part.name, part.value))
        elif isinstance(part, File):
            self._file_name, self._known = part.name[-MAX_NAME:], len(self._fields)
            self._job = await self._maker.make(self._new())
            # A request that was sent again may have been fulfilled already.
            if not self._job.upload.complete:
                self._keeper = self._maker.keeper(self._job)
        else:
            self._size_bytes += len(part)
            if self._keeper is not None:
                await self._keeper.write(part)

    async def finish(self) -> Job:
        if self._job is None:
            raise OptionError(f"The form has no file: send the recording as `{FILE}`.", field=FILE)
        if not self._size_bytes:
            raise AudioEmpty("The recording is empty: it has 0 bytes.", field=FILE)
        if len(self._fields) > self._known:
            amended = await self._maker.amend(self._job, self._new())
            if amended.job_id != self._job.job_id:
                self._job, self._keeper = amended, None
        if self._keeper is None:
            return self._job
        return await self._keeper.finish()

    async def give_up(self) -> None:
        """What nobody could go on with is not kept: a job by no name that its sender knows."""
        if self._job is not None and not dict(self._fields[: self._known]).get("request_id"):
            await self._maker.delete(self._job)

    def _new(self) -> NewJob:
        return new_job(self._fields, self._file_name)


def new_job(
    fields: Iterable[tuple[str, str]], file_name: str, size_bytes: int | None = None
) -> NewJob:
    """A job whose options came as text. Raises OptionError, RequestValidationError."""
    values: Mapping[str, Any] = gathered(fields)
    given = read_as(FormModel, values)
    name = given.display_name or file_name
    return NewJob(given.request_id, name, given.wish(), size_bytes=size_bytes)
