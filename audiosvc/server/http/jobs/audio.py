"""``/v1/jobs/{id}/audio``: the recording of a job, for as long as it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Header, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from audiosvc.server.callers import current_caller
from audiosvc.server.http.jobs.ranges import UNKNOWN, NoSuchRangeError, media_type, range_of
from audiosvc.server.http.jobs.routes import READS, JobId, JobsHere
from audiosvc.server.http.problems import documented, on_http
from audiosvc.server.http.replies import NOSNIFF, Flow, attachment

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])
READ_BYTES = 256 * 1024
SNIFFED_BYTES = 16
BINARY = {"schema": {"type": "string", "format": "binary"}}
FILE = {"audio/*": BINARY, UNKNOWN: BINARY}


@router.get(
    "/{job_id}/audio",
    summary="The recording of a job",
    response_class=Response,
    responses={
        200: {"description": "All of it.", "content": FILE},
        206: {"description": "The range that was asked for.", "content": FILE},
        **documented(*READS, 409, 416),
    },
)
async def get_audio(
    request: Request,
    jobs: JobsHere,
    job_id: JobId,
    range_: Annotated[str | None, Header(alias="Range", description="One range of bytes.")] = None,
    if_range: Annotated[str | None, Header(description="The ETag that the range is of.")] = None,
) -> Response:
    """As it was sent. Whether it is kept after its job has ended is up to the operator."""
    owner = current_caller().id
    job = await asyncio.to_thread(jobs.get, owner, job_id)
    file, size_bytes = await asyncio.to_thread(jobs.open_audio, owner, job_id)
    tag = f'"{job.upload.upload_id}"'  # what was finished never changes
    try:
        span = range_of(range_ if if_range in {None, tag} else None, size_bytes)
        kind = media_type(await asyncio.to_thread(file.read, SNIFFED_BYTES))
    except NoSuchRangeError as error:
        file.close()
        told = {"Content-Range": f"bytes */{size_bytes}"}
        return on_http(request, HTTPException(416, str(error), told))
    except BaseException:
        file.close()
        raise
    start, end = span or (0, size_bytes)
    headers = {
        **NOSNIFF,
        "Content-Disposition": attachment(job.display_name or "recording"),
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Content-Length": str(end - start),
    }
    if span:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size_bytes}"
    return Flow(_read(file, start, end), 206 if span else 200, headers, kind)


async def _read(file: BinaryIO, start: int, end: int) -> AsyncGenerator[bytes, None]:
    """No faster than it is sent."""
    with file:
        await asyncio.to_thread(file.seek, start)
        while start < end:
            data = await asyncio.to_thread(file.read, min(READ_BYTES, end - start))
            if not data:
                return
            start += len(data)
            yield data
