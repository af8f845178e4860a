"""``JobService``: durable jobs over gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from audiosvc.errors import OptionError, ProtocolError
from audiosvc.export.formats import format_named
from audiosvc.jobs import Jobs, NewJob
from audiosvc.server.callers import current_caller
from audiosvc.server.calls import Context
from audiosvc.server.job_messages import (
    STATES,
    to_exported,
    to_job,
    to_transcript,
    to_watch_response,
)
from audiosvc.v1 import jobs_pb2 as pb
from audiosvc.v1 import jobs_pb2_grpc
from audiosvc.wire.config import Wish, from_audio_format, from_config

# A watcher is told at the latest so long after something has happened.
LOOK_EVERY_S = 0.25
SHA256_BYTES = 32


class JobServicer(jobs_pb2_grpc.JobServiceServicer):
    """Each call sees the jobs of its caller alone. Errors are ours; an interceptor tells them."""

    def __init__(
        self, jobs: Jobs, check: Callable[[Wish], None], *, max_jobs: int | None = None
    ) -> None:
        """check: raises for a wish that cannot be fulfilled here. max_jobs: that have not ended,
        for a caller of whom nothing else is said.
        """
        self._jobs = jobs
        self._check = check
        self._max_jobs = max_jobs

    async def CreateJob(  # noqa: N802 - as the contract names it
        self,
        request: pb.CreateJobRequest,
        context: Context,  # noqa: ARG002 - of the interface
    ) -> pb.CreateJobResponse:
        """Announces a recording."""
        caller = current_caller()
        wish = from_config(request.transcription)
        pcm = from_audio_format(request.audio_format)
        size_bytes = request.size_bytes if request.HasField("size_bytes") else None
        if size_bytes is not None and size_bytes < 0:
            raise OptionError(f"{size_bytes} is no size.", field="size_bytes")
        await asyncio.to_thread(self._check, wish)
        new = NewJob(request.request_id, request.display_name, wish, pcm, size_bytes)
        at_most = caller.quotas.max_jobs if caller.quotas.max_jobs is not None else self._max_jobs
        job = await asyncio.to_thread(self._jobs.create, caller.id, new, at_most=at_most)
        return pb.CreateJobResponse(job=to_job(job))

    async def UploadAudio(  # noqa: N802
        self,
        request_iterator: AsyncIterator[pb.UploadAudioRequest],
        context: Context,  # noqa: ARG002
    ) -> pb.UploadAudioResponse:
        """Keeps each part before it asks for the next: a sender is slowed down by the disk."""
        owner = current_caller().id
        upload_id = ""
        finished = False
        async for request in request_iterator:
            if finished:
                raise ProtocolError("Something came after the upload was finished.")
            if request.upload_id and upload_id not in {"", request.upload_id}:
                raise ProtocolError("One call takes the parts of one upload.", field="upload_id")
            upload_id = upload_id or request.upload_id
            if not upload_id:
                raise ProtocolError("The first message names the upload.", field="upload_id")
            await self._take(owner, upload_id, request)
            finished = request.HasField("finish")
        if not upload_id:
            raise ProtocolError("No message came.", field="upload_id")
        job = await asyncio.to_thread(self._jobs.get_upload, owner, upload_id)
        return pb.UploadAudioResponse(
            committed_bytes=job.upload.committed_bytes, complete=job.upload.complete
        )

    async def _take(self, owner: str, upload_id: str, request: pb.UploadAudioRequest) -> None:
        if request.data:
            part = (request.offset, request.data, request.crc32c)
            await asyncio.to_thread(self._jobs.append, owner, upload_id, *part)
        if request.HasField("finish"):
            size_bytes, sha256 = request.finish.size_bytes, request.finish.sha256
            if len(sha256) != SHA256_BYTES or size_bytes < 0:
                raise OptionError(
                    f"A finish has a size, and a SHA-256 of {SHA256_BYTES} bytes.",
                    field="finish.sha256",
                )
            await asyncio.to_thread(self._jobs.finish_upload, owner, upload_id, size_bytes, sha256)

    async def GetJob(  # noqa: N802
        self,
        request: pb.GetJobRequest,
        context: Context,  # noqa: ARG002
    ) -> pb.GetJobResponse:
        """A job as it is."""
        job = await asyncio.to_thread(self._jobs.get, current_caller().id, request.job_id)
        return pb.GetJobResponse(job=to_job(job))

    async def ListJobs(  # noqa: N802
        self,
        request: pb.ListJobsRequest,
        context: Context,  # noqa: ARG002
    ) -> pb.ListJobsResponse:
        """A page of the caller's jobs."""
        states = {value: state for state, value in STATES.items()}
        unknown = [value for value in request.states if value not in states]
        if unknown:
            raise OptionError(f"There is no job state {unknown[0]}.", field="states")
        wanted = [states[value] for value in request.states]
        page = (request.page_size, request.page_token, wanted)
        found, token = await asyncio.to_thread(self._jobs.list, current_caller().id, *page)
        return pb.ListJobsResponse(jobs=[to_job(job) for job in found], next_page_token=token)

    async def WatchJob(  # noqa: N802
        self,
        request: pb.WatchJobRequest,
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[pb.WatchJobResponse]:
        """Everything behind the cursor, until the job has ended. Waiting holds no thread."""
        owner, cursor = current_caller().id, request.cursor
        if cursor < 0:
            raise OptionError(f"{cursor} is no cursor.", field="cursor")
        while True:
            looked = await asyncio.to_thread(self._jobs.look, owner, request.job_id, cursor)
            job, events = looked
            for event in events:
                cursor = event.cursor
                yield to_watch_response(event)
            if events and events[-1].is_last:
                return
            if not events and job.state.is_final:
                return
            if not events:
                await asyncio.sleep(LOOK_EVERY_S)

    async def GetTranscript(  # noqa: N802
        self,
        request: pb.GetTranscriptRequest,
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[pb.GetTranscriptResponse]:
        """The result, in messages of bounded size."""
        owner, job_id = current_caller().id, request.job_id
        if request.format:
            format_named(request.format)  # before anything is read
        job = await asyncio.to_thread(self._jobs.get, owner, job_id)
        transcript = await asyncio.to_thread(self._jobs.transcript, owner, job_id)
        if request.format:
            name = job.display_name
            parts = await asyncio.to_thread(to_exported, transcript, request.format, name)
        else:
            parts = to_transcript(transcript)
        for part in parts:
            yield part

    async def CancelJob(  # noqa: N802
        self,
        request: pb.CancelJobRequest,
        context: Context,  # noqa: ARG002
    ) -> pb.CancelJobResponse:
        """Stops a job."""
        job = await asyncio.to_thread(self._jobs.cancel, current_caller().id, request.job_id)
        return pb.CancelJobResponse(job=to_job(job))

    async def DeleteJob(  # noqa: N802
        self,
        request: pb.DeleteJobRequest,
        context: Context,  # noqa: ARG002
    ) -> pb.DeleteJobResponse:
        """Removes a job, its audio and its text."""
        await asyncio.to_thread(self._jobs.delete, current_caller().id, request.job_id)
        return pb.DeleteJobResponse()
