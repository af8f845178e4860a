"""When a call is tried again, how long to wait before, and when to give up."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from audiosvc.errors import AudiosvcError, LimitError, ServerError, ServerUnavailable, TooBusy


@dataclass(frozen=True, slots=True)
class Retry:
    """How patient a client is.

    total_s: how long it tries without any progress, waiting included. unreached_s: the same for a
    server that has never answered, so that a wrong address is told soon. first_wait_s: before the
    second try; each wait is ``factor`` times as long as the one before, up to most_wait_s. Waits
    are varied by chance, so that many clients do not come back in one moment.
    """

    total_s: float = 60.0
    unreached_s: float = 3.0
    first_wait_s: float = 0.2
    factor: float = 2.0
    most_wait_s: float = 10.0
    now_s: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random


class Contact:
    """What one client knows of its server: whether it has answered yet."""

    def __init__(self, retry: Retry) -> None:
        self.retry = retry
        self.reached = False

    def tries(self) -> Tries:
        """The tries of one use case, counted from now."""
        return Tries(self)


class Tries:
    """The tries of one use case."""

    def __init__(self, contact: Contact) -> None:
        self._contact = contact
        self._retry = contact.retry
        self.failed = 0
        self.progress()

    def progress(self) -> None:
        """Something was achieved: patience begins anew."""
        self._since_s = self._retry.now_s()
        self.failed = 0

    def worth(self, error: AudiosvcError) -> bool:
        """Whether the same call may go well later."""
        return _asked_s(error) is not None or isinstance(error, (TooBusy, ServerUnavailable))

    def wait_s(self, error: AudiosvcError) -> float:
        """How long to wait before the next try. Raises the error when there should be none."""
        if not self.worth(error):
            raise error
        asked_s = _asked_s(error)
        retry = self._retry
        backoff_s = min(retry.most_wait_s, retry.first_wait_s * retry.factor**self.failed)
        self.failed += 1
        wait_s = (asked_s or 0.0) + backoff_s * (0.5 + retry.chance() / 2)
        answered = self._contact.reached or asked_s is not None
        limit_s = retry.total_s if answered else min(retry.total_s, retry.unreached_s)
        if retry.now_s() + wait_s > self._since_s + limit_s:
            raise error
        return wait_s


def _asked_s(error: AudiosvcError) -> float | None:
    """How long the server wants to be left alone."""
    return error.retry_after_s if isinstance(error, (LimitError, ServerError)) else None
