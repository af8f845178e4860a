"""Runs a server until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from audiosvc.jobs import JobSettings
from audiosvc.server.app import Server
from audiosvc.server.logs import logging_to_stderr
from audiosvc.server.settings import ServerSettings
from audiosvc.settings import Settings

log = logging.getLogger(__name__)
SIGNALLED = 128  # and the signal's number, as a shell names it


def run(settings: ServerSettings, transcription: Settings, jobs: JobSettings) -> None:
    """Serves; the first signal to stop lets what runs come to its end, the second one does not.

    Raises OptionError, ModelError, OutputError while it starts.
    """
    with logging_to_stderr(as_json=settings.json_logs):
        asyncio.run(_run(Server(settings, transcription, jobs)))


async def _run(server: Server) -> None:
    stop = asyncio.Event()
    with _told_by_signals(stop.set):
        try:
            await server.bind()
            starting = asyncio.ensure_future(server.startup())
            if await _first(starting, stop):
                if server.is_open_to_all:
                    log.warning("no keys, no client certificates: whoever reaches it may use it")
                _say(f"serving grpc on {server.grpc_address} and http on {server.http_address}")
                await stop.wait()
                _say("stopping when what runs has ended; a second signal stops it now")
        finally:
            late = await server.shutdown()
    if late:
        _say(f"stopped; {late} call{'s were' if late > 1 else ' was'} cut off")
        os._exit(0)  # without waiting for what models still compute for them
    _say("stopped")


async def _first(work: asyncio.Future[Any], stop: asyncio.Event) -> bool:
    """Whether the work is done before the word to stop comes. Raises what it raises."""
    told: asyncio.Future[Any] = asyncio.ensure_future(stop.wait())
    await asyncio.wait({work, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if not work.done():
        return False
    await work
    return not stop.is_set()


@contextmanager
def _told_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """The first signal calls ``stop`` in the event loop. The second one ends the process."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}
    told: list[int] = []

    def tell(number: int, _: FrameType | None) -> None:
        if told:
            os._exit(SIGNALLED + number)  # nothing needs to be cleaned up: files have no names
        told.append(number)
        loop.call_soon_threadsafe(stop)

    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, tell)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(text: str) -> None:
    sys.stderr.write(f"audiosvc: {text}\n")
    sys.stderr.flush()
