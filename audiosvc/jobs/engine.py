"""All that we know of dbos, which runs what has to be run until it is done.

It keeps its tables in the database of jobs and its data as JSON. It sends nothing anywhere: no
conductor, no telemetry, no server of its own.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, EnqueueOptions, Serializer

from audiosvc.jobs.database import Database

NAME = "audiosvc"
# Of the workflows' steps, not of the program: work that was begun goes on after an upgrade, unless
# the steps are others than before.
WORKFLOWS_VERSION = "1"
JOBS_QUEUE, WORK_QUEUE = "audiosvc-jobs", "audiosvc-work"
JOB, LISTEN, WINDOW = "audiosvc.job", "audiosvc.listen", "audiosvc.window"
# What waits for windows costs nothing but a thread.
JOBS_AT_ONCE = 64
# Lower is sooner. A first window comes before any second one: a long recording delays no short one.
LISTEN_PRIORITY, WINDOW_PRIORITY = 1, 2

_log = logging.getLogger("audiosvc.jobs")


class JsonSerializer(Serializer):
    """What workflows are given and give back, as JSON. No class is made of what is read."""

    def name(self) -> str:
        """What is written beside each value."""
        return "audiosvc_json"

    def serialize(self, data: Any) -> str:  # noqa: ANN401 - JSON
        """Raises TypeError for what is not JSON; an exception is its name and message."""
        if isinstance(data, BaseException):
            data = {"error": type(data).__name__, "message": str(data)}
        return json.dumps(data, separators=(",", ":"))

    def deserialize(self, serialized_data: str) -> Any:  # noqa: ANN401 - JSON
        """The value; of an exception, one that says the same."""
        data = json.loads(serialized_data)
        if isinstance(data, dict) and data.keys() == {"error", "message"}:
            return RuntimeError(f"{data['error']}: {data['message']}")
        return data


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a workflow stands. output: what it gave, once it is done."""

    is_done: bool
    is_broken: bool = False
    output: Any = None


class Engine:
    """Begins, looks at and removes workflows, from any process."""

    def __init__(self, database: Database) -> None:
        """Makes dbos' tables if they are not there."""
        quieten()
        DBOS.migrate(database.url)
        self.serializer = JsonSerializer()
        self._client = DBOSClient(
            system_database_engine=database.engine,
            serializer=self.serializer,
            application_name=NAME,
        )

    def set_up_queues(self, windows_at_once: int, poll_s: float) -> None:
        """How much each worker takes at once, and how often it looks; the last word counts."""
        for queue, at_once in ((JOBS_QUEUE, JOBS_AT_ONCE), (WORK_QUEUE, windows_at_once)):
            self._client.register_queue(
                queue, worker_concurrency=at_once, polling_interval_sec=poll_s
            )

    def begin_job(self, connection: sa.Connection, job_id: str) -> None:
        """Begins a job's workflow with the caller's transaction, and only with it."""
        options: EnqueueOptions = {
            "workflow_name": JOB,
            "queue_name": JOBS_QUEUE,
            "workflow_id": job_id,
            "app_version": WORKFLOWS_VERSION,
        }
        self._client.enqueue_in_transaction(connection, options, job_id)

    def look(self, workflow_id: str) -> Outcome:
        """Where a workflow stands."""
        found = self._client.list_workflows(workflow_ids=[workflow_id], load_input=False)
        if not found or found[0].status in {"CANCELLED", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}:
            return Outcome(is_done=False, is_broken=True)
        if found[0].status != "SUCCESS":
            return Outcome(is_done=False)
        return Outcome(is_done=True, output=found[0].output)

    def busy_executors(self) -> set[str]:
        """Whoever has taken up a workflow that is not done."""
        found = self._client.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {one.executor_id for one in found if one.executor_id}

    def cancel(self, job_id: str) -> None:
        """Begins nothing more of a job. What runs sees by itself that the job has ended."""
        waiting = [
            *self._client.list_workflows(
                workflow_ids=[job_id], status="ENQUEUED", load_input=False, load_output=False
            ),
            *self._client.list_workflows(
                parent_workflow_id=job_id, status="ENQUEUED", load_input=False, load_output=False
            ),
        ]
        if waiting:
            self._client.cancel_workflows([one.workflow_id for one in waiting])

    def remove(self, job_id: str) -> None:
        """Removes a job's workflows, and all that they were given and gave."""
        self._client.delete_workflow(job_id, delete_children=True)

    def close(self) -> None:
        """Lets go of the database, which is not ours to close."""
        self._client.destroy()


class Runner:
    """Runs workflows in this process. There is one at a time: dbos has one."""

    def __init__(self, database: Database, engine: Engine, executor_id: str) -> None:
        self._executor_id = executor_id
        self._dbos = DBOS(
            config={
                "name": NAME,
                "system_database_url": database.url,
                "system_database_engine": database.engine,
                "application_version": WORKFLOWS_VERSION,
                "executor_id": executor_id,
                "serializer": engine.serializer,
                "enable_otlp": False,
                "run_migrations": False,
                "log_level": "WARNING",
            }
        )

    def start(self) -> None:
        """Takes up work from now on."""
        DBOS.listen_queues([JOBS_QUEUE, WORK_QUEUE])
        DBOS.launch()

    def take_over(self, executor_ids: Sequence[str]) -> None:
        """Puts back into the queue whatever these were doing; what is done stays done."""
        # The library has no public name for this: it expects its paid service to notice deaths.
        DBOS._recover_pending_workflows(list(executor_ids))

    def pause(self) -> None:
        """Takes up nothing more; what runs goes on."""
        for event in self._dbos.background_thread_stop_events:
            event.set()

    def stop(self) -> None:
        """Puts back what still runs here, and ends. Its results are taken no more."""
        try:
            self.take_over([self._executor_id])
        finally:
            DBOS.destroy()


def enqueue(workflow: str, workflow_id: str, priority: int, *given: object) -> None:
    """From inside a workflow: hands a part of it to whoever is free. Once, however often called."""
    options: EnqueueOptions = {
        "workflow_name": workflow,
        "queue_name": WORK_QUEUE,
        "workflow_id": workflow_id,
        "priority": priority,
        "app_version": WORKFLOWS_VERSION,
    }
    DBOS.enqueue_workflow_with_options(options, *given)


class _Forward(logging.Handler):
    """What the library warns of is routine here, or told by ourselves with more sense."""

    def emit(self, record: logging.LogRecord) -> None:
        level = logging.INFO if record.levelno >= logging.ERROR else logging.DEBUG
        error = record.exc_info[1] if record.exc_info else None
        _log.log(level, "dbos: %s %s", record.getMessage(), error or "")


def quieten() -> None:
    """The library's log goes into ours. Without a handler it would make one of its own."""
    log = logging.getLogger("dbos")
    if not any(isinstance(handler, _Forward) for handler in log.handlers):
        log.handlers = [_Forward()]
    log.propagate = False
