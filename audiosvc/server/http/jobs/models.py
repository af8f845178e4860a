"""Jobs as the description of the interface tells them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from audiosvc.export.schema import CoverageModel, NoticeModel, SpeakerModel
from audiosvc.server.http.wishes import Options

State = Literal["uploading", "queued", "running", "succeeded", "failed", "cancelled"]
Encoding = Literal["s16le", "s24le", "s32le", "f32le", "u8", "mulaw", "alaw"]
EXAMPLE: dict[str, Any] = {
    "id": "0b1d7a5e-7a0e-4a53-9e5b-0c7a3a6f4e11",
    "display_name": "meeting.flac",
    "state": "running",
    "options": {"language": "en", "max_speakers": 4},
    "upload": {
        "id": "5a3c2b9e-5a77-4f0e-8f4e-8d0a3f7f0a22",
        "url": "/v1/uploads/5a3c2b9e-5a77-4f0e-8f4e-8d0a3f7f0a22",
        "committed_bytes": 4_194_304,
        "size_bytes": 4_194_304,
        "complete": True,
    },
    "progress": {
        "done_s": 300.0,
        "total_s": 1800.0,
        "windows_done": 1,
        "windows_total": 6,
        "stage": "transcribe",
    },
    "failure": None,
    "summary": None,
    "create_time": "2026-05-01T09:30:00.000Z",
    "start_time": "2026-05-01T09:30:04.250Z",
    "end_time": None,
}


class AudioFormat(BaseModel):
    """Samples without a header."""

    model_config = ConfigDict(extra="forbid")

    encoding: Encoding = "s16le"
    sample_rate_hz: int = Field(default=16_000, ge=4_000, le=192_000)
    channels: int = Field(default=1, ge=1, le=8)


class Announced(BaseModel):
    """What a job is to be, whichever way its recording comes."""

    model_config = ConfigDict(extra="forbid")

    request_id: str = Field(
        default="",
        max_length=128,
        description="Given again with the same content, it means the same job. Best a UUID.",
    )
    display_name: str = Field(
        default="", max_length=1000, description="For people: such as the name of the file."
    )


class NewJobModel(Announced):
    """A job whose recording is sent later, to its ``upload.url``."""

    size_bytes: int | None = Field(
        default=None, ge=1, le=2**62, description="Refused at once when it is too much."
    )
    audio_format: AudioFormat | None = Field(
        default=None, description="Left out for a file that tells itself what it is."
    )
    options: Options = Options()

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "display_name": "meeting.flac",
                    "size_bytes": 4_194_304,
                    "options": {"language": "en", "max_speakers": 4},
                }
            ]
        },
    )


class FormModel(Announced, Options):
    """A job as a form; ``file`` holds the recording."""


class UploadModel(BaseModel):
    """How much of the recording is here."""

    id: str
    url: str = Field(description="Takes HEAD and PATCH, as the tus protocol has them.")
    committed_bytes: int = Field(description="Kept for good; the next part begins here.")
    size_bytes: int | None = Field(description="Of the whole; null while nobody has said.")
    complete: bool


class ProgressModel(BaseModel):
    """How much of the work is done, in seconds of audio."""

    done_s: float
    total_s: float
    windows_done: int
    windows_total: int
    stage: str = Field(description="listen, transcribe or link.")


class FailureModel(BaseModel):
    """Why a job failed."""

    reason: str = Field(description="The same words as in problems.")
    message: str = Field(description="A sentence for people.")


class SummaryModel(BaseModel):
    """A transcript without its segments."""

    language: str | None
    duration_s: float
    speakers: tuple[SpeakerModel, ...]
    coverage: CoverageModel
    notices: tuple[NoticeModel, ...]
    model: str
    version: str
    segment_count: int


class JobModel(BaseModel):
    """One recording on its way. Times of day are in UTC."""

    id: str
    display_name: str
    state: State
    options: dict[str, Any] = Field(description="Those that were said.")
    upload: UploadModel
    progress: ProgressModel | None
    failure: FailureModel | None = Field(description="Once it has failed.")
    summary: SummaryModel | None = Field(description="Once it has succeeded.")
    create_time: str = Field(json_schema_extra={"format": "date-time"})
    start_time: str | None = Field(json_schema_extra={"format": "date-time"})
    end_time: str | None = Field(json_schema_extra={"format": "date-time"})

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})


class JobsModel(BaseModel):
    """A page of jobs, newest first."""

    jobs: list[JobModel]
    next_page_token: str = Field(description="Empty on the last page.")
