"""How much a request may send, and how slowly."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from audiosvc.errors import DeadlineExceeded, OptionError, TooLarge

MIB = 1024**2
# Beside the audio: names, options, and what holds the parts of a form together.
FORM_BYTES = MIB
JSON_BYTES = MIB
TRANSCRIPT_BYTES = 16 * MIB  # a working day of talk, word by word, has half of it
TRANSCRIPTS = "/v1/transcripts/"
AUDIO_KINDS = ("multipart/form-data", "application/offset+octet-stream")
# Slower than the slowest line that carries speech: somebody who only wants to keep us waiting.
LEAST_BYTES_PER_S = 256.0
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


def most_bytes(path: str, kind: str, max_upload_bytes: int) -> int:
    """How long the body of a request may be. kind: its content type."""
    if kind.lower().startswith(AUDIO_KINDS):
        return max_upload_bytes + FORM_BYTES
    return TRANSCRIPT_BYTES if path.startswith(TRANSCRIPTS) else JSON_BYTES


def check_length(length: str | None, limit: int) -> None:
    """Before anything is read. length: the header. Raises TooLarge, OptionError."""
    if length is None:
        return
    if not (length.isascii() and length.isdigit()):
        raise OptionError(f"{length[:40]!r} is no length of a body.", field="Content-Length")
    if len(length) > 18 or int(length) > limit:
        raise _too_large(limit)


class Body:
    """Passes on the parts of a body, as ``receive`` does, while they come in time."""

    def __init__(self, receive: Receive, limit: int, idle_timeout_s: float) -> None:
        self._receive = receive
        self._limit = limit
        self._idle_timeout_s = idle_timeout_s
        self._count = 0
        self._waited_s = 0.0
        self._done = False

    async def __call__(self) -> Message:
        """The next message. Raises TooLarge, DeadlineExceeded."""
        if self._done:
            return await self._receive()  # waits for the caller to go away
        began_s = time.monotonic()
        try:
            message = await asyncio.wait_for(self._receive(), self._idle_timeout_s)
        except asyncio.TimeoutError:
            raise self._late() from None
        self._waited_s += time.monotonic() - began_s
        if message["type"] != "http.request":
            self._done = True
            return message
        self._count += len(message.get("body", b""))
        self._done = not message.get("more_body", False)
        if self._count > self._limit:
            raise _too_large(self._limit)
        slowest_s = self._idle_timeout_s + self._count / LEAST_BYTES_PER_S
        if not self._done and self._waited_s > slowest_s:
            raise self._late()
        return message

    def _late(self) -> DeadlineExceeded:
        return DeadlineExceeded(
            f"The request came too slowly: nothing for {self._idle_timeout_s:g} s, or less than "
            f"{LEAST_BYTES_PER_S:g} bytes a second."
        )


def _too_large(limit: int) -> TooLarge:
    shown = f"{limit / MIB:,.0f} MiB" if limit >= MIB else f"{limit:,} bytes"
    return TooLarge(f"The request is longer than {shown}, the most that this server takes here.")
