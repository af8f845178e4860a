"""Recording mode: all of the audio is kept first, then transcribed like a file."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from contextlib import closing
from typing import Any, BinaryIO

from audiosvc.audio.container import RawFormat
from audiosvc.audio.guard import Guard
from audiosvc.audio.sources import FileSource
from audiosvc.events import LiveEvent, Progress
from audiosvc.server.engine import Engine
from audiosvc.server.outbox import Outbox
from audiosvc.server.sessions import Order, Session
from audiosvc.server.spool import SpoolFile
from audiosvc.server.stopping import Stop, stoppable

PROGRESS_S = 0.25


class RecordingSession(Session[LiveEvent]):
    """Takes audio into a file, then gives what ``service.stream`` gives."""

    def __init__(
        self,
        order: Order,
        outbox: Outbox[LiveEvent],
        threads: Executor,
        engine: Engine,
        file: SpoolFile,
        max_audio_s: float,
    ) -> None:
        """file: closed at the end."""
        super().__init__(outbox, threads)
        self._order = order
        self._engine = engine
        self._stopping = Stop()
        self._guard = Guard(max_audio_s, self._stopping.check)
        self._file = file

    async def receive(self, audio: AsyncIterator[bytes]) -> None:
        """Keeps all of it. Raises TooLarge, StorageFull."""
        async for data in audio:
            await self._in_thread(self._file.write, data)
        self.begin()

    def _stop(self) -> None:
        self._stopping()

    def _clean(self) -> None:
        self._file.close()

    def _work(self) -> None:
        order = self._order
        source = SpooledSource(
            self._file,
            order.name,
            start_s=order.wish.start_s,
            end_s=order.wish.end_s,
            raw=order.raw,
            guard=self._guard,
        )
        models = stoppable(order.models, self._stopping)
        events: Any = self._engine.stream(source, order.settings, models, hints=order.wish.hints)
        told: tuple[str, float] = ("", 0.0)
        with closing(events):
            for event in events:
                if isinstance(event, Progress):
                    now_s = time.monotonic()
                    if event.stage == told[0] and now_s - told[1] < PROGRESS_S:
                        continue
                    told = (event.stage, now_s)
                self.outbox.put(event)
                self.outbox.wait_for_room()


class SpooledSource(FileSource):
    """A recording in the spool, which has no name to be opened by."""

    def __init__(
        self,
        file: SpoolFile,
        name: str,
        *,
        start_s: float = 0.0,
        end_s: float | None = None,
        raw: RawFormat | None,
        guard: Guard,
    ) -> None:
        super().__init__(name, start_s=start_s, end_s=end_s, raw=raw, guard=guard)
        self._file = file

    def _open(self) -> BinaryIO:
        return self._file.file
