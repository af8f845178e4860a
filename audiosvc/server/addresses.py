"""Where to listen."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from audiosvc.errors import OptionError


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port. host: a name or a number, IPv6 without its brackets."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether this machine alone can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(text: str, option: str) -> Address:
    """``HOST:PORT`` or ``[IPV6]:PORT``. Raises OptionError, which names the option."""
    found = re.fullmatch(r"\[([0-9A-Fa-f:.]+)\]:(\d{1,5})|([\w.-]+):(\d{1,5})", text)
    if found is None or int(found[2] or found[4]) > 65535:
        raise OptionError(f"{option} takes HOST:PORT, such as 127.0.0.1:50051, not {text!r}.")
    return Address(found[1] or found[3], int(found[2] or found[4]))
