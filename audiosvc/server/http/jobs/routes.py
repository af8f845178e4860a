"""``/v1/jobs``: recordings that are transcribed without anybody waiting on the line."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from audiosvc.errors import JobNotFound
from audiosvc.jobs import Job, Jobs, JobState
from audiosvc.server.callers import current_caller
from audiosvc.server.http.describing import body_of_model, documented_form
from audiosvc.server.http.exports import FILES, TEXT, FormatName
from audiosvc.server.http.jobs.models import (
    FormModel,
    JobModel,
    JobsModel,
    NewJobModel,
    State,
)
from audiosvc.server.http.jobs.new import Maker
from audiosvc.server.http.jobs.values import job_document
from audiosvc.server.http.place import place_of
from audiosvc.server.http.problems import documented
from audiosvc.server.http.replies import Json, exported

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])
READS = (400, 401, 404, 421, 422, 500, 503)
WRITES = (*READS, 403, 408, 409, 413, 415, 429, 507)
FORM = "multipart/form-data"
JSON = "application/json"
JobId = Annotated[str, Path(description="As the job was answered with.")]


def jobs_of(request: Request) -> Jobs:
    """The jobs of this server. Raises JobNotFound where it keeps none."""
    jobs = place_of(request).jobs
    if jobs is None:
        raise JobNotFound("This server keeps no jobs.")
    return jobs


JobsHere = Annotated[Jobs, Depends(jobs_of)]


@router.post(
    "",
    summary="Make a job",
    status_code=201,
    responses={201: {"model": JobModel}, **documented(*WRITES)},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {FORM: documented_form(FormModel), JSON: body_of_model(NewJobModel)},
        }
    },
)
async def create_job(request: Request, jobs: JobsHere) -> Response:
    """With its recording, as a form; or as JSON, and the recording goes to ``upload.url`` then.

    A request that is sent again with the same ``request_id`` gives the same job.
    """
    maker = Maker(jobs, current_caller(), place_of(request).check)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM:
        job = await maker.from_form(request)
    elif kind == JSON:
        job = await maker.from_json(request)
    else:
        raise HTTPException(415, f"A job is made from {FORM} or {JSON}.")
    return Json(job_document(job), 201, {"Location": f"{router.prefix}/{job.job_id}"})


@router.get("", summary="List jobs", responses={200: {"model": JobsModel}, **documented(*READS)})
async def list_jobs(
    jobs: JobsHere,
    state: Annotated[list[State] | None, Query(description="Only these; all if left out.")] = None,
    page_size: Annotated[int, Query(ge=1, le=200)] = 50,
    page_token: Annotated[str, Query(max_length=200, description="From the page before.")] = "",
) -> Response:
    """Newest first."""
    states = [JobState(one) for one in state or ()]
    page = (page_size, page_token, states)
    found, token = await asyncio.to_thread(jobs.list, current_caller().id, *page)
    return Json({"jobs": [job_document(job) for job in found], "next_page_token": token})


@router.get(
    "/{job_id}", summary="A job", responses={200: {"model": JobModel}, **documented(*READS)}
)
async def get_job(jobs: JobsHere, job_id: JobId) -> Response:
    """As it is now."""
    return Json(job_document(await _job(jobs, job_id)))


@router.delete(
    "/{job_id}",
    summary="Delete a job",
    status_code=204,
    responses=documented(*READS, 403),
)
async def delete_job(jobs: JobsHere, job_id: JobId) -> Response:
    """Removes the job, its recording and its text for good; stops it first if need be."""
    await asyncio.to_thread(jobs.delete, current_caller().id, job_id)
    return Response(status_code=204)


@router.post(
    "/{job_id}/cancel",
    summary="Stop a job",
    responses={200: {"model": JobModel}, **documented(*READS, 403)},
)
async def cancel_job(jobs: JobsHere, job_id: JobId) -> Response:
    """What has ended stays as it is."""
    job = await asyncio.to_thread(jobs.cancel, current_caller().id, job_id)
    return Json(job_document(job))


@router.get(
    "/{job_id}/transcript",
    summary="The result of a job",
    response_class=Response,
    responses={
        200: {
            "description": "A file, in the format that was asked for.",
            "content": {**FILES, **TEXT, JSON: {"schema": {}}},
        },
        **documented(*READS, 409),
    },
)
async def get_transcript(
    jobs: JobsHere,
    job_id: JobId,
    format_name: Annotated[FormatName, Query(alias="format")] = "json",
) -> Response:
    """Once it has succeeded."""
    job = await _job(jobs, job_id)
    transcript = await asyncio.to_thread(jobs.transcript, job.owner, job_id)
    return await asyncio.to_thread(exported, transcript, format_name, job.display_name)


async def _job(jobs: Jobs, job_id: str) -> Job:
    return await asyncio.to_thread(jobs.get, current_caller().id, job_id)
