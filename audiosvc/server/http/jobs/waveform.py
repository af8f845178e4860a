"""``/v1/jobs/{id}/waveform``: how loud a recording is, for who draws it."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from audiosvc.audio.waveform import Waveform
from audiosvc.server.callers import current_caller
from audiosvc.server.http.jobs.routes import READS, JobId, JobsHere
from audiosvc.server.http.problems import documented
from audiosvc.server.http.replies import Json

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])
VERSION, CHANNELS, BITS = 2, 1, 8
EXAMPLE: dict[str, Any] = {
    "version": VERSION,
    "channels": CHANNELS,
    "sample_rate": 16_000,
    "samples_per_pixel": 160,
    "bits": BITS,
    "length": 3,
    "data": [-2, 2, -47, 51, -12, 9],
}


class WaveformModel(BaseModel):
    """The format of audiowaveform, which players such as peaks.js and wavesurfer.js know."""

    version: Literal[2]
    channels: Literal[1]
    sample_rate: int = Field(description="In Hz; of what was transcribed, not of the file.")
    samples_per_pixel: int = Field(description="How many samples a point stands for.")
    bits: Literal[8]
    length: int = Field(description="How many points there are: 4,096 at most.")
    data: list[int] = Field(
        description="The lowest and the highest sample of each point, from -128 to 127, by turns."
    )

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})


@router.get(
    "/{job_id}/waveform",
    summary="How loud the recording of a job is",
    responses={200: {"model": WaveformModel}, **documented(*READS, 409)},
)
async def get_waveform(jobs: JobsHere, job_id: JobId) -> Response:
    """From its beginning on; a beginning that was left out is silent.

    It is there once the recording was read, and kept as long as the job, whether the recording is
    or not.
    """
    found = await asyncio.to_thread(jobs.waveform, current_caller().id, job_id)
    return Json(_document(found))


def _document(waveform: Waveform) -> dict[str, Any]:
    return {
        "version": VERSION,
        "channels": CHANNELS,
        "sample_rate": waveform.sample_rate_hz,
        "samples_per_pixel": waveform.samples_per_point,
        "bits": BITS,
        "length": waveform.length,
        "data": waveform.extremes,
    }
