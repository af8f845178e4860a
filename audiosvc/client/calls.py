"""What can be asked about jobs and models, one flow a method."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from audiosvc.client.effects import Ask, Emit, Flow, Open, Read, ask, pause, read_all
from audiosvc.client.recording import Upload
from audiosvc.client.results import from_transcript
from audiosvc.client.retry import Contact
from audiosvc.client.upload import Sent, send
from audiosvc.client.values import (
    STATES,
    Job,
    JobState,
    JobStateChanged,
    Served,
    from_job,
    from_models,
    from_watch,
)
from audiosvc.errors import AudiosvcError, JobNotFound, ServerUnavailable
from audiosvc.types import Transcript
from audiosvc.v1 import jobs_pb2 as pb
from audiosvc.v1 import models_pb2
from audiosvc.wire.config import Pcm, Wish, to_audio_format, to_config

PAGE = 100


def models(contact: Contact) -> Flow[Served]:
    """What is served."""
    return from_models((yield from ask(contact, "ListModels", models_pb2.ListModelsRequest())))


def create(
    contact: Contact,
    name: str,
    wish: Wish,
    *,
    pcm: Pcm | None,
    size_bytes: int | None,
    request_id: str | None,
) -> Flow[Job]:
    """A new job, or the one that the same request made before."""
    request = pb.CreateJobRequest(
        request_id=request_id or str(uuid.uuid4()),
        display_name=name,
        transcription=to_config(wish),
        audio_format=to_audio_format(pcm),
        size_bytes=size_bytes,
    )
    return from_job((yield from ask(contact, "CreateJob", request)).job)


def submit(
    contact: Contact, upload: Upload, wish: Wish, request_id: str | None, sent: Sent | None
) -> Flow[Job]:
    """A job with all of its audio."""
    job = yield from create(
        contact,
        upload.display_name,
        wish,
        pcm=upload.pcm,
        size_bytes=upload.size_bytes,
        request_id=request_id,
    )
    if job.state is not JobState.UPLOADING:
        return job  # the same request has sent it before
    return (yield from send(contact, job, upload, sent))


def resume(contact: Contact, job_id: str, upload: Upload, sent: Sent | None) -> Flow[Job]:
    """The job, with the rest of its audio."""
    job = yield from get(contact, job_id)
    return (yield from send(contact, job, upload, sent))


def get(contact: Contact, job_id: str) -> Flow[Job]:
    """One job."""
    return from_job((yield from ask(contact, "GetJob", pb.GetJobRequest(job_id=job_id))).job)


def every(contact: Contact, states: Sequence[JobState]) -> Flow[None]:
    """Emits jobs, newest first, a page at a time."""
    numbers = [number for number, state in STATES.items() if state in states]
    token = ""
    while True:
        request = pb.ListJobsRequest(page_size=PAGE, page_token=token, states=numbers)
        page = yield from ask(contact, "ListJobs", request)
        for job in page.jobs:
            yield Emit(from_job(job))
        token = page.next_page_token
        if not token:
            return


def watch(contact: Contact, job_id: str, cursor: int) -> Flow[None]:
    """Emits events behind the cursor until the job has ended, each once, over any break."""
    tries = contact.tries()
    had_ended = False  # before the connection was opened
    while True:
        broken: AudiosvcError | None = None
        stream = yield Open("WatchJob", pb.WatchJobRequest(job_id=job_id, cursor=cursor))
        try:
            while (message := (yield Read(stream))) is not None:
                if message.cursor <= cursor:
                    continue
                cursor = message.cursor
                tries.progress()
                event = from_watch(message)
                if event is not None:
                    yield Emit(event)
                    if isinstance(event.event, JobStateChanged) and event.event.state.ended:
                        return
        except AudiosvcError as error:
            broken = error
        finally:
            stream.cancel()
        if broken is None:
            if had_ended:
                return  # the caller came with the last cursor
            had_ended = (yield from get(contact, job_id)).state.ended
        yield from pause(tries, broken or ServerUnavailable("The server stopped telling."))


def transcript(contact: Contact, job_id: str) -> Flow[Transcript]:
    """The result of a job."""
    return from_transcript((yield from _result(contact, job_id, "")))


def export(contact: Contact, job_id: str, format_name: str) -> Flow[bytes]:
    """The result of a job, as a file in a format."""
    return b"".join(part.data for part in (yield from _result(contact, job_id, format_name)))


def cancel(contact: Contact, job_id: str) -> Flow[Job]:
    """The job, stopped."""
    request = pb.CancelJobRequest(job_id=job_id)
    return from_job((yield from ask(contact, "CancelJob", request)).job)


def delete(contact: Contact, job_id: str) -> Flow[None]:
    """Nothing is left of the job."""
    tries = contact.tries()
    broken = False
    while True:
        try:
            yield Ask("DeleteJob", pb.DeleteJobRequest(job_id=job_id))
            return
        except JobNotFound:
            if broken:
                return  # the try whose answer was lost has done it
            raise
        except AudiosvcError as error:
            yield from pause(tries, error)
            broken = True


def _result(contact: Contact, job_id: str, format_name: str) -> Flow[list[Any]]:
    """All parts of a transcript, read anew from its beginning after a break."""
    tries = contact.tries()
    request = pb.GetTranscriptRequest(job_id=job_id, format=format_name)
    while True:
        stream = yield Open("GetTranscript", request)
        try:
            return (yield from read_all(stream))
        except AudiosvcError as error:
            yield from pause(tries, error)
