"""The HTTP server: uvicorn, in the event loop of the rest."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Generator

import uvicorn

from audiosvc.errors import OptionError
from audiosvc.server.addresses import Address
from audiosvc.server.http.around import App
from audiosvc.server.http.connections import Connection, Socket

MAX_CONNECTIONS = 1000
BACKLOG = 512
KEEP_ALIVE_S = 15
MAX_HEADERS_BYTES = 32 * 1024
MAX_SOCKET_MESSAGE_BYTES = 1024**2
GRACE_S = 2


class HttpServer:
    """Listens from when it is made, answers from ``start`` to ``close``."""

    def __init__(self, address: Address, app: App, tls: ssl.SSLContext | None) -> None:
        """Raises OptionError when the port cannot be had."""
        try:
            self._socket = _listen(address)
        except OSError as error:
            raise OptionError(f"HTTP cannot listen on {address}: {error.strerror}.") from error
        self.address = Address(address.host, self._socket.getsockname()[1])
        config = uvicorn.Config(
            app,
            http=Connection,
            ws=Socket,
            ws_max_size=MAX_SOCKET_MESSAGE_BYTES,
            # Audio does not compress, and what is inflated costs more than what is sent.
            ws_per_message_deflate=False,
            # A reader that is busy does not see the answers to pings. Silence ends a stream.
            ws_ping_interval=None,
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=MAX_CONNECTIONS,
            backlog=BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=GRACE_S,
            h11_max_incomplete_event_size=MAX_HEADERS_BYTES,
        )
        config.load()
        config.ssl = tls
        self._server = _Server(config)
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """From now on."""
        self._serving = asyncio.create_task(self._server.serve([self._socket]), name="http")
        while not self._server.started and not self._serving.done():
            await asyncio.sleep(0)

    async def close(self) -> None:
        """Until now; what still runs gets a moment."""
        if self._serving is None:
            self._socket.close()
            return
        self._server.should_exit = True
        await self._serving


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Signals are told to the server as a whole."""
        yield


def _listen(address: Address) -> socket.socket:
    found = socket.getaddrinfo(
        address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    family, kind, protocol, _, place = found[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
        listening.listen(BACKLOG)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening
