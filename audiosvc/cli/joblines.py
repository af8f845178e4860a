"""Jobs as people and programs read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from audiosvc.cli.exits import printable
from audiosvc.cli.models import columns
from audiosvc.cli.output import say
from audiosvc.cli.progress import ProgressLine, clock
from audiosvc.cli.report import Follower
from audiosvc.errors import JobFailed, OptionError

if TYPE_CHECKING:
    from audiosvc.client import Client, Job, JobState

ENDS = {"failed": "has failed", "cancelled": "was cancelled"}


def watch_to_end(client: Client, job: Job, *, quiet: bool, follow: bool) -> None:
    """Shows how a job goes on. Raises JobFailed when it ends without a result."""
    from audiosvc.client import JobProgress, JobStateChanged  # noqa: PLC0415 - after --help

    follower = Follower() if follow else None
    with ProgressLine(printable(job.name or job.id), quiet=quiet) as line:
        for each in client.jobs.watch(job.id):
            if isinstance(each.event, JobProgress):
                line.show(each.event.progress)
            elif not isinstance(each.event, JobStateChanged) and follower:
                follower.show(each.event)
    if follower:
        follower.finish(f"audiosvc jobs get {job.id} prints the final transcript")
    _say_end(client.jobs.get(job.id), quiet)


def _say_end(job: Job, quiet: bool) -> None:
    from audiosvc.client import JobState  # noqa: PLC0415 - after --help

    name = f"{job.id} ({job.name})" if job.name else job.id
    if job.state is not JobState.SUCCEEDED:
        why = f": {job.failure.message}" if job.failure else "."
        raise JobFailed(f"{name} {ENDS.get(job.state.value, 'is not done')}{why}")
    if not quiet:
        done_s = job.progress.progress.total_s
        say(f"{name} is done" + (f": {clock(done_s)}" if done_s else ""))


def state_named(name: str) -> JobState:
    """A state by its name. Raises OptionError."""
    from audiosvc.client import JobState  # noqa: PLC0415 - after --help

    known = [state.value for state in JobState if state is not JobState.UNKNOWN]
    if name not in known:
        raise OptionError(f"--state: there is no {name!r}. Choose from: {', '.join(known)}.")
    return JobState(name)


def stem_of(job: Job) -> str:
    """What files about a job are called. Its name came from far away, and is no path."""
    plain = PurePosixPath(PureWindowsPath(job.name).name).name
    stem = PurePosixPath(plain).stem
    safe = stem.isprintable() and not stem.startswith((".", "-")) and len(stem.encode()) <= 200
    return stem if stem and safe else "".join(c if c.isalnum() else "-" for c in job.id)[:100]


def table(jobs: Iterable[Job]) -> list[str]:
    """A line a job, below a heading."""
    rows = [("ID", "STATE", "CREATED", "DONE", "NAME")]
    rows += [
        (
            printable(job.id),
            job.state.value,
            job.created.astimezone().strftime("%Y-%m-%d %H:%M"),
            _done(job),
            printable(job.name),
        )
        for job in jobs
    ]
    return columns(rows)


def as_json(job: Job) -> dict[str, Any]:
    """A job for programs; times in ISO 8601."""
    progress = job.progress.progress
    failure = job.failure
    return {
        "id": job.id,
        "name": job.name,
        "state": job.state.value,
        "created": _iso(job.created),
        "started": _iso(job.started),
        "ended": _iso(job.ended),
        "committed_bytes": job.committed_bytes,
        "size_bytes": job.size_bytes,
        "done_s": progress.done_s,
        "total_s": progress.total_s,
        "stage": progress.stage,
        "failure": {"reason": failure.reason, "message": failure.message} if failure else None,
    }


def _done(job: Job) -> str:
    progress = job.progress.progress
    if job.size_bytes and job.state.value == "uploading":
        return f"{100 * job.committed_bytes // job.size_bytes} % sent"
    if not progress.total_s:
        return ""
    return f"{clock(progress.done_s)} of {clock(progress.total_s)}"


def _iso(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
