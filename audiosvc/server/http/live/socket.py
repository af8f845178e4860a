"""A WebSocket that brings audio: its messages, one at a time and in time, and its end."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Literal

from fastapi import WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from audiosvc.errors import (
    AudiosvcError,
    Cancelled,
    DeadlineExceeded,
    OptionError,
    ProtocolError,
)
from audiosvc.server.calls import current_request_id, note
from audiosvc.server.http.jobs.models import AudioFormat
from audiosvc.server.http.problems import Problem, problem_of
from audiosvc.server.http.replies import dumps
from audiosvc.server.http.wishes import Options
from audiosvc.server.logs import fields
from audiosvc.v1.transcription_pb2 import TranscribeRequest

FINISHED, REFUSED, FAULT, LATER = 1000, 1008, 1011, 1013
BUSY = frozenset({429, 503, 507})
# Who connects has something to say.
LONGEST_START_S = 20.0
SHOWN = 200
log = logging.getLogger(__name__)


class Start(BaseModel):
    """The first message. audio: null for a container that tells itself."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["start"]
    key: str | None = Field(default=None, max_length=1000)
    audio: AudioFormat | None = None
    interim: bool = True
    display_name: str = Field(default="", max_length=1000)
    options: Options = Options()


class StreamSocket:
    """One stream of one caller."""

    def __init__(self, socket: WebSocket, idle_timeout_s: float) -> None:
        self._socket = socket
        self._idle_timeout_s = idle_timeout_s

    async def start(self) -> Start:
        """The first message. Raises ProtocolError, OptionError, DeadlineExceeded, Cancelled."""
        wait_s = min(LONGEST_START_S, self._idle_timeout_s)
        message = await self._next(wait_s)
        if isinstance(message, bytes):
            raise ProtocolError("The first message has to be `start`, not audio.")
        try:
            return Start.model_validate_json(message)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise OptionError(
                f"The first message has to be `start`. {where or 'It'}: {first['msg'][:SHOWN]}.",
                field=where or None,
            ) from None

    async def requests(self) -> AsyncIterator[TranscribeRequest]:
        """The audio behind it, as over gRPC, until ``end``. Raises what ``start`` raises."""
        while True:
            message = await self._next(self._idle_timeout_s)
            if isinstance(message, bytes):
                yield TranscribeRequest(audio=message)
            elif _is_end(message):
                return
            else:
                raise ProtocolError("Behind `start` come audio, as binary messages, and `end`.")

    async def send(self, document: dict[str, Any]) -> None:
        """Raises Cancelled when nobody is there any more."""
        try:
            await self._socket.send_text(dumps(document))
        except WebSocketDisconnect:
            raise Cancelled("The caller has gone.") from None

    async def close(self, code: int = FINISHED) -> None:
        """That was all."""
        with suppress(WebSocketDisconnect, RuntimeError):  # closed already
            await self._socket.close(code)

    async def refuse(self, error: BaseException) -> None:
        """Says what is wrong, and closes."""
        problem = problem_of(error)
        note(reason=problem.reason)
        if not isinstance(error, AudiosvcError):
            known = fields(request_id=current_request_id(), path=self._socket.url.path)
            log.error("a stream failed", exc_info=error, extra=known)
        with suppress(Cancelled, RuntimeError):
            await self.send({"type": "error", "problem": problem.model_dump(exclude_none=True)})
        await self.close(_code(problem))

    async def _next(self, timeout_s: float) -> str | bytes:
        try:
            message = await asyncio.wait_for(self._socket.receive(), timeout_s)
        except asyncio.TimeoutError:
            raise DeadlineExceeded(
                f"Nothing was sent for {timeout_s:g} s. Send audio as it comes, silence included, "
                "and `end` at its end."
            ) from None
        if message["type"] == "websocket.disconnect":
            raise Cancelled("The caller has gone.")
        data, text = message.get("bytes"), message.get("text")
        return bytes(data) if data is not None else str(text)


def _is_end(message: str) -> bool:
    try:
        return bool(json.loads(message) == {"type": "end"})
    except (ValueError, RecursionError):
        return False


def _code(problem: Problem) -> int:
    if problem.status in BUSY:
        return LATER
    return FAULT if problem.status >= 500 else REFUSED
