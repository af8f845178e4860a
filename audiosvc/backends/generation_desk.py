"""Where requests wait until there are enough for a batch, or nobody seems to come any more."""

from __future__ import annotations

import threading
import time
from typing import Generic, TypeVar

LULL_S = 0.3  # windows that belong together are lined up by threads that start at the same time

Job = TypeVar("Job")


class Desk(Generic[Job]):
    """Jobs of one kind go together; the kind of the one that came first goes first."""

    def __init__(self, most: int, lull_s: float = LULL_S) -> None:
        self._most = most
        self._lull_s = lull_s
        self._change = threading.Condition()
        self._waiting: list[tuple[Job, object]] = []
        self._taken: list[Job] = []
        self._last_s = 0.0
        self._closed = False

    def put(self, job: Job, kind: object) -> bool:
        """Line a job up; False when it is too late for that."""
        with self._change:
            if self._closed:
                return False
            self._waiting.append((job, kind))
            self._last_s = time.monotonic()
            self._change.notify_all()
            return True

    def take(self) -> list[Job]:
        """The next batch; waits for it. Empty when the desk is closed. The last one is done."""
        with self._change:
            self._taken = []
            self._change.wait_for(lambda: self._waiting or self._closed)
            while not self._closed and len(self._waiting) < self._most:
                rest_s = self._last_s + self._lull_s - time.monotonic()
                if rest_s <= 0:
                    break
                self._change.wait(rest_s)
            if self._closed:
                return []
            kind = self._waiting[0][1]
            taken = [one for one in self._waiting if one[1] == kind][: self._most]
            self._waiting = [one for one in self._waiting if one not in taken]
            self._taken = [job for job, _ in taken]
            return list(self._taken)

    def close(self) -> list[Job]:
        """Take no more; what is not done."""
        with self._change:
            self._closed = True
            left = [*self._taken, *(job for job, _ in self._waiting)]
            self._waiting = []
            self._change.notify_all()
            return left
