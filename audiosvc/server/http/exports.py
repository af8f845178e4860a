"""``POST /v1/transcripts/export``: from JSON into any other format. Nothing is kept."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from audiosvc.errors import FormatError
from audiosvc.export import json as json_format
from audiosvc.export.schema import TranscriptModel
from audiosvc.server.http.describing import body_of_model
from audiosvc.server.http.forms import body_of
from audiosvc.server.http.place import place_of
from audiosvc.server.http.problems import documented
from audiosvc.server.http.replies import KINDS, exported
from audiosvc.server.spool import SpoolFile

FormatName = Literal["json", "txt", "srt", "vtt", "rttm", "stm", "ctm", "seglst", "md"]
JSON = "application/json"
# A long transcript takes much memory while it is read: one at a time, the others lie in the spool.
_THREAD = ThreadPoolExecutor(1, "export")
SAID = {"id": 0, "start_s": 0.5, "end_s": 2.0, "speaker": "Ann", "text": "Good morning."}
EXAMPLE = {"segments": [SAID], "duration_s": 5.0}
FILES = {kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in KINDS.values()}
TEXT = {"text/plain": {"schema": {"type": "string"}}}
router = APIRouter(tags=["transcripts"])


@router.post(
    "/v1/transcripts/export",
    summary="Write a transcript in another format",
    response_class=Response,
    responses={
        **documented(400, 401, 403, 408, 413, 421, 422, 499, 500, 503, 507),
        200: {
            "description": "The file.",
            "content": {**FILES, **TEXT, JSON: {"schema": {}}},
        },
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {JSON: {**body_of_model(TranscriptModel), "example": EXAMPLE}},
        }
    },
)
async def export(
    request: Request,
    format_name: Annotated[FormatName, Query(alias="format")],
    name: Annotated[
        str, Query(max_length=1000, description="Of the recording, to name the file by.")
    ] = "",
) -> Response:
    """A transcript as `GET /v1/jobs/{id}/transcript` gives it, with whatever was corrected in it.

    It may have up to 16 MiB.
    """
    place = place_of(request).place
    file = place.spool.open("The transcript")
    in_thread = asyncio.get_running_loop().run_in_executor
    try:
        async for data in body_of(request):
            await asyncio.to_thread(file.write, data)
        return await in_thread(_THREAD, _export, file, format_name, name)
    finally:
        file.close()


def _export(file: SpoolFile, format_name: str, name: str) -> Response:
    file.file.seek(0)
    try:
        text = file.file.read().decode()
    except UnicodeDecodeError:
        raise FormatError("The transcript is not text in UTF-8.") from None
    return exported(json_format.parse(text), format_name, name)
