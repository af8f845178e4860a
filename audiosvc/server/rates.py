"""How often a caller may ask where recordings were made."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from audiosvc.errors import NotAllowed, QuotaExceeded
from audiosvc.server.callers import Caller

MINUTE_S = 60.0
MOST_PER_MINUTE = 10_000  # of which each has its time kept


class LocateRate:
    """Counts what each caller has begun in the last minute. For one thread: of the event loop."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._began: dict[str, deque[float]] = {}

    def take(self, caller: Caller) -> None:
        """One more. Raises QuotaExceeded, which says when to try again, or NotAllowed."""
        limit = caller.quotas.locate_per_minute
        if limit is None:
            return
        if limit == 0:
            raise NotAllowed("This key may not ask where recordings were made.")
        now_s = self._now_s()
        self._forget(now_s - MINUTE_S)
        began = self._began.setdefault(caller.id, deque())
        if len(began) >= limit:
            raise QuotaExceeded(
                f"This key may locate {limit} recordings a minute, and has.",
                # When the oldest of those that count, should the limit be lower now, is forgotten.
                retry_after_s=round(began[-limit] + MINUTE_S - now_s, 3),
            )
        began.append(now_s)

    def _forget(self, until_s: float) -> None:
        """What began by then, and who began nothing since."""
        for caller, began in list(self._began.items()):
            while began and began[0] <= until_s:
                began.popleft()
            if not began:
                del self._began[caller]
