"""``/v1/jobs/{id}/events``: what happens to a job, as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.responses import Response

from audiosvc.errors import JobNotFound, OptionError
from audiosvc.jobs import JobEvent, Jobs
from audiosvc.server.callers import current_caller
from audiosvc.server.http.jobs.routes import READS, JobId, JobsHere
from audiosvc.server.http.jobs.values import event_document
from audiosvc.server.http.problems import documented
from audiosvc.server.http.replies import Flow, dumps

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])
STREAM = "text/event-stream"
# A watcher is told so soon after something has happened; the longer nothing does, the later.
LOOK_S, LONGEST_LOOK_S = 0.25, 1.0
PING_S = 15.0
PING = b": ping\n\n"
RETRY_MS = 2000
MAX_CURSOR_DIGITS = 15
EXAMPLE = (
    'id: 3\nevent: progress\ndata: {"done_s":300.0,"total_s":1800.0,"windows_done":1,'
    '"windows_total":6,"stage":"transcribe"}\n\n'
)


@router.get(
    "/{job_id}/events",
    summary="What happens to a job",
    response_class=Response,
    responses={
        200: {
            "description": (
                "Events `state`, `progress`, `segment`, `segment_revised` and `speakers_merged`, "
                "until the job has ended. Their ids are cursors."
            ),
            "content": {STREAM: {"example": EXAMPLE}},
        },
        204: {"description": "The job has ended, and all of it was told."},
        **documented(*READS),
    },
)
async def watch_job(
    jobs: JobsHere,
    job_id: JobId,
    after: Annotated[
        str, Query(description="The id of the last event that was seen.", max_length=40)
    ] = "",
    last_event_id: Annotated[
        str, Header(description="The same, as browsers send it.", max_length=40)
    ] = "",
) -> Response:
    """Nothing is missed or repeated by who comes back with the id of the last event."""
    cursor = _cursor(last_event_id or after)
    owner = current_caller().id
    job, events = await asyncio.to_thread(jobs.look, owner, job_id, cursor)
    if job.state.is_final and not events:
        return Response(status_code=204)  # by which a browser knows that it need not come back
    told = _told(jobs, owner, job_id, cursor, events)
    # A proxy that gathers a stream before it passes it on would keep everybody waiting.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Flow(told, headers=headers, kind=STREAM)


async def _told(
    jobs: Jobs, owner: str, job_id: str, cursor: int, events: Sequence[JobEvent]
) -> AsyncGenerator[bytes, None]:
    """The next page is read when the one before was sent; waiting holds no thread."""
    yield f"retry: {RETRY_MS}\n\n".encode()
    pause_s, quiet_s = LOOK_S, 0.0
    while True:
        for event in events:
            cursor = event.cursor
            yield _written(event)
        if events and events[-1].is_last:
            return
        if events:
            pause_s, quiet_s = LOOK_S, 0.0
        else:
            await asyncio.sleep(pause_s)
            quiet_s += pause_s
            pause_s = min(1.5 * pause_s, LONGEST_LOOK_S)
        if quiet_s >= PING_S:
            quiet_s = 0.0
            yield PING
        try:
            job, events = await asyncio.to_thread(jobs.look, owner, job_id, cursor)
        except JobNotFound:
            return  # deleted meanwhile
        if job.state.is_final and not events:
            return


def _written(event: JobEvent) -> bytes:
    name, what = event_document(event)
    return f"id: {event.cursor}\nevent: {name}\ndata: {dumps(what)}\n\n".encode()


def _cursor(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_CURSOR_DIGITS):
        raise OptionError(f"{text!r} is no id of an event.", field="after")
    return int(text)
