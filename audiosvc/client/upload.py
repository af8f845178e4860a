"""Sends a recording to its job, over as many connections as it takes."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator

import google_crc32c
from google.protobuf.message import Message

from audiosvc.client.effects import Flow, Send, ask, pause
from audiosvc.client.recording import Upload
from audiosvc.client.retry import Contact
from audiosvc.client.values import Job, JobState, from_job
from audiosvc.errors import (
    AudiosvcError,
    Cancelled,
    JobFailed,
    ServerUnavailable,
    UploadCorrupt,
    UploadMisplaced,
)
from audiosvc.v1 import jobs_pb2 as pb

# What the way damages is sent again; what is damaged so often is not the way's fault.
MOST_DAMAGED = 3

Sent = Callable[[int, int | None], None]
"""Told how many bytes are on their way and how many there are, from whichever thread sends."""


class Parts:
    """The requests of an upload, from any place on; knows the digest of all bytes at the end."""

    def __init__(self, upload: Upload, upload_id: str, sent: Sent | None = None) -> None:
        self._upload = upload
        self._upload_id = upload_id
        self._sent = sent
        self._digest = hashlib.sha256()
        self._digested = 0
        # After a break the sender of before may still be reading: it must not read on.
        self._lock = threading.Lock()
        self._sender = 0

    def requests(self, offset: int) -> Iterator[Message]:
        """What is still to be sent when the server keeps ``offset`` bytes."""
        with self._lock:
            self._sender += 1
            sender = self._sender
            # The digest is of all bytes: those that another process sent are read, and not sent.
            position = min(offset, self._digested)
        while part := self._read(position, sender):
            data = part[max(0, offset - position) :]
            position += len(part)
            if data:
                yield self._request(data, position - len(data))
                if self._sent:
                    self._sent(position, self._upload.size_bytes)
        finish = pb.UploadFinish(size_bytes=position, sha256=self._digest.digest())
        yield pb.UploadAudioRequest(upload_id=self._upload_id, offset=position, finish=finish)

    def _read(self, position: int, sender: int) -> bytes:
        with self._lock:
            if sender != self._sender:
                raise Cancelled("Another connection goes on with this upload.")
            part = self._upload.read(position)
            fresh = part[self._digested - position :]
            self._digest.update(fresh)
            self._digested += len(fresh)
            return part

    def _request(self, data: bytes, offset: int) -> pb.UploadAudioRequest:
        return pb.UploadAudioRequest(
            upload_id=self._upload_id,
            offset=offset,
            data=data,
            crc32c=google_crc32c.value(data),
        )


def send(contact: Contact, job: Job, upload: Upload, sent: Sent | None = None) -> Flow[Job]:
    """The job, once all of its audio is there.

    After a break it goes on behind what the server has kept. Raises UploadCorrupt when bytes are
    damaged again and again, JobFailed when the job ends meanwhile.
    """
    parts = Parts(upload, job.upload_id, sent)
    tries = contact.tries()
    damaged = 0
    while job.state is JobState.UPLOADING:
        kept = job.committed_bytes
        error: AudiosvcError = ServerUnavailable("The server has not finished the upload.")
        try:
            yield Send("UploadAudio", parts.requests(kept))
        except (UploadCorrupt, UploadMisplaced) as caught:
            damaged += 1
            if damaged == MOST_DAMAGED:
                raise
            error = ServerUnavailable(str(caught))  # worth another try, after a pause
        except AudiosvcError as caught:
            if not tries.worth(caught):
                raise
            error = caught
        job = yield from _look(contact, job)
        if job.committed_bytes > kept:
            tries.progress()
            damaged = 0
        if job.state is JobState.UPLOADING:
            yield from pause(tries, error)
    if job.state in {JobState.FAILED, JobState.CANCELLED}:
        reason = f": {job.failure.message}" if job.failure else "."
        raise JobFailed(f"The job is {job.state.value}, and takes no more audio{reason}")
    return job


def _look(contact: Contact, job: Job) -> Flow[Job]:
    response = yield from ask(contact, "GetJob", pb.GetJobRequest(job_id=job.id))
    return from_job(response.job)
