"""Work for somebody who waits, and who may go away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any, TypeVar

from audiosvc.errors import Cancelled
from audiosvc.server.http.around import Receive
from audiosvc.server.outbox import Item
from audiosvc.server.sessions import Session

# How long nothing comes of a session before its reader may do something else.
TICK_S = 0.5
Result = TypeVar("Result")


async def while_there(receive: Receive, work: Coroutine[Any, Any, Result]) -> Result:
    """Does the work as long as somebody waits for it. The body of the request has been read.

    Raises what the work raises, and Cancelled when the caller has gone.
    """
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise Cancelled("The caller has gone.")
        return working.result()
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def results(
    session: Session[Item], gone: Callable[[], None]
) -> AsyncGenerator[list[Item], None]:
    """What a session gives, as it gives it; an empty list when there was nothing for a moment.

    The session begins with it, and ends with it. gone: told when nothing is left. Raises what it
    ended with.
    """
    try:
        session.begin()
        while await session.outbox.ready(TICK_S):
            yield session.outbox.take()
    finally:
        session.finish(gone)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
