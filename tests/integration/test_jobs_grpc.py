"""``JobService`` over a real channel, behind the server's own interceptor."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import google_crc32c
import grpc
import pytest

from audiosvc.errors import (
    JobConflict,
    JobFailed,
    JobNotFound,
    JobNotReady,
    OptionError,
    ProtocolError,
    QuotaExceeded,
    TooLarge,
    UploadCorrupt,
    UploadMisplaced,
)
from audiosvc.export.json import parse
from audiosvc.jobs import Jobs, JobSettings, Worker
from audiosvc.server.callers import Caller, Quotas
from audiosvc.server.doors import Credentials
from audiosvc.server.grpc_jobs import JobServicer
from audiosvc.server.interceptor import Interceptor
from audiosvc.server.lifecycle import Lifecycle, Phase
from audiosvc.server.metrics import Metrics
from audiosvc.settings import Settings
from audiosvc.v1 import config_pb2, jobs_pb2_grpc
from audiosvc.v1 import jobs_pb2 as pb
from audiosvc.wire.config import Wish
from audiosvc.wire.details import from_call
from audiosvc.wire.values import from_segment, from_summary, from_turns
from tests.fakes.jobs import LoggingTranscriber, choose_fake, long_story, recording_of

STORY = long_story(4)
AUDIO = recording_of(STORY)
PART_BYTES = 60_000


@dataclass
class Service:
    """A client of the service, and its jobs behind the service's back."""

    stub: Any
    jobs: Jobs

    def ask(self, method: str, request: Any, owner: str = "one") -> Any:
        """The response, or all of them; errors are those of ours."""
        given = (("authorization", owner),)
        try:
            response = getattr(self.stub, method)(request, metadata=given, timeout=20)
            return response if not isinstance(response, grpc.Call) else list(response)
        except grpc.RpcError as error:
            raise from_call(error) from None

    def create(self, **given: Any) -> Any:
        owner = given.pop("owner", "one")
        return self.ask("CreateJob", pb.CreateJobRequest(**given), owner).job

    def upload(self, upload_id: str, data: bytes = AUDIO, **given: Any) -> Any:
        return self.ask("UploadAudio", iter(parts(upload_id, data)), **given)


def parts(upload_id: str, data: bytes, start: int = 0) -> Iterator[pb.UploadAudioRequest]:
    for at in range(start, len(data), PART_BYTES):
        piece = data[at : at + PART_BYTES]
        yield part(upload_id, at, piece)
    finish = pb.UploadFinish(size_bytes=len(data), sha256=hashlib.sha256(data).digest())
    yield pb.UploadAudioRequest(finish=finish)


def part(upload_id: str, at: int, piece: bytes) -> pb.UploadAudioRequest:
    return pb.UploadAudioRequest(
        upload_id=upload_id, offset=at, data=piece, crc32c=google_crc32c.value(piece)
    )


def door(shown: Credentials) -> Caller:
    return Caller(shown.authorization, Quotas(max_jobs=3))


def check(wish: Wish) -> None:
    if wish.model == "unknown":
        raise OptionError("no such model", field="transcription.model")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = JobSettings(
        data_dir=tmp_path_factory.mktemp("jobs"), poll_s=0.05, max_upload_bytes=2_000_000
    )
    jobs = Jobs(settings)
    worker = Worker(Settings(), settings, choose=choose_fake(STORY, LoggingTranscriber(STORY)))
    worker.start()
    ready, stop, ports = threading.Event(), asyncio.Event(), list[int]()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        lifecycle = Lifecycle()
        server = grpc.aio.server(interceptors=[Interceptor(lifecycle, door, Metrics(), 30.0)])
        jobs_pb2_grpc.add_JobServiceServicer_to_server(JobServicer(jobs, check), server)
        ports.append(server.add_insecure_port("127.0.0.1:0"))
        await server.start()
        await lifecycle.enter(Phase.SERVING)
        ready.set()
        await stop.wait()
        await server.stop(None)

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(20)
    with grpc.insecure_channel(f"127.0.0.1:{ports[0]}") as channel:
        yield Service(jobs_pb2_grpc.JobServiceStub(channel), jobs)
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
    worker.drain(5.0)
    worker.close()
    jobs.close()


