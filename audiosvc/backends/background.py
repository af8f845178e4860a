"""An event loop on a thread of its own, for libraries that wait for many things at once."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from audiosvc.errors import ModelFailed

T = TypeVar("T")
JOIN_S = 5.0


class BackgroundLoop:
    """Runs coroutines until it is closed, garbage, or the process ends: then it ends them all."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=_run, args=(self._loop,), name=name, daemon=True)
        self._thread.start()
        self._end = weakref.finalize(self, _end, self._loop, self._thread)

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin it; cancelling the future ends it. Raises ModelFailed when the loop has ended."""
        if not self._end.alive:
            coroutine.close()
            raise ModelFailed("The connection to the model server has been closed.")
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def close(self) -> None:
        """Cancel everything, and wait for the thread. More than once does no harm."""
        self._end()


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.wait(tasks, timeout=JOIN_S))
        loop.run_until_complete(asyncio.sleep(0))  # connections are closed a step later
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        asyncio.set_event_loop(None)
        loop.close()


def _end(loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(loop.stop)
    if thread is not threading.current_thread():
        thread.join(JOIN_S)
