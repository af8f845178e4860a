"""Who may begin a session now."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

from audiosvc.errors import QuotaExceeded, TooBusy
from audiosvc.server.callers import Caller

# Spread, so that those who were sent away do not all come back at once.
RETRY_S = (1.0, 4.0)


class Admission:
    """Counts sessions. For one thread: that of the event loop."""

    def __init__(self, max_sessions: int) -> None:
        self._max_sessions = max_sessions
        self._by_caller: Counter[str] = Counter()

    @property
    def sessions(self) -> int:
        """How many there are."""
        return self._by_caller.total()

    def admit(self, caller: Caller) -> Callable[[], None]:
        """Takes a place; what is returned gives it back, however often it is called.

        Raises TooBusy, or QuotaExceeded; both say when to try again.
        """
        limit = caller.quotas.max_sessions
        if limit is not None and self._by_caller[caller.id] >= limit:
            raise QuotaExceeded(
                f"This key may have {limit} sessions at once, and has them.",
                retry_after_s=_retry_s() if limit else None,
            )
        if self.sessions >= self._max_sessions:
            raise TooBusy(
                f"The server takes {self._max_sessions} sessions at once, and has them.",
                retry_after_s=_retry_s(),
            )
        self._by_caller[caller.id] += 1
        held = [caller.id]

        def release() -> None:
            if held:
                self._by_caller[held.pop()] -= 1
                self._by_caller += Counter()  # forgets whoever has none

        return release


def _retry_s() -> float:
    return round(random.uniform(*RETRY_S), 3)  # noqa: S311 - no secret
