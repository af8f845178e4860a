"""Live mode: audio is transcribed as it comes, and not kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import Executor
from dataclasses import replace

from audiosvc.audio.guard import Guard
from audiosvc.errors import Cancelled, OptionError
from audiosvc.events import AudioCursors, Finished, LiveEvent
from audiosvc.server.engine import Engine, Live
from audiosvc.server.outbox import Outbox
from audiosvc.server.sessions import Order, Session


class LiveSession(Session[LiveEvent]):
    """Decodes what comes and feeds it to the models; each step waits for the next one."""

    def __init__(
        self,
        order: Order,
        outbox: Outbox[LiveEvent],
        threads: Executor,
        engine: Engine,
        max_audio_s: float,
    ) -> None:
        """Raises OptionError for a part: nobody knows yet where a stream ends."""
        if order.wish.start_s or order.wish.end_s is not None:
            raise OptionError(
                "Live audio has no part to choose: it is heard from the beginning to the end.",
                field="transcription.start_offset",
            )
        super().__init__(outbox, threads)
        self._order = order
        self._engine = engine
        guard = Guard(max_audio_s, self._check)
        self._decoder = engine.decoder(order.raw, name=order.name, guard=guard)
        self._live: Live | None = None
        self._stopped = False

    async def receive(self, audio: AsyncIterator[bytes]) -> None:
        """Decodes all of it, no faster than the models hear it."""
        self.begin()
        async for data in audio:
            await self._in_thread(self._decoder.write, data)
        await self._in_thread(self._decoder.finish)

    def cursors(self) -> AudioCursors | None:
        """How far the stream is."""
        live = self._live
        if live is None:
            return None
        return AudioCursors(live.received_s, live.processed_s, live.final_s)

    def _stop(self) -> None:
        self._stopped = True
        self._decoder.close()
        if self._live is not None:
            self._live.close()

    def _clean(self) -> None:
        """Closed already."""

    def _work(self) -> None:
        order = self._order
        live = self._live = self._engine.open_live(
            order.models,
            order.settings,
            order.wish.hints,
            self._emit,
            interim=order.interim,
        )
        try:
            for block in self._decoder.blocks():
                self._check()
                live.feed(block)
                self.outbox.wait_for_room()
            self._check()
            live.finish()
        except BaseException as error:
            self.outbox.end(error)  # before the sender notices that nobody listens any more
            raise
        finally:
            live.close()
            self._decoder.close()

    def _emit(self, event: LiveEvent) -> None:
        if isinstance(event, Finished):
            notices = (*self._decoder.notices, *event.transcript.notices)
            event = Finished(replace(event.transcript, notices=notices))
        self.outbox.put(event)

    def _check(self) -> None:
        if self._stopped:
            raise Cancelled("The call has ended.")
