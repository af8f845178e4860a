"""What does the work, so that a test may put something else in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from audiosvc import service
from audiosvc.audio.container import RawFormat
from audiosvc.audio.guard import Guard
from audiosvc.audio.live import LiveDecoder
from audiosvc.audio.resample import WIDE_RATE_HZ
from audiosvc.audio.sources import Source
from audiosvc.events import Event, LiveEvent
from audiosvc.service import Models
from audiosvc.settings import Settings
from audiosvc.types import Audio, Hints, Notice

AS_WHOLE = "Send it to Locate, which reads it when it is whole."


class Decoder(Protocol):
    """Bytes as they come, in; audio out, in another thread.

    notices: what had to be repaired, known when ``blocks`` has ended.
    """

    notices: tuple[Notice, ...]

    def write(self, data: bytes) -> None:
        """Blocks while the reader is behind."""
        ...

    def finish(self) -> None:
        """There is no more."""
        ...

    def close(self) -> None:
        """Gives up, and unblocks both sides."""
        ...

    def blocks(self) -> Iterator[Audio]:
        """Mono, a quarter of a second or less at a time."""
        ...


class Live(Protocol):
    """A live transcription."""

    received_s: float
    processed_s: float
    final_s: float

    def feed(self, audio: Audio) -> None:
        """Blocks while the models are behind."""
        ...

    def finish(self) -> None:
        """Everything has been given out when it returns."""
        ...

    def close(self) -> None:
        """Gives up; from any thread."""
        ...


class OpenLive(Protocol):
    """How a live transcription begins."""

    def __call__(
        self,
        models: Models,
        settings: Settings,
        hints: Hints,
        emit: Callable[[LiveEvent], None],
        *,
        interim: bool,
    ) -> Live:
        """``emit`` is called from threads of the engine, one event at a time."""
        ...


class Stream(Protocol):
    """How a recording is transcribed."""

    def __call__(
        self, source: Source, settings: Settings, models: Models, *, hints: Hints
    ) -> Iterator[Event]:
        """The events of one recording."""
        ...


class OpenDecoder(Protocol):
    """How a stream of bytes is decoded."""

    def __call__(self, raw: RawFormat | None, *, name: str, guard: Guard) -> Decoder:
        """raw: None for a container."""
        ...


def open_wide(raw: RawFormat | None, *, name: str, guard: Guard) -> Decoder:
    """A decoder that keeps the high tones."""
    return LiveDecoder(raw, name=name, guard=guard, rate_hz=WIDE_RATE_HZ, instead=AS_WHOLE)


@dataclass(frozen=True, slots=True)
class Engine:
    """The use cases, and the decoders of live audio. wide_decoder: gives 48 kHz."""

    stream: Stream = service.stream
    open_live: OpenLive = service.open_live
    decoder: OpenDecoder = LiveDecoder
    wide_decoder: OpenDecoder = open_wide