def test_a_job_from_its_announcement_to_its_deletion(service: Service) -> None:
    count = config_pb2.SpeakerCount(at_most=2)
    wish = config_pb2.TranscriptionConfig(
        language_code="en", hotwords=["Duguid"], speaker_count=count
    )
    job = service.create(
        request_id="r1", display_name="dir/story.wav", transcription=wish, size_bytes=len(AUDIO)
    )
    assert (job.state, job.transcription) == (pb.JOB_STATE_UPLOADING, wish)
    with pytest.raises(JobNotReady):
        service.ask("GetTranscript", pb.GetTranscriptRequest(job_id=job.job_id))
    done = service.upload(job.upload.upload_id)
    assert (done.committed_bytes, done.complete) == (len(AUDIO), True)
    watched = service.ask("WatchJob", pb.WatchJobRequest(job_id=job.job_id))
    assert [event.cursor for event in watched] == list(range(1, len(watched) + 1))
    assert watched[-1].state_changed.state == pb.JOB_STATE_SUCCEEDED
    for cursor in (0, 3, len(watched)):
        request = pb.WatchJobRequest(job_id=job.job_id, cursor=cursor)
        assert service.ask("WatchJob", request) == watched[cursor:]
    job = service.ask("GetJob", pb.GetJobRequest(job_id=job.job_id)).job
    assert job.summary == watched[-1].state_changed.summary
    assert job.summary.segment_count == 4
    messages = service.ask("GetTranscript", pb.GetTranscriptRequest(job_id=job.job_id))
    found = from_summary(
        messages[-1].summary,
        [from_segment(one.segment) for one in messages if one.HasField("segment")],
        [
            turn
            for one in messages
            if one.HasField("turns_ready")
            for turn in from_turns(one.turns_ready)
        ],
    )
    assert found.text == service.jobs.transcript("one", job.job_id).text
    assert len(found.turns) == 4
    request = pb.GetTranscriptRequest(job_id=job.job_id, format="json")
    exported = b"".join(one.data for one in service.ask("GetTranscript", request))
    assert parse(exported.decode()).text == found.text
    request = pb.GetTranscriptRequest(job_id=job.job_id, format="rttm")
    assert service.ask("GetTranscript", request)[0].data.startswith(b"SPEAKER story 1 ")
    service.ask("DeleteJob", pb.DeleteJobRequest(job_id=job.job_id))
    with pytest.raises(JobNotFound):
        service.ask("GetJob", pb.GetJobRequest(job_id=job.job_id))


def test_an_upload_goes_on_after_a_break(service: Service) -> None:
    job = service.create()
    upload_id = job.upload.upload_id
    broken = part(upload_id, PART_BYTES, AUDIO[PART_BYTES : 2 * PART_BYTES])
    broken.crc32c += 1
    with pytest.raises(UploadCorrupt):
        service.ask("UploadAudio", iter([part(upload_id, 0, AUDIO[:PART_BYTES]), broken]))
    job = service.ask("GetJob", pb.GetJobRequest(job_id=job.job_id)).job
    assert job.upload.committed_bytes == PART_BYTES
    with pytest.raises(UploadMisplaced):
        service.ask("UploadAudio", iter([part(upload_id, PART_BYTES + 1, b"x")]))
    done = service.ask("UploadAudio", parts(upload_id, AUDIO, PART_BYTES))
    assert done.complete
    service.ask("DeleteJob", pb.DeleteJobRequest(job_id=job.job_id))


