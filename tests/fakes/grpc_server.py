"""A server of the whole contract in this process, which fails when it is told to.

It speaks through real sockets: what a client does after a break is tested as it happens.
"""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict, deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import google_crc32c
import grpc
from grpc_status import rpc_status

from audiosvc.errors import (
    AudiosvcError,
    JobConflict,
    JobNotFound,
    JobNotReady,
    UploadCorrupt,
    UploadMisplaced,
)
from audiosvc.estimates import Candidate, Contribution, GeoEstimate, Point
from audiosvc.spans import Span
from audiosvc.types import Coverage, Notice, Segment, Speaker, Transcript, Turn, Word
from audiosvc.v1 import (
    geo_pb2,
    geo_pb2_grpc,
    jobs_pb2,
    jobs_pb2_grpc,
    models_pb2,
    models_pb2_grpc,
    transcript_pb2,
    transcription_pb2,
    transcription_pb2_grpc,
)
from audiosvc.wire.details import to_status
from audiosvc.wire.geo import to_estimate
from audiosvc.wire.time import to_duration
from audiosvc.wire.values import to_segment, to_summary, to_turns

DROPPED = "Socket closed"
# More tries than any client makes.
ALWAYS = 100


def a_transcript(count: int = 3) -> Transcript:
    """Two people by turns, a segment a second."""
    segments = tuple(
        Segment(
            id=index,
            span=Span(float(index), index + 0.75),
            speaker=f"S{index % 2 + 1}",
            text=f"Sentence {index}.",
            words=(
                Word("Sentence", Span(float(index), index + 0.5), 0.5),
                Word(f"{index}.", Span(index + 0.5, index + 0.75)),
            ),
            language="en",
            confidence=0.5,
        )
        for index in range(count)
    )
    return Transcript(
        segments=segments,
        speakers=(Speaker("S1", 1.5, 0.0), Speaker("S2", 0.75, 1.0)),
        language="en",
        duration_s=float(count),
        coverage=Coverage(0.75 * count, 0.75 * count, (Span(0.75, 1.0),)),
        model="script",
        turns=tuple(Turn(segment.span, segment.speaker or "") for segment in segments),
        notices=(Notice("scripted", "This was played.", Span(0.0, 1.0)),),
        version="0",
    )


def an_estimate(localizability: float = 0.75) -> GeoEstimate:
    """Lund, for one reason."""
    lund = Candidate("Lund", "Skåne", "SE", "Sweden", "Europe", Point(55.7, 13.2), 0.5)
    heard = Contribution("language", "human_sounds", "Swedish is spoken", 4.5, (Span(0.5, 2.0),))
    return GeoEstimate(
        status="LOCATED" if localizability > 0.5 else "NOT_LOCALIZABLE",
        point=Point(55.7, 13.2),
        radius_50_km=100.0,
        radius_90_km=400.0,
        localizability=localizability,
        candidates=(lund,),
        evidence=(heard,),
        reasoning=("Swedish is spoken.",),
        summary="Most likely from Lund, Sweden.",
        heat=(("831f03fffffffff", 0.25),),
        listened_s=3.0,
        notices=(Notice("scripted", "This was played."),),
        version="0",
    )


@dataclass
class FakeJob:
    """A job and the bytes that came."""

    message: jobs_pb2.Job
    request: jobs_pb2.CreateJobRequest
    data: bytearray = field(default_factory=bytearray)


