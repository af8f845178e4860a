"""Where a server is, and how to reach it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import grpc

from audiosvc.client.retry import Retry
from audiosvc.errors import OptionError

_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|\[::1\]|::1", re.IGNORECASE)

CHANNEL = (
    # The client tries again itself, and knows what may be said twice.
    ("grpc.enable_retries", 0),
    # A connection of its own: what another client of this process did to its one is no matter here.
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 2_000),
    ("grpc.max_reconnect_backoff_ms", 5_000),
    # A connection that died in silence is noticed, also while nothing is sent.
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.max_pings_without_data", 0),
)


@dataclass(frozen=True, slots=True)
class Tls:
    """A secure connection; PEM bytes each.

    root_certificates: whom to trust; the machine's own when None. certificate_chain and
    private_key: who this client is, where the server asks for it.
    """

    root_certificates: bytes | None = None
    certificate_chain: bytes | None = None
    private_key: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Options:
    """How to reach a server.

    address: ``host:port``. key: sent with every call. timeout_s: how long a single short call may
    take; uploads, streams and watches take as long as they need. plaintext_key: send a key over a
    connection that others can read.

    Raises OptionError for what cannot work, or would give the key away.
    """

    address: str
    key: str | None = field(default=None, repr=False)
    tls: Tls | None = None
    timeout_s: float = 30.0
    retry: Retry = field(default_factory=Retry)
    plaintext_key: bool = False

    def __post_init__(self) -> None:
        host, colon, port = self.address.rpartition(":")
        local = host == "unix" or _LOOPBACK.fullmatch(host)
        if not colon or not host or (host != "unix" and not re.fullmatch(r"[0-9]{1,5}", port)):
            raise OptionError(
                f"{self.address!r} is no address of a server: write host:port, such as "
                "127.0.0.1:50051."
            )
        if self.key is not None and not re.fullmatch(r"[\x21-\x7e]+", self.key):
            raise OptionError(
                "The key holds characters that no key has. Is the file the right one?"
            )
        if self.key and self.tls is None and not local and not self.plaintext_key:
            raise OptionError(
                f"The key would go to {host} over a connection that others can read. Use TLS, or "
                "say that it does not matter."
            )
        if self.tls and bool(self.tls.certificate_chain) != bool(self.tls.private_key):
            raise OptionError("A client's certificate and its private key belong together.")

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What goes with every call."""
        return (("authorization", f"Bearer {self.key}"),) if self.key else ()

    @property
    def credentials(self) -> grpc.ChannelCredentials | None:
        """For a secure connection; None for a plain one."""
        if self.tls is None:
            return None
        return grpc.ssl_channel_credentials(
            self.tls.root_certificates, self.tls.private_key, self.tls.certificate_chain
        )
