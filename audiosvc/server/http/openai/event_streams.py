"""Events as they happen (server-sent events, ``text/event-stream``)."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from starlette.responses import Response

from audiosvc.errors import AudiosvcError
from audiosvc.server.calls import current_request_id
from audiosvc.server.http.around import Receive, Scope, Send
from audiosvc.server.http.problems import problem_of, told
from audiosvc.server.http.replies import dumps
from audiosvc.server.http.waiting import while_there
from audiosvc.server.logs import fields

KIND = "text/event-stream"
# Nothing to tell: keeps those on the way from thinking that nobody is there.
PING, PING_S = ": still at work\n\n", 15.0
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
log = logging.getLogger(__name__)


def event(document: Mapping[str, Any]) -> str:
    """One event, whose data is a document."""
    return f"data: {dumps(document)}\n\n"


class EventStream(Response):
    """Sends texts of events. An empty one sends nothing, and says that all goes well so far.

    What goes wrong before the first is answered as a problem, and as an event after it.
    """

    media_type = KIND

    def __init__(
        self, events: AsyncGenerator[str, None], headers: Mapping[str, str] | None = None
    ) -> None:
        """headers: beside those of every stream."""
        super().__init__(headers={**HEADERS, **(headers or {})})
        del self.headers["content-length"]
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ends when the events do, or when the caller goes away."""
        await while_there(receive, self._run(scope["path"], send))

    async def _run(self, path: str, send: Send) -> None:
        async with aclosing(self._events) as events:
            first = await anext(events, "")
            start = {"status": self.status_code, "headers": self.raw_headers}
            await send({"type": "http.response.start", **start})
            try:
                await _tell(send, first)
                await _tell_all(send, events)
            except Exception as error:  # noqa: BLE001 - too late for a status
                await _tell(send, event(_told(error, path)))
        await send({"type": "http.response.body", "body": b""})


async def _tell_all(send: Send, events: AsyncGenerator[str, None]) -> None:
    told_s = time.monotonic()
    async for text in events:
        if text or time.monotonic() - told_s > PING_S:
            await _tell(send, text or PING)
            told_s = time.monotonic()


async def _tell(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


def _told(error: Exception, path: str) -> dict[str, Any]:
    if not isinstance(error, AudiosvcError):
        known = fields(request_id=current_request_id(), path=path)
        log.error("a request failed", exc_info=error, extra=known)
    return told(problem_of(error), path)
