"""``/v1/uploads``: recordings that come by the tus protocol, or go on by it."""

from __future__ import annotations

import asyncio
import base64
import time
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from audiosvc.errors import AudioEmpty, JobNotReady, OptionError, TooLarge, UploadMisplaced
from audiosvc.jobs import Job, Jobs, NewJob
from audiosvc.server.callers import current_caller
from audiosvc.server.http.jobs.models import FormModel
from audiosvc.server.http.jobs.new import MAX_NAME, Maker, new_job
from audiosvc.server.http.jobs.routes import WRITES, JobsHere
from audiosvc.server.http.jobs.values import UPLOADS
from audiosvc.server.http.place import place_of
from audiosvc.server.http.problems import documented
from audiosvc.server.http.uploads import tus
from audiosvc.server.http.uploads.keeping import Keeper
from audiosvc.server.http.uploads.parts import keep_part
from audiosvc.server.http.uploads.tus_route import TusRoute
from audiosvc.server.http.wishes import REPEATED

router = APIRouter(
    prefix=UPLOADS, tags=["uploads"], route_class=TusRoute, default_response_class=Response
)
UploadId = Annotated[str, Path(description="As the last part of the Location of an upload.")]
JOB = "Audiosvc_Job"
REFUSALS = documented(*WRITES, 412)
PART_REFUSALS = documented(*WRITES, 410, 412, 460)


def _header(name: str, about: str, example: str = "", *, required: bool = False) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if example:
        schema["example"] = example
    place = {"name": name, "in": "header", "required": required}
    return {**place, "description": about, "schema": schema}


RESUMABLE = _header("Tus-Resumable", "The version of the protocol.", tus.VERSION, required=True)
LENGTH = _header("Upload-Length", "Of the whole, in bytes.", "4194304")
CHECKSUM = _header("Upload-Checksum", "Of the body: sha1 or sha256, and the value in Base64.")
OFFSET = _header("Upload-Offset", "Where the body begins in the whole.", "0", required=True)
METADATA = _header(
    "Upload-Metadata",
    "`filename`, `request_id`, and the options of a job by their names; `hotwords` has one a line.",
    "filename bWVldGluZy5mbGFj,language ZW4=",
)
DEFER = _header("Upload-Defer-Length", "1: the length is told with a later part.", "1")
BODY = {"requestBody": {"content": {tus.KIND: {"schema": {"type": "string", "format": "binary"}}}}}


@router.options("", summary="What of tus is spoken here", status_code=204)
@router.options("/{upload_id}", include_in_schema=False, status_code=204)
async def options(jobs: JobsHere) -> Response:
    """In headers."""
    return tus.told(
        Response(status_code=204),
        Tus_Version=tus.VERSION,
        Tus_Extension=",".join(tus.EXTENSIONS),
        Tus_Max_Size=str(jobs.settings.max_upload_bytes),
        Tus_Checksum_Algorithm=",".join(tus.CHECKSUMS),
    )


@router.post(
    "",
    summary="Begin an upload",
    status_code=201,
    responses={201: {"description": "The job is there, and waits."}, **REFUSALS},
    openapi_extra={"parameters": [RESUMABLE, LENGTH, DEFER, METADATA, CHECKSUM], **BODY},
)
async def create_upload(request: Request, jobs: JobsHere) -> Response:
    """Makes a job. It begins when the last byte is here."""
    maker = Maker(jobs, current_caller(), place_of(request).check)
    job = await maker.make(_announced(request))
    response = Response(status_code=201)
    response.headers["Location"] = f"{UPLOADS}/{job.upload.upload_id}"
    if not job.upload.committed_bytes and _is_part(request):
        _check_end(request, jobs, job, 0)
        job = await _take(request, jobs, job, 0)
        response.headers["Upload-Offset"] = str(job.upload.committed_bytes)
    else:
        job = await _settle(jobs, job)
    return tus.told(response, **_about(jobs, job))


@router.head(
    "/{upload_id}",
    summary="How far an upload is",
    responses=PART_REFUSALS,
    openapi_extra={"parameters": [RESUMABLE]},
)
async def look(jobs: JobsHere, upload_id: UploadId) -> Response:
    """``Upload-Offset`` says where to go on."""
    job = await _find(jobs, upload_id)
    upload, known = job.upload, _about(jobs, job)
    known["Upload_Offset"] = str(upload.committed_bytes)
    if upload.size_bytes is None:
        known["Upload_Defer_Length"] = "1"
    else:
        known["Upload_Length"] = str(upload.size_bytes)
    if job.display_name:
        name = base64.b64encode(job.display_name.encode()).decode()
        known["Upload_Metadata"] = f"filename {name}"
    return tus.told(Response(), **known)


