"""What a server tells about its jobs and its models."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum

from google.protobuf.timestamp_pb2 import Timestamp

from audiosvc.events import Progress, SegmentReady, SegmentRevised, SpeakersMerged
from audiosvc.types import Transcript
from audiosvc.v1 import jobs_pb2, models_pb2
from audiosvc.wire.time import from_duration
from audiosvc.wire.values import from_segment, from_summary


class JobState(str, Enum):
    """Where a job stands."""

    UNKNOWN = "unknown"
    UPLOADING = "uploading"
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self in {JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED}


STATES = {
    jobs_pb2.JOB_STATE_UPLOADING: JobState.UPLOADING,
    jobs_pb2.JOB_STATE_QUEUED: JobState.QUEUED,
    jobs_pb2.JOB_STATE_RUNNING: JobState.RUNNING,
    jobs_pb2.JOB_STATE_SUCCEEDED: JobState.SUCCEEDED,
    jobs_pb2.JOB_STATE_FAILED: JobState.FAILED,
    jobs_pb2.JOB_STATE_CANCELLED: JobState.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class JobFailure:
    """Why a job failed. reason: a stable word for programs. message: a sentence for people."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far the work on a job is, in seconds of audio and in windows."""

    progress: Progress
    windows_done: int
    windows_total: int


@dataclass(frozen=True, slots=True)
class JobStateChanged:
    """The job is in another state. summary: the transcript without its segments and turns."""

    state: JobState
    failure: JobFailure | None = None
    summary: Transcript | None = None


@dataclass(frozen=True, slots=True)
class JobEvent:
    """Something that happened to a job. cursor: 1, 2, 3 …; ``watch`` goes on behind it."""

    cursor: int
    event: JobStateChanged | JobProgress | SegmentReady | SegmentRevised | SpeakersMerged


@dataclass(frozen=True, slots=True)
class Job:
    """One recording on its way.

    committed_bytes: how much of the audio the server keeps. size_bytes: of the whole, if it was
    announced. The times are aware, in UTC.
    """

    id: str
    name: str
    state: JobState
    upload_id: str
    committed_bytes: int
    size_bytes: int | None
    progress: JobProgress
    failure: JobFailure | None
    created: datetime
    started: datetime | None
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Model:
    """A model that may be asked for. languages: BCP-47 tags; empty when not restricted."""

    id: str
    title: str
    aliases: tuple[str, ...]
    is_default: bool
    languages: tuple[str, ...]
    device: str
    licence: str
    loaded: bool
    window_s: float
    live: bool


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """What the server accepts. max_locates_per_minute: of one caller; 0 where it serves none."""

    max_message_bytes: int
    max_concurrent_sessions: int
    max_session_s: float
    max_upload_bytes: int
    max_audio_s: float
    max_locates_per_minute: int = 0


@dataclass(frozen=True, slots=True)
class Served:
    """What a server serves. version: of audiosvc."""

    models: tuple[Model, ...]
    limits: ServerLimits
    version: str


def from_job(message: jobs_pb2.Job) -> Job:
    """A job."""
    upload = message.upload
    return Job(
        id=message.job_id,
        name=message.display_name,
        state=STATES.get(message.state, JobState.UNKNOWN),
        upload_id=upload.upload_id,
        committed_bytes=upload.committed_bytes,
        size_bytes=upload.size_bytes if upload.HasField("size_bytes") else None,
        progress=from_progress(message.progress),
        failure=_from_failure(message),
        created=_from_time(message.create_time),
        started=_from_time(message.start_time) if message.HasField("start_time") else None,
        ended=_from_time(message.end_time) if message.HasField("end_time") else None,
    )


def from_progress(message: jobs_pb2.JobProgress) -> JobProgress:
    """How far a job is; the total is None while nobody knows."""
    total_s = from_duration(message.total_duration) if message.HasField("total_duration") else None
    progress = Progress(from_duration(message.done_duration), total_s, message.stage)
    return JobProgress(progress, message.windows_done, message.windows_total)


def from_watch(message: jobs_pb2.WatchJobResponse) -> JobEvent | None:
    """An event; None for a kind that this client does not know yet."""
    kind = message.WhichOneof("event")
    if kind == "state_changed":
        changed = message.state_changed
        summary = from_summary(changed.summary) if changed.HasField("summary") else None
        state = STATES.get(changed.state, JobState.UNKNOWN)
        return JobEvent(message.cursor, JobStateChanged(state, _from_failure(changed), summary))
    if kind == "progress":
        return JobEvent(message.cursor, from_progress(message.progress))
    if kind == "segment_ready":
        return JobEvent(message.cursor, SegmentReady(from_segment(message.segment_ready.segment)))
    if kind == "segment_revised":
        segment = from_segment(message.segment_revised.segment)
        return JobEvent(message.cursor, SegmentRevised(segment))
    if kind == "speakers_merged":
        merged = message.speakers_merged
        return JobEvent(message.cursor, SpeakersMerged(merged.kept, merged.merged))
    return None


def from_models(message: models_pb2.ListModelsResponse) -> Served:
    """Everything that ListModels tells."""
    limits = message.limits
    return Served(
        tuple(_from_model(model) for model in message.models),
        ServerLimits(
            limits.max_message_bytes,
            limits.max_concurrent_sessions,
            from_duration(limits.max_session_duration),
            limits.max_upload_bytes,
            from_duration(limits.max_audio_duration),
            limits.max_locates_per_minute,
        ),
        message.version,
    )


def _from_model(message: models_pb2.Model) -> Model:
    return Model(
        id=message.model_id,
        title=message.title,
        aliases=tuple(message.aliases),
        is_default=message.is_default,
        languages=tuple(message.language_codes),
        device=message.device,
        licence=message.licence,
        loaded=message.loaded,
        window_s=from_duration(message.window_duration),
        live=message.live,
    )


def _from_failure(message: jobs_pb2.Job | jobs_pb2.JobStateChanged) -> JobFailure | None:
    if not message.HasField("failure"):
        return None
    return JobFailure(message.failure.reason, message.failure.message)


def _from_time(message: Timestamp) -> datetime:
    return message.ToDatetime(timezone.utc)
