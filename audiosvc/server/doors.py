"""Who is let in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

from audiosvc.errors import KeyRefused
from audiosvc.server.callers import LOCAL, Caller, Quotas
from audiosvc.server.keys import Keys


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a caller shows, over whichever transport.

    authorization: as in ``Bearer KEY``. common_name: on the certificate, which the transport has
    checked.
    """

    authorization: str = ""
    common_name: bytes | None = None


class Door(Protocol):
    """Tells who calls."""

    def __call__(self, shown: Credentials) -> Caller:
        """Raises KeyRefused."""
        ...


def open_door(shown: Credentials) -> Caller:
    """Everybody is the same caller."""
    del shown
    return Caller(LOCAL)


def certificate_door(shown: Credentials) -> Caller:
    """Callers by the name on their certificate."""
    if shown.common_name is None:
        raise KeyRefused("The certificate has no common name to know its holder by.")
    return Caller("cert-" + hashlib.sha256(shown.common_name).hexdigest()[:16])


def with_quotas(door: Door, usual: Quotas) -> Door:
    """The same door. usual: for callers whose key says nothing else."""

    def find(shown: Credentials) -> Caller:
        caller = door(shown)
        own = caller.quotas
        return Caller(
            caller.id,
            Quotas(
                _first(own.max_sessions, usual.max_sessions),
                _first(own.max_jobs, usual.max_jobs),
                _first(own.locate_per_minute, usual.locate_per_minute),
            ),
        )

    return find


def _first(own: int | None, usual: int | None) -> int | None:
    return usual if own is None else own


class KeyDoor:
    """Callers by ``authorization: Bearer KEY``."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def __call__(self, shown: Credentials) -> Caller:
        """Raises KeyRefused."""
        kind, _, key = shown.authorization.partition(" ")
        if kind.lower() != "bearer" or not key:
            raise KeyRefused("This server wants a key: `authorization: Bearer KEY`.")
        caller = self._keys.find(key.strip())
        if caller is None:
            raise KeyRefused("This server does not know that key.")
        return caller
