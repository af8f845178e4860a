"""One connection: how long its sender and its reader may take, and whose certificate it shows."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from audiosvc.server.http.around import COMMON_NAME, App, Receive, Send

HEADERS_S = 20.0
# For the 48 KiB or so that have to go out before we write more.
UNREAD_S = 60.0


class Impatient:
    """Hangs up on who does not read what it asked for: a close would wait for that for ever."""

    transport: asyncio.Transport
    _unread: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        """As much waits to be read as we hold for anybody."""
        loop = asyncio.get_running_loop()
        self._unread = loop.call_later(UNREAD_S, self.transport.abort)
        super().pause_writing()  # type: ignore[misc]

    def resume_writing(self) -> None:
        """Most of it was read."""
        self._forget()
        super().resume_writing()  # type: ignore[misc]

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to wait for."""
        self._forget()
        super().connection_lost(exc)  # type: ignore[misc]

    def _forget(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None


class Socket(Impatient, WebSocketsSansIOProtocol):
    """A WebSocket."""


class Connection(Impatient, H11Protocol):
    """Closes when a request's headers do not come in time: nobody holds a connection for nothing.

    The library bounds how long they are, and how long a connection may idle between two requests.
    """

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The clock runs from here."""
        super().connection_made(transport)
        name = common_name(transport)
        if name is not None:
            self.app: Any = _named(self.app, name)
            make, app = self.ws_protocol_class, self.app

            def make_socket(**given: Any) -> Any:  # noqa: ANN401 - as the library calls it
                socket: Any = make(**given)  # type: ignore[misc]
                socket.app = app
                return socket

            self.ws_protocol_class = make_socket  # type: ignore[assignment]
        self._start()

    def data_received(self, data: bytes) -> None:
        """The clock stops when the headers are whole, and runs again for the next request's."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._start()
        elif self.conn.their_state is not h11.IDLE:
            self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to wait for."""
        self._stop()
        super().connection_lost(exc)

    def _start(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEADERS_S, self.transport.close)

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def common_name(transport: asyncio.BaseTransport) -> bytes | None:
    """The name on the caller's certificate, which was checked; None without one."""
    shown = transport.get_extra_info("peercert") or {}
    for part in shown.get("subject", ()):
        for kind, value in part:
            if kind == "commonName":
                return str(value).encode()
    return None


def _named(app: Any, name: bytes) -> App:  # noqa: ANN401 - any application
    async def run(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        scope[COMMON_NAME] = name
        await app(scope, receive, send)

    return run
