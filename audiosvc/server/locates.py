"""Locating what a caller sends: as a whole, or while it comes. Nothing of it is kept."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from audiosvc import locating
from audiosvc.audio.container import RawFormat
from audiosvc.audio.guard import Guard
from audiosvc.audio.resample import WIDE_RATE_HZ
from audiosvc.audio.sources import Source
from audiosvc.errors import OptionError
from audiosvc.estimates import GeoEstimate
from audiosvc.server.engine import OpenDecoder
from audiosvc.server.outbox import Outbox
from audiosvc.server.recordings import SpooledSource
from audiosvc.server.sensing import SharedSenses
from audiosvc.server.sessions import Session
from audiosvc.server.spool import Spool, SpoolFile
from audiosvc.server.stopping import Stop
from audiosvc.settings import Settings, change_settings
from audiosvc.wire.geo_config import LocateWish

LONGEST_STREAM_S = 1800.0
# What a stream is kept as while it lasts; it is heard anew for every estimate.
KEPT = RawFormat(WIDE_RATE_HZ, 1, "f32le")
KEPT_BYTES_A_SECOND = 4 * WIDE_RATE_HZ
# A longer recording needs more news to change the picture, and longer to be heard again.
UPDATE_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class LocateOrder:
    """What was asked for, checked. name: of the recording, for messages."""

    name: str
    settings: Settings
    wish: LocateWish
    raw: RawFormat | None


def order_of(name: str, wish: LocateWish, raw: RawFormat | None, usual: Settings) -> LocateOrder:
    """usual: the server's own settings. Raises OptionError for a language that there is not."""
    said = {"language": wish.language} if wish.language else {}
    try:
        settings = change_settings(usual, said)
    except OptionError as error:
        raise OptionError(str(error), field="language_code") from error
    return LocateOrder(name, settings, wish, raw)


@dataclass(frozen=True, slots=True)
class Located:
    """What goes out. is_last: for all of the audio."""

    estimate: GeoEstimate
    is_last: bool = True


class LocateSession(Session[Located]):
    """A recording in the spool, and what is found out about it."""

    def __init__(
        self,
        order: LocateOrder,
        outbox: Outbox[Located],
        threads: Executor,
        senses: SharedSenses,
        file: SpoolFile,
        max_audio_s: float,
    ) -> None:
        """file: closed at the end."""
        super().__init__(outbox, threads)
        self._order = order
        self._stopping = Stop()
        self._senses = senses.until(self._stopping)
        self._guard = Guard(max_audio_s, self._stopping.check)
        self._file = file

    def _locate(self, source: Source) -> GeoEstimate:
        """As it may be told to the caller."""
        settings, wish = self._order.settings, self._order.wish
        found = locating.locate(
            source,
            settings,
            wish.context,
            top=wish.top,
            transcribe=wish.transcribe,
            senses=self._senses,
        )
        return locating.shown(found, settings, precision=wish.precision, guess=wish.guess)

    @abstractmethod
    async def receive(self, audio: AsyncIterator[bytes]) -> None:
        """Takes the audio as it comes."""

    def _stop(self) -> None:
        self._stopping()

    def _clean(self) -> None:
        self._file.close()


class WholeLocate(LocateSession):
    """Takes all of a recording, then listens to it."""

    async def receive(self, audio: AsyncIterator[bytes]) -> None:
        """Keeps all of it until it was heard. Raises TooLarge, StorageFull."""
        async for data in audio:
            await self._in_thread(self._file.write, data)
        self.begin()

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
        self.outbox.put(Located(self._locate(source)))


class GrowingLocate(LocateSession):
    """Listens to what there is by now, again and again."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        order: LocateOrder,
        outbox: Outbox[Located],
        threads: Executor,
        senses: SharedSenses,
        spool: Spool,
        max_audio_s: float,
        open_decoder: OpenDecoder,
    ) -> None:
        """Raises StorageFull, or OptionError for a part: nobody knows yet where a stream ends."""
        if order.wish.start_s or order.wish.end_s is not None:
            raise OptionError(
                "A stream has no part to choose: it is heard from the beginning to the end.",
                field="start_offset",
            )
        longest_s = min(max_audio_s, LONGEST_STREAM_S, spool.max_file_bytes / KEPT_BYTES_A_SECOND)
        super().__init__(order, outbox, threads, senses, spool.open(order.name), longest_s)
        self._decoder = open_decoder(order.raw, name=order.name, guard=self._guard)

    async def receive(self, audio: AsyncIterator[bytes]) -> None:
        """Decodes all of it, no faster than it is listened to."""
        self.begin()
        async for data in audio:
            await self._in_thread(self._decoder.write, data)
        await self._in_thread(self._decoder.finish)

    def _stop(self) -> None:
        super()._stop()
        self._decoder.close()

    def _work(self) -> None:
        wish = self._order.wish
        found: GeoEstimate | None = None
        told: GeoEstimate | None = None
        heard_s, found_s, due_s = 0.0, 0.0, wish.update_s
        try:
            for block in self._decoder.blocks():
                self._stopping.check()
                self._file.write(block.samples.astype("<f4").tobytes())
                heard_s = block.span.end_s
                if heard_s < due_s:
                    continue
                found = self._hear_again()
                found_s, due_s = heard_s, heard_s + max(wish.update_s, UPDATE_SHARE * heard_s)
                if told is None or not _says_the_same(found, told):
                    told = found
                    self.outbox.put(Located(found, is_last=False))
                    self.outbox.wait_for_room()
            self._stopping.check()
        finally:
            self._decoder.close()
        last = found if found and found_s == heard_s else self._hear_again()
        self.outbox.put(Located(replace(last, notices=(*self._decoder.notices, *last.notices))))

    def _hear_again(self) -> GeoEstimate:
        return self._locate(
            SpooledSource(self._file, self._order.name, raw=KEPT, guard=self._guard)
        )


def _says_the_same(found: GeoEstimate, told: GeoEstimate) -> bool:
    """Whether nothing is new but that more was heard."""
    return found == replace(told, listened_s=found.listened_s, notices=found.notices)
