"""A session from its first answer to its last, whichever way it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

from audiosvc.server.incoming import Incoming
from audiosvc.server.sessions import Session


@asynccontextmanager
async def attended(
    session: Session[Any], incoming: Incoming, greeting: Awaitable[None], gone: Callable[[], None]
) -> AsyncIterator[None]:
    """Audio comes in meanwhile. greeting: goes out before. gone: told when nothing is left."""
    receiving: asyncio.Task[None] | None = None
    try:
        await greeting
        receiving = asyncio.create_task(_receive(session, incoming))
        yield
    finally:
        if receiving is not None:
            receiving.cancel()
        session.finish(gone)


async def _receive(session: Session[Any], incoming: Incoming) -> None:
    """Whatever goes wrong is told by the one who sends."""
    try:
        async with aclosing(incoming.audio()) as audio:
            await session.receive(audio)
    except Exception as error:  # noqa: BLE001
        session.outbox.end(error)
