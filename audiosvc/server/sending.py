"""What a session gives, sent to its caller, whatever the transport."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from audiosvc.events import AudioCursors, Finished, LiveEvent, SegmentReady
from audiosvc.server.figures import Figures
from audiosvc.server.sessions import Session

# Cursors go out twice a second at most.
TICK_S = 0.5
Write = Callable[[LiveEvent, int], Awaitable[None]]


async def send(session: Session[LiveEvent], figures: Figures, write: Write) -> None:
    """Everything that the session gives, until its end. Raises what it ended with.

    write: takes an event, and how many segments have been sent.
    """
    told: AudioCursors | None = None
    told_at_s, given = 0.0, 0
    clock = asyncio.get_running_loop().time
    while await session.outbox.ready(TICK_S):
        cursors = session.cursors()  # before the events: these hold whatever is final by then
        for event in session.outbox.take():
            if isinstance(event, Finished):
                told = cursors = session.cursors()
                if cursors is not None:
                    await write(cursors, given)
            figures.count(event)
            given += isinstance(event, SegmentReady)
            if not isinstance(event, AudioCursors):
                await write(event, given)
        if cursors is not None and cursors != told and clock() - told_at_s >= TICK_S:
            told, told_at_s = cursors, clock()
            figures.move(cursors)
            figures.lag(cursors)
            await write(cursors, given)
