"""Runs a task of a job: counted, tried again, stopped when nobody wants it any more."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from audiosvc.errors import AudiosvcError, AudioUnreadable, InputError, ModelFailed
from audiosvc.jobs.attempts import Attempts
from audiosvc.jobs.isolation import Isolation
from audiosvc.jobs.records import Failure
from audiosvc.wire.statuses import status_of

T = TypeVar("T")
LISTEN, LINK = "listen", "link"
# Somebody may restart a worker again and again while a long window runs, which is no fault of the
# window's. What eats all memory is killed as well, so that this has an end, too.
KILLS = 10
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 10.0
UNTOLD = "The server stopped on a fault of its own. Its log says more, under this job's id."

_log = logging.getLogger("audiosvc.jobs")


class Interrupted(BaseException):
    """The worker stops; somebody else goes on. Nothing may take it for an error of the task."""


class Abandoned(Exception):
    """The job has ended, by being cancelled, deleted or given up."""


class GaveUpError(Exception):
    """The job fails, for a reason that is to be told."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Stop:
    """Tells a task that it is not wanted any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_set = False
        self._close: Callable[[], None] | None = None

    def check(self) -> None:
        """Raises Abandoned when it is so."""
        if self._is_set:
            raise Abandoned

    def closes(self, pieces: Any) -> None:  # noqa: ANN401 - whatever a model gives
        """What can be closed is closed when the task is stopped."""
        with self._lock:
            self._close = getattr(pieces, "close", None)
            is_set = self._is_set
        if is_set:
            self.set()

    def set(self) -> None:
        """Stops the task."""
        with self._lock:
            self._is_set, close = True, self._close
        if close:
            with suppress(ValueError):  # a generator at work, which then looks by itself
                close()


class Tasks:
    """Runs tasks in the threads that call, and knows those that run.

    closing: once set, no task is begun. stopping: those that run end as soon as they can.
    """

    def __init__(self, attempts: Attempts, limit: int, executor_id: str) -> None:
        """limit: how often a task may fail, or the process fall over it, before it is given up."""
        self.closing = threading.Event()
        self.stopping = threading.Event()
        self._attempts = attempts
        self._limit = limit
        self._executor_id = executor_id
        self._isolation = Isolation()
        self._running: dict[str, list[Stop]] = {}
        self._lock = threading.Lock()

    def run(self, job_id: str, task: str, call: Callable[[Stop], T]) -> T:
        """What the task gives. Raises Interrupted, Abandoned, GaveUpError."""
        pause_s = FIRST_PAUSE_S
        while True:
            tried = self._attempts.look(job_id, task)
            if tried.faults >= self._limit or tried.begun >= KILLS * self._limit:
                raise GaveUpError(tried.failure or _crashed(task, tried.begun))
            with self._isolation.hold(self.check_open, alone=tried.begun > 0):
                self.check_open()
                if not self._attempts.begin(job_id, task, self._executor_id):
                    raise Abandoned
                try:
                    result = self._try(job_id, task, call)
                except Abandoned:
                    raise
                except Exception as error:  # noqa: BLE001 - whatever it is, only this job fails
                    self._fail(job_id, task, error, tried.faults + 1)
                else:
                    self._attempts.finish(job_id, task)
                    return result
            if self.closing.wait(pause_s):
                raise Interrupted
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def check(self) -> None:
        """Raises Interrupted when the worker stops."""
        if self.stopping.is_set():
            raise Interrupted

    def check_open(self) -> None:
        """Raises Interrupted when no task is begun any more."""
        if self.closing.is_set():
            raise Interrupted

    @property
    def running(self) -> list[str]:
        """The jobs that have a task running here."""
        with self._lock:
            return list(self._running)

    def stop(self, job_id: str) -> None:
        """Stops the tasks of a job that run here."""
        with self._lock:
            stops = list(self._running.get(job_id, ()))
        for stop in stops:
            stop.set()

    def wait_idle(self, timeout_s: float) -> bool:
        """Whether no task runs, at the latest after that time."""
        end_s = time.monotonic() + timeout_s
        while self.running and time.monotonic() < end_s:
            time.sleep(0.05)
        return not self.running

    def _try(self, job_id: str, task: str, call: Callable[[Stop], T]) -> T:
        with self._listed(job_id) as stop:
            try:
                return call(stop)
            except Interrupted:
                self._attempts.take_back(job_id, task)
                raise
            except Abandoned:
                raise
            except Exception:
                stop.check()  # what breaks because it was stopped is no failure
                raise

    def _fail(self, job_id: str, task: str, error: Exception, count: int) -> None:
        """Raises GaveUpError when trying again is of no use."""
        failure = describe(error)
        final = isinstance(error, InputError) or count >= self._limit
        known = isinstance(error, AudiosvcError)
        _log.log(
            logging.INFO if known else logging.ERROR,
            "job %s: %s failed (attempt %d of %d): %s",
            job_id,
            task,
            count,
            self._limit,
            failure.reason if known else error,
            exc_info=None if known else error,
        )
        self._attempts.note(job_id, task, failure)
        if final:
            raise GaveUpError(failure) from error

    @contextmanager
    def _listed(self, job_id: str) -> Iterator[Stop]:
        stop = Stop()
        with self._lock:
            self._running.setdefault(job_id, []).append(stop)
        try:
            yield stop
        finally:
            with self._lock:
                self._running[job_id].remove(stop)
                if not self._running[job_id]:
                    del self._running[job_id]


def describe(error: Exception) -> Failure:
    """An error as the owner of the job is told it; a fault of ours may name anything."""
    message = str(error) if isinstance(error, AudiosvcError) else UNTOLD
    return Failure(status_of(error).reason, message)


def _crashed(task: str, times: int) -> Failure:
    if task == LISTEN:
        return describe(
            AudioUnreadable(
                f"Reading this recording took the worker down {times} times. Convert it to WAV or "
                "FLAC."
            )
        )
    return describe(ModelFailed(f"The worker went down {times} times over this recording."))
