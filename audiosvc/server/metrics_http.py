"""``/healthz``, ``/readyz`` and ``/metrics`` over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from socket import AF_INET, AF_INET6
from ssl import SSLContext

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from audiosvc.errors import OptionError
from audiosvc.server.addresses import Address

PLAIN = "text/plain; charset=utf-8"
REQUEST_TIMEOUT_S = 10.0


class HttpServer:
    """Answers in threads of its own, so that it tells how things are when the loop is stuck."""

    def __init__(
        self,
        address: Address,
        registry: CollectorRegistry,
        is_ready: Callable[[], bool],
        tls: SSLContext | None,
    ) -> None:
        """Binds the port. Raises OptionError when that cannot be done."""

        class Handler(_Handler):
            metrics = registry
            ready = staticmethod(is_ready)
            encryption = tls

        class Server(ThreadingHTTPServer):
            address_family = AF_INET6 if _is_v6(address.host) else AF_INET
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A caller who goes away, or who speaks no TLS, is no news."""

        try:
            self._server = Server((address.host, address.port), Handler)
        except OSError as error:
            raise OptionError(f"HTTP cannot listen on {address}: {error.strerror}.") from error
        self.address = Address(address.host, self._server.server_port)
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="http", daemon=True, args=(0.1,)
        )

    def start(self) -> None:
        """From now on."""
        self._thread.start()

    def close(self) -> None:
        """Until now."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    metrics: CollectorRegistry
    ready: Callable[[], bool]
    encryption: SSLContext | None
    timeout = REQUEST_TIMEOUT_S

    def setup(self) -> None:
        """The handshake belongs to the thread of one caller: it may take its time."""
        if self.encryption is not None:
            self.request.settimeout(self.timeout)
            self.request = self.encryption.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        """What was encrypted is a socket of its own, which the server does not know."""
        super().finish()
        if self.encryption is not None:
            self.request.close()

    def do_GET(self) -> None:
        """The three pages."""
        path = self.path.partition("?")[0]
        if path == "/metrics":
            encode, kind = choose_encoder(self.headers.get("Accept", ""))
            self._answer(200, kind, encode(self.metrics))
        elif path == "/healthz":
            self._answer(200, PLAIN, b"ok\n")
        elif path == "/readyz":
            ready = self.ready()
            self._answer(200 if ready else 503, PLAIN, b"ready\n" if ready else b"not ready\n")
        else:
            self._answer(404, PLAIN, b"there are /healthz, /readyz and /metrics\n")

    def _answer(self, code: int, kind: str, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base has it
        """Probes come every few seconds; nobody wants to read of them."""


def _is_v6(host: str) -> bool:
    try:
        return ip_address(host).version == 6
    except ValueError:
        return False
