"""The gRPC transport: its options, and the port it listens on."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

import grpc

from audiosvc.errors import OptionError
from audiosvc.server.addresses import Address
from audiosvc.server.settings import ServerSettings
from audiosvc.server.tls import grpc_credentials

# One process serves that many at once, those it refuses included.
MAX_CALLS = 1000
HANDSHAKE_S = 20.0
PING_S, PING_TIMEOUT_S, LEAST_PING_S = 30.0, 10.0, 10.0


def make_server(
    settings: ServerSettings, interceptors: Sequence[grpc.aio.ServerInterceptor[Any, Any]]
) -> grpc.aio.Server:
    """A server without services that listens nowhere yet."""
    return grpc.aio.server(
        interceptors=interceptors, options=_options(settings), maximum_concurrent_rpcs=MAX_CALLS
    )


def listen(server: grpc.aio.Server, settings: ServerSettings) -> Address:
    """Binds the port, and says which one it is. Raises OptionError when that cannot be done."""
    address = settings.grpc_address
    _try(address)
    credentials = grpc_credentials(settings)
    try:
        if credentials is None:
            port = server.add_insecure_port(str(address))
        else:
            port = server.add_secure_port(str(address), credentials)
    except RuntimeError as error:
        raise OptionError(f"gRPC cannot listen on {address}.") from error
    return Address(address.host, port)


def _try(address: Address) -> None:
    """Raises OptionError with the reason, which the library would only print."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        for family, kind, protocol, _, place in found:
            with socket.socket(family, kind, protocol) as attempt:
                attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                attempt.bind(place)
                attempt.listen()
    except OSError as error:
        raise OptionError(f"gRPC cannot listen on {address}: {error.strerror}.") from error


def _options(settings: ServerSettings) -> list[tuple[str, int]]:
    return [
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        # Without this, a second server on the same port would take half of the calls.
        ("grpc.so_reuseport", 0),
        # Who connects and then says nothing does not stay.
        ("grpc.server_handshake_timeout_ms", round(HANDSHAKE_S * 1000)),
        # A peer that has vanished is noticed, and its session ends.
        ("grpc.keepalive_time_ms", round(PING_S * 1000)),
        ("grpc.keepalive_timeout_ms", round(PING_TIMEOUT_S * 1000)),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.http2.min_ping_interval_without_data_ms", round(LEAST_PING_S * 1000)),
    ]
