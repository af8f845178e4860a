"""What is known of a job, and what happens to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from audiosvc.events import SegmentReady, SegmentRevised, SpeakersMerged
from audiosvc.types import Transcript
from audiosvc.wire.config import Pcm, Wish


class JobState(str, Enum):
    """Where a job stands."""

    UPLOADING = "uploading"
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing follows."""
        return self in FINAL


FINAL = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED})


@dataclass(frozen=True, slots=True)
class NewJob:
    """What a caller announces.

    request_id: given again with the same content, it means the same job; empty is a new job every
    time. display_name: for people, never a path. pcm: None for a container that tells itself.
    size_bytes: what will be sent, if known.
    """

    request_id: str = ""
    display_name: str = ""
    wish: Wish = field(default_factory=Wish)
    pcm: Pcm | None = None
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """How much of the audio is here. size_bytes: as announced, or as finished. spool: where."""

    upload_id: str
    committed_bytes: int = 0
    size_bytes: int | None = None
    complete: bool = False
    spool: str = ""


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How much of the work is done, in seconds of audio. stage: listen, transcribe or link."""

    done_s: float = 0.0
    total_s: float = 0.0
    windows_done: int = 0
    windows_total: int = 0
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job failed. reason: as in ``wire.statuses``. message: a sentence for people."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Result:
    """A transcript without its segments and turns. segment_count: how many there are."""

    summary: Transcript
    segment_count: int


@dataclass(frozen=True, slots=True)
class Job:
    """One recording on its way. Times are seconds since 1970."""

    job_id: str
    owner: str
    request_id: str
    display_name: str
    wish: Wish
    pcm: Pcm | None
    state: JobState
    upload: Upload
    progress: JobProgress
    create_time_s: float
    start_time_s: float | None = None
    end_time_s: float | None = None
    failure: Failure | None = None
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The job is in another state. result: with SUCCEEDED. failure: with FAILED."""

    state: JobState
    failure: Failure | None = None
    result: Result | None = None


Happening = StateChanged | JobProgress | SegmentReady | SegmentRevised | SpeakersMerged


@dataclass(frozen=True, slots=True)
class JobEvent:
    """Something that happened to a job. cursor: 1, 2, 3 … over its whole life."""

    cursor: int
    event: Happening

    @property
    def is_last(self) -> bool:
        """Whether nothing follows."""
        return isinstance(self.event, StateChanged) and self.event.state.is_final