@router.patch(
    "/{upload_id}",
    summary="Send a part",
    status_code=204,
    responses=PART_REFUSALS,
    openapi_extra={"parameters": [RESUMABLE, OFFSET, LENGTH, CHECKSUM], **BODY},
)
async def send_part(request: Request, jobs: JobsHere, upload_id: UploadId) -> Response:
    """The next part, or all the rest. What has come is kept, also when the connection breaks."""
    if not _is_part(request):
        raise HTTPException(415, f"A part of an upload is {tus.KIND}.")
    job = await _find(jobs, upload_id)
    at, here = tus.number(request, "Upload-Offset"), job.upload.committed_bytes
    if at is None:
        raise OptionError("A part says where it begins: Upload-Offset.", field="Upload-Offset")
    if at != here:
        raise UploadMisplaced(f"The part begins at {at:,}, but {here:,} bytes are here.")
    size_bytes = _length(request)
    if size_bytes not in {None, job.upload.size_bytes}:
        job = await asyncio.to_thread(jobs.announce, job.owner, upload_id, size_bytes)
    _check_end(request, jobs, job, at)
    if not job.upload.complete:
        job = await _take(request, jobs, job, at)
    known = _about(jobs, job) | {"Upload_Offset": str(job.upload.committed_bytes)}
    return tus.told(Response(status_code=204), **known)


@router.delete(
    "/{upload_id}",
    summary="Give an upload up",
    status_code=204,
    responses=PART_REFUSALS,
    openapi_extra={"parameters": [RESUMABLE]},
)
async def give_up(jobs: JobsHere, upload_id: UploadId) -> Response:
    """Its job goes with it. What is here as a whole is not given up: that job has begun."""
    job = await _find(jobs, upload_id)
    if job.upload.complete:
        raise JobNotReady(f"The upload is over, and its job has begun: see /v1/jobs/{job.job_id}.")
    await asyncio.to_thread(jobs.delete, job.owner, job.job_id)
    return Response(status_code=204)


@router.post("/{upload_id}", include_in_schema=False, status_code=204)
async def overridden(request: Request, jobs: JobsHere, upload_id: UploadId) -> Response:
    """For those who can send nothing but GET and POST, as the protocol wants it."""
    method = request.headers.get("x-http-method-override", "").upper()
    if method == "PATCH":
        return await send_part(request, jobs, upload_id)
    if method == "DELETE":
        return await give_up(jobs, upload_id)
    raise HTTPException(405)


def _announced(request: Request) -> NewJob:
    size_bytes = _length(request)
    deferred = request.headers.get("upload-defer-length")
    if (size_bytes is None) == (deferred is None) or deferred not in {None, "1"}:
        raise OptionError(
            "An upload says how long it will be, Upload-Length, or Upload-Defer-Length: 1.",
            field="Upload-Length",
        )
    given = tus.metadata(request.headers.get("upload-metadata", ""))
    name = (given.get("filename") or given.get("name", ""))[-MAX_NAME:]
    # Programs add keys of their own, such as the type of the file.
    fields = [(key, value) for key, value in given.items() if key in FormModel.model_fields]
    lines = [(key, line) for key, value in fields for line in _lines(key, value)]
    return new_job(lines, name, size_bytes)


def _length(request: Request) -> int | None:
    size_bytes = tus.number(request, "Upload-Length")
    if size_bytes == 0:
        raise AudioEmpty("The recording is empty: it has 0 bytes.", field="Upload-Length")
    return size_bytes


def _lines(key: str, value: str) -> list[str]:
    return value.split("\n") if key in REPEATED else [value]


def _is_part(request: Request) -> bool:
    return request.headers.get("content-type", "").strip().lower() == tus.KIND


async def _find(jobs: Jobs, upload_id: str) -> Job:
    job = await asyncio.to_thread(jobs.get_upload, current_caller().id, upload_id)
    if job.state.is_final and not job.upload.complete:
        error = JobNotReady("The job of this upload was cancelled.")
        raise tus.Refused(tus.GONE, error)
    return await _settle(jobs, job)


def _check_end(request: Request, jobs: Jobs, job: Job, at: int) -> None:
    """Before any of it is read. Raises TooLarge, OptionError."""
    size_bytes = job.upload.size_bytes
    most = jobs.settings.max_upload_bytes if size_bytes is None else size_bytes
    if at + (tus.number(request, "Content-Length") or 0) > most:
        raise TooLarge(f"The part ends behind the end of the upload, {most:,}.")


async def _take(request: Request, jobs: Jobs, job: Job, at: int) -> Job:
    checksum = tus.checksum(request.headers.get("upload-checksum"))
    keeper = Keeper(jobs, job, at)
    try:
        await keep_part(request, keeper, checksum, place_of(request).place.spool)
    finally:
        job = await _settle(jobs, await asyncio.to_thread(jobs.get, job.owner, job.job_id))
    return job


async def _settle(jobs: Jobs, job: Job) -> Job:
    """The job begins when all of its audio is here, though nobody may have waited for that."""
    upload = job.upload
    if upload.complete or upload.size_bytes != upload.committed_bytes:
        return job
    whole = (upload.upload_id, upload.size_bytes, None)
    return await asyncio.to_thread(jobs.finish_upload, job.owner, *whole)


def _about(jobs: Jobs, job: Job) -> dict[str, str]:
    known = {JOB: job.job_id}
    if not job.upload.complete:
        known |= tus.expires(jobs.settings.abandon_uploads_hours, time.time())
    return known
