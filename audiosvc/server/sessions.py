"""What recordings and live streams have in common: one caller's audio, worked on in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from audiosvc.audio.container import RawFormat
from audiosvc.events import AudioCursors
from audiosvc.server.outbox import Item, Outbox
from audiosvc.service import Models
from audiosvc.settings import Settings
from audiosvc.wire.config import Wish

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for, checked. name: of the recording, for messages."""

    name: str
    models: Models
    settings: Settings
    wish: Wish
    raw: RawFormat | None
    interim: bool = False


class Session(ABC, Generic[Item]):
    """One stream of audio and one thread that works on it.

    The event loop calls everything but ``_work`` and ``_clean``, which run in threads.
    """

    def __init__(self, outbox: Outbox[Item], threads: Executor) -> None:
        """threads: enough of them that no session waits for another."""
        self.outbox = outbox
        self._threads = threads
        self._working: Future[None] | None = None

    @abstractmethod
    async def receive(self, audio: AsyncIterator[bytes]) -> None:
        """Takes the audio as it comes, as fast as it can be taken, and begins the work."""

    def cursors(self) -> AudioCursors | None:
        """How far a live stream is."""
        return None

    def begin(self) -> None:
        """Works from now on, in a thread."""
        self._working = self._threads.submit(contextvars.copy_context().run, self._run)

    def finish(self, done: Callable[[], None]) -> None:
        """Ends the work, wherever it is. done: called in the event loop when nothing is left."""
        self.outbox.close()
        self._stop()
        loop = asyncio.get_running_loop()

        def tell(_: Future[None]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is gone, and so is who waits
                loop.call_soon_threadsafe(done)

        self._threads.submit(self._end).add_done_callback(tell)

    async def _in_thread(self, call: Callable[..., Result], *values: object) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, call, *values)

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - the sender raises it
            self.outbox.end(error)
        else:
            self.outbox.end()

    def _end(self) -> None:
        self._stop()
        if self._working is not None:
            wait([self._working])
        self._clean()

    @abstractmethod
    def _stop(self) -> None:
        """Makes ``_work`` end soon; from any thread, and without waiting."""

    @abstractmethod
    def _work(self) -> None:
        """Puts events into the outbox. Whatever it raises reaches the caller."""

    @abstractmethod
    def _clean(self) -> None:
        """Nothing runs any more."""
