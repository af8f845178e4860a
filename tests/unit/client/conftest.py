"""A client beside a server that plays a script, blocking or with asyncio: the tests are the same.

Both kinds of client run the same use cases over drivers of their own; ``Both`` asks either in the
same words.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator
from typing import Any

import pytest

from audiosvc.client import AsyncClient, Client, Retry
from tests.fakes.grpc_server import FakeServer

QUICK = Retry(total_s=3.0, unreached_s=0.3, first_wait_s=0.01, most_wait_s=0.05)


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def wait(self, awaitable: Awaitable[Any]) -> Any:
        async def body() -> Any:
            return await awaitable

        return asyncio.run_coroutine_threadsafe(body(), self._loop).result(30)

    def iterate(self, items: AsyncIterable[Any]) -> Iterator[Any]:
        ends = object()
        try:
            while (item := self.wait(anext(items, ends))) is not ends:  # type: ignore[call-overload]
                yield item
        finally:
            self.wait(items.aclose())  # type: ignore[attr-defined]

    async def _settle(self) -> None:
        """Whatever a client has begun is over, or a test fails for it."""
        await self._loop.shutdown_default_executor()
        others = asyncio.all_tasks(self._loop) - {asyncio.current_task()}
        _, left = await asyncio.wait(others, timeout=2.0) if others else (set(), set())
        assert not left

    def close(self) -> None:
        self.wait(self._settle())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


class Waited:
    """What is asynchronous, as if it were not."""

    def __init__(self, what: Any, loop: Loop) -> None:
        self._what = what
        self._loop = loop

    @property
    def jobs(self) -> Waited:
        return Waited(self._what.jobs, self._loop)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            result = getattr(self._what, name)(*args, **options)
            if hasattr(result, "__anext__"):
                return self._loop.iterate(result)
            return self._loop.wait(result)

        return call


@pytest.fixture
def server() -> Iterator[FakeServer]:
    server = FakeServer().start()
    yield server
    server.stop()


Connect = Callable[..., Any]


@pytest.fixture(params=["blocking", "asyncio"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Makes a client of either kind."""
    made: list[Any] = []
    loops: list[Loop] = []

    def one(address: str, **options: Any) -> Any:
        options = {"retry": QUICK, **options}
        if request.param == "blocking":
            made.append(Client(address, **options))
        else:
            loops.append(Loop())
            made.append(Waited(AsyncClient(address, **options), loops[-1]))
        return made[-1]

    yield one
    for client in made:
        client.close()
    for loop in loops:
        loop.close()


@pytest.fixture
def client(server: FakeServer, connect: Connect) -> Any:
    return connect(server.address)
