"""Jobs and their events as JSON."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from audiosvc.events import SegmentReady, SegmentRevised
from audiosvc.export.json import about_document, segment_document
from audiosvc.jobs import Failure, Job, JobEvent, JobProgress, Result, StateChanged
from audiosvc.server.http.wishes import said

UPLOADS = "/v1/uploads"


def job_document(job: Job) -> dict[str, Any]:
    """A job, as ``JobModel`` describes it."""
    upload = job.upload
    return {
        "id": job.job_id,
        "display_name": job.display_name,
        "state": job.state.value,
        "options": said(job.wish),
        "upload": {
            "id": upload.upload_id,
            "url": f"{UPLOADS}/{upload.upload_id}",
            "committed_bytes": upload.committed_bytes,
            "size_bytes": upload.size_bytes,
            "complete": upload.complete,
        },
        "progress": _progress(job.progress) if job.progress != JobProgress() else None,
        "failure": _failure(job.failure),
        "summary": _summary(job.result),
        "create_time": _time(job.create_time_s),
        "start_time": _time(job.start_time_s),
        "end_time": _time(job.end_time_s),
    }


def event_document(event: JobEvent) -> tuple[str, dict[str, Any]]:
    """The name of an event, and what happened."""
    what = event.event
    if isinstance(what, StateChanged):
        changed = {
            "state": what.state.value,
            "failure": _failure(what.failure),
            "summary": _summary(what.result),
        }
        return "state", changed
    if isinstance(what, JobProgress):
        return "progress", _progress(what)
    if isinstance(what, SegmentReady):
        return "segment", {"segment": segment_document(what.segment)}
    if isinstance(what, SegmentRevised):
        return "segment_revised", {"segment": segment_document(what.segment)}
    return "speakers_merged", {"kept": what.kept, "merged": what.merged}


def _progress(progress: JobProgress) -> dict[str, Any]:
    return {
        "done_s": round(progress.done_s, 3),
        "total_s": round(progress.total_s, 3),
        "windows_done": progress.windows_done,
        "windows_total": progress.windows_total,
        "stage": progress.stage,
    }


def _failure(failure: Failure | None) -> dict[str, Any] | None:
    return {"reason": failure.reason, "message": failure.message} if failure else None


def _summary(result: Result | None) -> dict[str, Any] | None:
    if result is None:
        return None
    return {**about_document(result.summary), "segment_count": result.segment_count}


def _time(time_s: float | None) -> str | None:
    if time_s is None:
        return None
    time = datetime.fromtimestamp(time_s, timezone.utc)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
