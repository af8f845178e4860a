"""What took the process down once runs alone: nothing else is blamed if it does so again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

CHECK_S = 0.5


class Isolation:
    """Many at once, or one alone, who goes first as soon as the others are done."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._together = 0
        self._alone = False
        self._alone_waiting = 0

    @contextmanager
    def hold(self, check: Callable[[], None], *, alone: bool) -> Iterator[None]:
        """Waits for its turn. check: called while waiting, now and then; it may raise."""
        self._enter(check, alone)
        try:
            yield
        finally:
            with self._changed:
                if alone:
                    self._alone = False
                else:
                    self._together -= 1
                self._changed.notify_all()

    def _enter(self, check: Callable[[], None], alone: bool) -> None:
        with self._changed:
            self._alone_waiting += alone
            try:
                while self._alone or (self._together if alone else self._alone_waiting):
                    check()
                    self._changed.wait(CHECK_S)
                if alone:
                    self._alone = True
                else:
                    self._together += 1
            finally:
                self._alone_waiting -= alone
                self._changed.notify_all()
