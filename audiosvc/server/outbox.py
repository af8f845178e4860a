"""Events on their way from worker threads to the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from typing import Generic, TypeVar

from audiosvc.errors import Cancelled
from audiosvc.events import AudioCursors, Interim, Progress

# A newer one of these says everything that the older one said.
REPLACED = (Interim, Progress, AudioCursors)
ROOM = 64
Item = TypeVar("Item")


class Outbox(Generic[Item]):
    """A queue that a slow reader cannot fill: who makes events waits while it is long.

    ``put`` never waits, so that a thread which works for several sessions cannot be held up by one
    of them; the thread that feeds one session waits for room.
    """

    def __init__(self, room: int = ROOM) -> None:
        """For the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._filled = asyncio.Event()
        self._events: deque[Item] = deque()
        self._changed = threading.Condition()
        self._room = room
        self._closed = False
        self._ended = False
        self._error: BaseException | None = None

    def put(self, event: Item) -> None:
        """From any thread."""
        with self._changed:
            last = self._events[-1] if self._events else None
            if isinstance(event, REPLACED) and type(last) is type(event):
                self._events.pop()
            self._events.append(event)
        self._wake()

    def wait_for_room(self) -> None:
        """Raises Cancelled when nobody wants the events any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._events) < self._room)
            if self._closed:
                raise Cancelled("The call has ended.")

    def end(self, error: BaseException | None = None) -> None:
        """Nothing comes after what is here; from any thread. The first end holds."""
        with self._changed:
            if not self._ended:
                self._ended, self._error = True, error
        self._wake()

    def close(self) -> None:
        """Nobody reads any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    async def ready(self, timeout_s: float) -> bool:
        """Waits for events, or for the end, for so long. False when it is all over.

        Raises the error that it ended with, once everything before it was taken.
        """
        try:
            await asyncio.wait_for(self._filled.wait(), timeout_s)
        except asyncio.TimeoutError:
            return True
        with self._changed:
            over = self._ended and not self._events
        if over and self._error:
            raise self._error
        return not over

    def take(self) -> list[Item]:
        """All that has come."""
        with self._changed:
            events = list(self._events)
            self._events.clear()
            if not self._ended:
                self._filled.clear()
            self._changed.notify_all()
        return events

    def _wake(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._filled.set)
        except RuntimeError:
            self.close()  # the loop is gone, and with it the call