class FakeServer:
    """What it does can be changed at any time.

    refusals: for each method, errors that the next calls get at once; None lets one pass. The text
    DROPPED in place of an error is a broken connection. Under asyncio the library may lose the
    refusal of a call that still sends, which is then asked again: an upload that has to be refused
    is refused ALWAYS. breaks: uploads break when a call has
    brought so many bytes. damages: parts, counted over all calls, that are refused as damaged.
    watch_breaks: watches break after these cursors. play: what Transcribe answers after
    SessionStarted and the end of the audio. estimates: what LocateStream answers; Locate answers
    the last one.
    """

    def __init__(self, transcript: Transcript | None = None) -> None:
        self.transcript = transcript or a_transcript()
        self.refusals: dict[str, deque[AudiosvcError | str | None]] = defaultdict(deque)
        self.breaks: deque[int] = deque()
        self.damages: set[int] = set()
        self.watch_breaks: deque[int] = deque()
        self.ends_in = jobs_pb2.JOB_STATE_SUCCEEDED
        self.play = self.whole()
        self.estimates = [an_estimate(0.25), an_estimate(0.75)]
        self.play_at_once = False
        self.holds = False
        self.reading_pause_s = 0.0
        self.breaks_after_audio_bytes: int | None = None
        # What was seen.
        self.calls: list[str] = []
        self.metadata: list[dict[str, str]] = []
        self.configs: list[transcription_pb2.TranscribeConfig] = []
        self.geo_configs: list[geo_pb2.LocateConfig] = []
        self.audio = bytearray()
        self.parts: list[tuple[int, int]] = []
        self.watched_from: list[int] = []
        self.ended = threading.Event()
        self.stopping = threading.Event()
        self.jobs: dict[str, FakeJob] = {}
        self.port = 0

    # Life.

    def start(self, credentials: grpc.ServerCredentials | None = None) -> FakeServer:
        self.stopping.clear()
        options = [("grpc.so_reuseport", 0)]
        self._server = grpc.server(ThreadPoolExecutor(16), options=options)
        transcription_pb2_grpc.add_TranscriptionServiceServicer_to_server(
            _Transcription(self), self._server
        )
        geo_pb2_grpc.add_GeoServiceServicer_to_server(_Geo(self), self._server)
        jobs_pb2_grpc.add_JobServiceServicer_to_server(_Jobs(self), self._server)
        models_pb2_grpc.add_ModelServiceServicer_to_server(_Models(self), self._server)
        address = f"127.0.0.1:{self.port}"
        if credentials:
            self.port = self._server.add_secure_port(address, credentials)
        else:
            self.port = self._server.add_insecure_port(address)
        self._server.start()
        return self

    def stop(self) -> None:
        """All calls break. ``start`` comes back at the same address."""
        self.stopping.set()
        self._server.stop(0).wait(10)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    # What it plays.

    def whole(self) -> list[transcription_pb2.TranscribeResponse]:
        """The transcript as responses."""
        ready = [
            transcription_pb2.TranscribeResponse(
                segment_ready=transcript_pb2.SegmentReady(segment=to_segment(segment))
            )
            for segment in self.transcript.segments
        ]
        turns = [
            transcription_pb2.TranscribeResponse(turns_ready=some)
            for some in to_turns(self.transcript.turns)
        ]
        progress = transcript_pb2.Progress(
            done_duration=to_duration(1.0), total_duration=to_duration(3.0), stage="transcribe"
        )
        finished = transcription_pb2.Finished(summary=to_summary(self.transcript))
        return [
            transcription_pb2.TranscribeResponse(progress=progress),
            *ready,
            *turns,
            transcription_pb2.TranscribeResponse(finished=finished),
        ]

    def events(self) -> list[jobs_pb2.WatchJobResponse]:
        """The whole life of a job."""
        states = [
            jobs_pb2.WatchJobResponse(state_changed=jobs_pb2.JobStateChanged(state=state))
            for state in (jobs_pb2.JOB_STATE_QUEUED, jobs_pb2.JOB_STATE_RUNNING)
        ]
        ready = [
            jobs_pb2.WatchJobResponse(
                segment_ready=transcript_pb2.SegmentReady(segment=to_segment(segment))
            )
            for segment in self.transcript.segments
        ]
        progress = jobs_pb2.JobProgress(
            done_duration=to_duration(2.0),
            total_duration=to_duration(3.0),
            windows_done=1,
            windows_total=2,
            stage="transcribe",
        )
        end = jobs_pb2.JobStateChanged(state=self.ends_in)
        if self.ends_in == jobs_pb2.JOB_STATE_SUCCEEDED:
            end.summary.CopyFrom(to_summary(self.transcript))
        if self.ends_in == jobs_pb2.JOB_STATE_FAILED:
            end.failure.reason = "AUDIO_UNREADABLE"
            end.failure.message = "talk.wav is not audio in any known format."
        found = [
            *states,
            jobs_pb2.WatchJobResponse(progress=progress),
            *ready,
            jobs_pb2.WatchJobResponse(state_changed=end),
        ]
        for cursor, event in enumerate(found, start=1):
            event.cursor = cursor
        return found

    # How it answers.

    def begin(self, method: str, context: grpc.ServicerContext) -> None:
        """Notes the call, and refuses it when that was asked for."""
        self.calls.append(method)
        self.metadata.append(dict(context.invocation_metadata()))
        if self.refusals[method]:
            refusal = self.refusals[method].popleft()
            if refusal is not None:
                self.refuse(context, refusal)

    def listen(self, requests: Iterator[Any], context: grpc.ServicerContext) -> None:
        """Takes audio to its end, and holds on when that was asked for."""
        with suppress(grpc.RpcError):
            for request in requests:
                self.audio += request.audio
                assert len(request.audio) <= 256 * 1024
                limit = self.breaks_after_audio_bytes
                if limit is not None and len(self.audio) >= limit:
                    self.refuse(context, DROPPED)
                self.stopping.wait(self.reading_pause_s)
        while self.holds and context.is_active() and not self.stopping.wait(0.01):
            pass

    @staticmethod
    def refuse(context: grpc.ServicerContext, error: AudiosvcError | str) -> None:
        if isinstance(error, str):
            context.abort(grpc.StatusCode.UNAVAILABLE, error)
        else:
            context.abort_with_status(rpc_status.to_status(to_status(error, "request-1")))

    def find(self, job_id: str, context: grpc.ServicerContext) -> FakeJob:
        if job_id not in self.jobs:
            self.refuse(context, JobNotFound(f"There is no job {job_id}."))
        return self.jobs[job_id]