def test_nobody_sees_the_job_of_another(service: Service) -> None:
    job = service.create(owner="one")
    for method, request in (
        ("GetJob", pb.GetJobRequest(job_id=job.job_id)),
        ("WatchJob", pb.WatchJobRequest(job_id=job.job_id)),
        ("GetTranscript", pb.GetTranscriptRequest(job_id=job.job_id)),
        ("CancelJob", pb.CancelJobRequest(job_id=job.job_id)),
        ("DeleteJob", pb.DeleteJobRequest(job_id=job.job_id)),
        ("UploadAudio", iter([part(job.upload.upload_id, 0, b"x")])),
    ):
        with pytest.raises(JobNotFound):
            service.ask(method, request, "other")
    assert not service.ask("ListJobs", pb.ListJobsRequest(), "other").jobs
    cancelled = service.ask("CancelJob", pb.CancelJobRequest(job_id=job.job_id)).job
    assert cancelled.state == pb.JOB_STATE_CANCELLED
    watched = service.ask("WatchJob", pb.WatchJobRequest(job_id=job.job_id))
    assert watched[-1].state_changed.state == pb.JOB_STATE_CANCELLED
    with pytest.raises(JobFailed):
        service.ask("GetTranscript", pb.GetTranscriptRequest(job_id=job.job_id))


def test_pages_and_states(service: Service) -> None:
    made = [service.create(owner="pages").job_id for _ in range(3)]
    with pytest.raises(QuotaExceeded):
        service.create(owner="pages")
    service.ask("CancelJob", pb.CancelJobRequest(job_id=made[0]), "pages")
    request = pb.ListJobsRequest(page_size=2)
    first = service.ask("ListJobs", request, "pages")
    request.page_token = first.next_page_token
    second = service.ask("ListJobs", request, "pages")
    assert [job.job_id for job in (*first.jobs, *second.jobs)] == made[::-1]
    assert not second.next_page_token
    request = pb.ListJobsRequest(states=[pb.JOB_STATE_CANCELLED])
    assert [one.job_id for one in service.ask("ListJobs", request, "pages").jobs] == made[:1]


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (TooLarge, lambda s: s.create(owner="x", size_bytes=10**12)),
        (OptionError, lambda s: s.create(owner="x", size_bytes=-1)),
        (OptionError, lambda s: s.create(owner="x", transcription={"model": "unknown"})),
        (OptionError, lambda s: s.create(owner="x", request_id="r" * 200)),
        (OptionError, lambda s: s.ask("ListJobs", pb.ListJobsRequest(page_token="%%"))),
        (OptionError, lambda s: s.ask("ListJobs", pb.ListJobsRequest(states=[99]))),
        (OptionError, lambda s: s.ask("WatchJob", pb.WatchJobRequest(cursor=-1))),
        (OptionError, lambda s: s.ask("GetTranscript", pb.GetTranscriptRequest(format="doc"))),
        (JobNotFound, lambda s: s.ask("GetJob", pb.GetJobRequest(job_id="../" * 999))),
        (ProtocolError, lambda s: s.ask("UploadAudio", iter([]))),
        (ProtocolError, lambda s: s.ask("UploadAudio", iter([pb.UploadAudioRequest()]))),
    ],
)
def test_what_cannot_be_meant_is_refused(
    service: Service, error: type[Exception], call: Callable[[Service], Any]
) -> None:
    with pytest.raises(error):
        call(service)


def test_one_call_takes_one_upload_and_nothing_behind_its_end(service: Service) -> None:
    upload_id = service.create(owner="y").upload.upload_id
    other = [part(upload_id, 0, b"x"), part("other", 1, b"x")]
    with pytest.raises(ProtocolError):
        service.ask("UploadAudio", iter(other), "y")
    behind = [*parts(upload_id, b"xy", 1), part(upload_id, 2, b"x")]
    with pytest.raises(ProtocolError):
        service.ask("UploadAudio", iter(behind), "y")


def test_the_same_request_is_the_same_job(service: Service) -> None:
    first = service.create(owner="z", request_id="same", display_name="a")
    assert service.create(owner="z", request_id="same", display_name="a") == first
    with pytest.raises(JobConflict):
        service.create(owner="z", request_id="same", display_name="b")


def test_a_watcher_that_goes_away_leaves_nothing_behind(service: Service, tmp_path: Path) -> None:
    job = service.create(owner="w")
    request = pb.WatchJobRequest(job_id=job.job_id)
    call = service.stub.WatchJob(request, metadata=(("authorization", "w"),), timeout=20)
    assert next(call).state_changed.state == pb.JOB_STATE_UPLOADING
    call.cancel()
    service.ask("DeleteJob", pb.DeleteJobRequest(job_id=job.job_id), "w")
