"""Which requests are not even looked at: for another host, or from a page of another site."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from audiosvc.errors import NotAllowed, ProtocolError

# These change nothing, so that a page of another site gains nothing by them: it cannot read them.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HOST = re.compile(r"(?P<name>[\w.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?P<port>:\d{1,5})?", re.ASCII)


class HostRefused(ProtocolError):
    """A request that was meant for somebody else."""


class Guard:
    """Keeps a browser from being used against the server that its owner runs.

    A page that somebody visits may send requests to this machine, and may make a name of its own
    point here (DNS rebinding). Names are therefore known beforehand, and what changes anything has
    to come from the page of this server, or from no page at all.
    """

    def __init__(self, hosts: Collection[str] = (), origins: Collection[str] = ()) -> None:
        """hosts: names beside localhost, this machine's own, and numbers. origins: other sites."""
        own = {"localhost", socket.gethostname().lower()}
        self._hosts = own | {host.lower().rstrip(".") for host in hosts}
        self._origins = {origin.lower().rstrip("/") for origin in origins}

    def check(self, method: str, host: str, origin: str | None, site: str | None) -> None:
        """host, origin, site: the headers Host, Origin and Sec-Fetch-Site. method: or WEBSOCKET.

        Raises HostRefused, NotAllowed.
        """
        if not self._knows(host):
            raise HostRefused(
                f"This server does not go by the name {host[:100]!r}. Its operator can add names: "
                "http_hosts."
            )
        if method in SAFE:
            return
        if origin is None:
            if site in {"cross-site", "same-site"}:
                raise NotAllowed("A page of another site may not do that here.")
            return
        if origin.lower() not in self._origins and urlsplit(origin).netloc.lower() != host.lower():
            raise NotAllowed(
                f"The page at {origin[:100]!r} may not do that here. The operator of this server "
                "can allow it: cors_origins."
            )

    def _knows(self, host: str) -> bool:
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        name = found["name"].lower().rstrip(".")
        if name in self._hosts:
            return True
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True