class _Transcription(transcription_pb2_grpc.TranscriptionServiceServicer):
    def __init__(self, fake: FakeServer) -> None:
        self.fake = fake

    def Transcribe(  # noqa: N802
        self,
        requests: Iterator[transcription_pb2.TranscribeRequest],
        context: grpc.ServicerContext,
    ) -> Iterator[transcription_pb2.TranscribeResponse]:
        fake = self.fake
        context.add_callback(fake.ended.set)
        first = next(requests)  # as the server does, so that no refusal meets a message on its way
        fake.begin("Transcribe", context)
        fake.configs.append(first.config)
        started = transcription_pb2.SessionStarted(session_id="1", model="script")
        yield transcription_pb2.TranscribeResponse(session_started=started)
        if fake.play_at_once:
            yield from fake.play
        fake.listen(requests, context)
        if not fake.play_at_once:
            yield from fake.play


class _Geo(geo_pb2_grpc.GeoServiceServicer):
    def __init__(self, fake: FakeServer) -> None:
        self.fake = fake

    def Locate(  # noqa: N802
        self, requests: Iterator[geo_pb2.LocateRequest], context: grpc.ServicerContext
    ) -> Iterator[geo_pb2.LocateResponse]:
        self._begin("Locate", requests, context)
        yield geo_pb2.LocateResponse(session_started=geo_pb2.LocateStarted(session_id="1"))
        self.fake.listen(requests, context)
        for estimate in self.fake.estimates[-1:]:
            finished = geo_pb2.LocateFinished(estimate=to_estimate(estimate))
            yield geo_pb2.LocateResponse(finished=finished)

    def LocateStream(  # noqa: N802
        self, requests: Iterator[geo_pb2.LocateStreamRequest], context: grpc.ServicerContext
    ) -> Iterator[geo_pb2.LocateStreamResponse]:
        self._begin("LocateStream", requests, context)
        yield geo_pb2.LocateStreamResponse(session_started=geo_pb2.LocateStarted(session_id="1"))
        for estimate in self.fake.estimates[:-1]:
            yield geo_pb2.LocateStreamResponse(estimate=to_estimate(estimate))
        self.fake.listen(requests, context)
        for estimate in self.fake.estimates[-1:]:
            finished = geo_pb2.LocateFinished(estimate=to_estimate(estimate))
            yield geo_pb2.LocateStreamResponse(finished=finished)

    def _begin(self, method: str, requests: Iterator[Any], context: grpc.ServicerContext) -> None:
        context.add_callback(self.fake.ended.set)
        self.fake.begin(method, context)
        self.fake.geo_configs.append(next(requests).config)


