"""Threads that all transcriptions of a process share, fairly.

Work comes as short calls to models: one stretch, one window's voices, one look at a live stream.
What somebody waits for while speaking goes first. Recordings take turns, however many calls each of
them has lined up, and leave a thread to the live streams while there are any.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import IntEnum
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Urgency(IntEnum):
    """What goes first."""

    FINAL = 0  # an utterance has ended, and somebody waits for its text
    FIRST = 1  # somebody has begun to speak, and nothing of it is written yet
    INTERIM = 2
    BATCH = 3  # a recording


class FairPool:
    """Runs calls on a few threads."""

    def __init__(self, threads: int) -> None:
        self._threads = max(1, threads)
        self._executor = ThreadPoolExecutor(self._threads, thread_name_prefix="models")
        self._lock = threading.Lock()
        self._waiting: list[tuple[int, float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._turn = 0.0
        self._batches_running = 0
        self._live = 0

    @property
    def threads(self) -> int:
        """How many calls run at once."""
        return self._threads

    def lane(self) -> Lane:
        """A line of its own for one recording, or one part of it."""
        return Lane(self)

    def enter_live(self) -> None:
        """A live stream begins: from now on recordings leave it a thread."""
        with self._lock:
            self._live += 1

    def leave_live(self) -> None:
        """A live stream has ended."""
        with self._lock:
            self._live -= 1
        self._call()

    def _submit(self, urgency: Urgency, turn: float, run: Callable[[], None]) -> None:
        with self._lock:
            heapq.heappush(self._waiting, (urgency, turn, next(self._order), run))
        self._call()

    def _call(self) -> None:
        """Somebody come and see. A thread that finds nothing to do goes again."""
        self._executor.submit(self._work)

    def _work(self) -> None:
        taken = self._take()
        if taken is None:
            return
        urgency, run = taken
        try:
            run()
        finally:
            if urgency is Urgency.BATCH:
                with self._lock:
                    self._batches_running -= 1
                self._call()

    def _take(self) -> tuple[Urgency, Callable[[], None]] | None:
        with self._lock:
            if not self._waiting:
                return None
            urgency, turn, _, run = self._waiting[0]
            if urgency == Urgency.BATCH:
                free = self._threads - (1 if self._live and self._threads > 1 else 0)
                if self._batches_running >= free:
                    return None
                self._batches_running += 1
                self._turn = max(self._turn, turn)
            heapq.heappop(self._waiting)
            return Urgency(urgency), run


class Lane:
    """One line of calls. Each lane's next call comes before any other lane's second next."""

    def __init__(self, pool: FairPool) -> None:
        self._pool = pool
        self._turn = 0.0

    def submit(
        self,
        call: Callable[P, T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Future[T]:
        """Line a call up behind this lane's others."""
        return self.submit_as(Urgency.BATCH, call, *args, **kwargs)

    def submit_as(
        self, urgency: Urgency, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Line a call up with the others of that urgency."""
        future: Future[T] = Future()

        def run() -> None:
            if future.set_running_or_notify_cancel():
                _settle(future, call, args, kwargs)

        with self._pool._lock:
            self._turn = max(self._turn, self._pool._turn) + 1.0
            turn = self._turn
        self._pool._submit(urgency, turn, run)
        return future


def _settle(future: Future[Any], call: Callable[..., Any], args: Any, kwargs: Any) -> None:  # noqa: ANN401
    try:
        result = call(*args, **kwargs)
    except BaseException as error:  # noqa: BLE001 - whoever asks for the result gets it
        future.set_exception(error)
    else:
        future.set_result(result)
