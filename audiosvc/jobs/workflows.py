"""The three workflows, by the names under which the database knows them.

dbos knows one set of functions in a process, so that there is one ``Work`` behind them.
"""

from __future__ import annotations

from typing import Any, Protocol

from dbos import DBOS

from audiosvc.jobs.engine import JOB, LISTEN, WINDOW


class Work(Protocol):
    """What the workflows do."""

    def run_job(self, job_id: str) -> None:
        """A whole job, from its audio to its transcript."""
        ...

    def listen(self, job_id: str) -> Any:  # noqa: ANN401 - JSON
        """The first pass; gives the plan."""
        ...

    def transcribe(self, job_id: str, index: int) -> Any:  # noqa: ANN401 - JSON
        """One window; gives its pieces."""
        ...


class _Bound:
    work: Work | None = None


def bind(work: Work | None) -> None:
    """From now on, the workflows of this process are done by ``work``."""
    _Bound.work = work


def _work() -> Work:
    if _Bound.work is None:
        raise RuntimeError("No worker runs in this process.")
    return _Bound.work


# Attempts are counted by ourselves, task by task: a job lives through any number of restarts.
@DBOS.workflow(name=JOB, max_recovery_attempts=None)
def job(job_id: str) -> None:
    """Gives nothing: what it found is in our tables."""
    _work().run_job(job_id)


@DBOS.workflow(name=LISTEN, max_recovery_attempts=None)
def listen(job_id: str) -> Any:  # noqa: ANN401 - JSON
    """Gives the plan."""
    return _work().listen(job_id)


@DBOS.workflow(name=WINDOW, max_recovery_attempts=None)
def window(job_id: str, index: int) -> Any:  # noqa: ANN401 - JSON
    """Gives the pieces of one window."""
    return _work().transcribe(job_id, index)