class _Jobs(jobs_pb2_grpc.JobServiceServicer):
    def __init__(self, fake: FakeServer) -> None:
        self.fake = fake

    def CreateJob(  # noqa: N802
        self, request: jobs_pb2.CreateJobRequest, context: grpc.ServicerContext
    ) -> jobs_pb2.CreateJobResponse:
        fake = self.fake
        for job in fake.jobs.values():
            if job.request.request_id == request.request_id:
                if job.request != request:
                    fake.refuse(context, JobConflict("That was another request."))
                fake.begin("CreateJob", context)
                return jobs_pb2.CreateJobResponse(job=job.message)
        job_id = f"job-{len(fake.jobs) + 1}"
        message = jobs_pb2.Job(
            job_id=job_id,
            display_name=request.display_name,
            state=jobs_pb2.JOB_STATE_UPLOADING,
            transcription=request.transcription,
            upload=jobs_pb2.Upload(upload_id=f"upload-of-{job_id}"),
        )
        message.create_time.FromSeconds(1_700_000_000)
        if request.HasField("size_bytes"):
            message.upload.size_bytes = request.size_bytes
        fake.jobs[job_id] = FakeJob(message, request)
        fake.begin("CreateJob", context)  # refused: made all the same, its answer was lost
        return jobs_pb2.CreateJobResponse(job=message)

    def UploadAudio(  # noqa: N802
        self, requests: Iterator[jobs_pb2.UploadAudioRequest], context: grpc.ServicerContext
    ) -> jobs_pb2.UploadAudioResponse:
        fake = self.fake
        fake.begin("UploadAudio", context)
        room = fake.breaks.popleft() if fake.breaks else None
        job: FakeJob | None = None
        for request in requests:
            if job is None:
                job = fake.find(request.upload_id.removeprefix("upload-of-"), context)
                if job.message.state != jobs_pb2.JOB_STATE_UPLOADING:
                    fake.refuse(context, JobNotReady("The upload is complete."))
            if request.data:
                self._keep(job, request, context)
                room = None if room is None else room - len(request.data)
            if room is not None and room <= 0:
                fake.refuse(context, DROPPED)
            if request.HasField("finish"):
                whole = bytes(job.data)
                digest = hashlib.sha256(whole).digest()
                if (len(whole), digest) != (request.finish.size_bytes, request.finish.sha256):
                    fake.refuse(context, UploadCorrupt("The whole does not match its sum."))
                job.message.upload.complete = True
                job.message.state = jobs_pb2.JOB_STATE_QUEUED
                return jobs_pb2.UploadAudioResponse(committed_bytes=len(whole), complete=True)
        context.abort(grpc.StatusCode.UNAVAILABLE, DROPPED)
        raise AssertionError

    def _keep(
        self, job: FakeJob, request: jobs_pb2.UploadAudioRequest, context: grpc.ServicerContext
    ) -> None:
        fake = self.fake
        fake.parts.append((request.offset, len(request.data)))
        assert len(request.data) <= 256 * 1024
        number = len(fake.parts) - 1
        if number in fake.damages or google_crc32c.value(request.data) != request.crc32c:
            fake.refuse(context, UploadCorrupt("A part does not match its sum."))
        if request.offset > len(job.data):
            fake.refuse(context, UploadMisplaced("A part begins behind what is here."))
        fresh = request.data[len(job.data) - request.offset :]
        job.data += fresh
        job.message.upload.committed_bytes = len(job.data)
        fake.stopping.wait(fake.reading_pause_s)

    def GetJob(  # noqa: N802
        self, request: jobs_pb2.GetJobRequest, context: grpc.ServicerContext
    ) -> jobs_pb2.GetJobResponse:
        self.fake.begin("GetJob", context)
        return jobs_pb2.GetJobResponse(job=self.fake.find(request.job_id, context).message)

    def ListJobs(  # noqa: N802
        self, request: jobs_pb2.ListJobsRequest, context: grpc.ServicerContext
    ) -> jobs_pb2.ListJobsResponse:
        self.fake.begin("ListJobs", context)
        jobs = [job.message for job in reversed(self.fake.jobs.values())]
        if request.states:
            jobs = [job for job in jobs if job.state in request.states]
        first = int(request.page_token or 0)
        page = jobs[first : first + request.page_size]
        behind = first + len(page)
        token = str(behind) if behind < len(jobs) else ""
        return jobs_pb2.ListJobsResponse(jobs=page, next_page_token=token)

    def WatchJob(  # noqa: N802
        self, request: jobs_pb2.WatchJobRequest, context: grpc.ServicerContext
    ) -> Iterator[jobs_pb2.WatchJobResponse]:
        fake = self.fake
        context.add_callback(fake.ended.set)
        fake.begin("WatchJob", context)
        fake.watched_from.append(request.cursor)
        job = fake.find(request.job_id, context)
        after = fake.watch_breaks.popleft() if fake.watch_breaks else None
        if after == request.cursor:
            fake.refuse(context, DROPPED)
        for event in fake.events()[request.cursor :]:
            if event.HasField("state_changed"):
                job.message.state = event.state_changed.state
                job.message.failure.CopyFrom(event.state_changed.failure)
            yield event
            if event.cursor == after:
                fake.refuse(context, DROPPED)
        while fake.holds and context.is_active() and not fake.stopping.wait(0.01):
            pass

    def GetTranscript(  # noqa: N802
        self, request: jobs_pb2.GetTranscriptRequest, context: grpc.ServicerContext
    ) -> Iterator[jobs_pb2.GetTranscriptResponse]:
        fake = self.fake
        fake.begin("GetTranscript", context)
        fake.find(request.job_id, context)
        if request.format:
            text = f"{request.format} of {request.job_id}".encode()
            yield jobs_pb2.GetTranscriptResponse(data=text[:5])
            yield jobs_pb2.GetTranscriptResponse(data=text[5:])
            return
        for segment in fake.transcript.segments:
            yield jobs_pb2.GetTranscriptResponse(segment=to_segment(segment))
        for some in to_turns(fake.transcript.turns):
            yield jobs_pb2.GetTranscriptResponse(turns_ready=some)
        yield jobs_pb2.GetTranscriptResponse(summary=to_summary(fake.transcript))

    def CancelJob(  # noqa: N802
        self, request: jobs_pb2.CancelJobRequest, context: grpc.ServicerContext
    ) -> jobs_pb2.CancelJobResponse:
        job = self.fake.find(request.job_id, context)
        job.message.state = jobs_pb2.JOB_STATE_CANCELLED
        self.fake.begin("CancelJob", context)
        return jobs_pb2.CancelJobResponse(job=job.message)

    def DeleteJob(  # noqa: N802
        self, request: jobs_pb2.DeleteJobRequest, context: grpc.ServicerContext
    ) -> jobs_pb2.DeleteJobResponse:
        self.fake.find(request.job_id, context)
        del self.fake.jobs[request.job_id]
        self.fake.begin("DeleteJob", context)  # refused: gone all the same, its answer was lost
        return jobs_pb2.DeleteJobResponse()


class _Models(models_pb2_grpc.ModelServiceServicer):
    def __init__(self, fake: FakeServer) -> None:
        self.fake = fake

    def ListModels(  # noqa: N802
        self, request: models_pb2.ListModelsRequest, context: grpc.ServicerContext
    ) -> models_pb2.ListModelsResponse:
        self.fake.begin("ListModels", context)
        model = models_pb2.Model(
            model_id="script",
            title="A script",
            aliases=["play"],
            is_default=True,
            language_codes=["en", "de"],
            device="cpu",
            licence="MIT",
            loaded=True,
            window_duration=to_duration(60.0),
            live=True,
        )
        limits = models_pb2.ServerLimits(
            max_message_bytes=1_000_000,
            max_concurrent_sessions=4,
            max_session_duration=to_duration(7200.0),
            max_upload_bytes=10**9,
            max_audio_duration=to_duration(36_000.0),
            max_locates_per_minute=30,
        )
        return models_pb2.ListModelsResponse(models=[model], limits=limits, version="0")
