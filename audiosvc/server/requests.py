"""The messages of a caller, before anybody looks into them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from google.protobuf.message import DecodeError

from audiosvc.errors import DeadlineExceeded, ProtocolError


class Malformed:
    """Stands in for a message that cannot be parsed.

    That is the caller's fault; the transport would call it the server's.
    """


def lenient(parse: Callable[[bytes], Any] | None) -> Callable[[bytes], Any] | None:
    """A parser that raises nothing, so that the call gets the chance to say what is wrong."""
    if parse is None:
        return None

    def parse_or_not(data: bytes) -> Any:  # noqa: ANN401 - any message
        try:
            return parse(data)
        except DecodeError:
            return Malformed()

    return parse_or_not


def checked(request: Any, idle_timeout_s: float) -> Any:  # noqa: ANN401
    """A message, or the messages of a stream, the next of which has to come in time.

    Raises ProtocolError for one that is malformed, DeadlineExceeded when none comes.
    """
    if isinstance(request, AsyncIterator):
        return _stream(request, idle_timeout_s)
    if isinstance(request, Malformed):
        raise ProtocolError("A message is not what the service defines: use its generated code.")
    return request


async def _stream(requests: AsyncIterator[Any], idle_timeout_s: float) -> AsyncIterator[Any]:
    while True:
        try:
            request = await asyncio.wait_for(anext(requests), idle_timeout_s)
        except StopAsyncIteration:
            return
        except asyncio.TimeoutError:
            raise DeadlineExceeded(
                f"Nothing was sent for {idle_timeout_s:g} s. Send audio as it comes, silence "
                "included, and half-close the stream at its end."
            ) from None
        yield checked(request, idle_timeout_s)
