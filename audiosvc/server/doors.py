"""Who is let in."""

from __future__ import annotations

import hashlib
from typing import Protocol

from audiosvc.errors import KeyRefused
from audiosvc.server.callers import LOCAL, Caller, Quotas
from audiosvc.server.calls import Context, metadata
from audiosvc.server.keys import Keys

COMMON_NAME = "x509_common_name"


class Door(Protocol):
    """Tells who calls."""

    def __call__(self, context: Context) -> Caller:
        """Raises KeyRefused."""
        ...


def open_door(context: Context) -> Caller:
    """Everybody is the same caller."""
    del context
    return Caller(LOCAL)


def certificate_door(context: Context) -> Caller:
    """Callers by the name on their certificate, which the transport has checked."""
    names = (context.auth_context() or {}).get(COMMON_NAME, ())
    for name in names:
        return Caller("cert-" + hashlib.sha256(bytes(name)).hexdigest()[:16])
    raise KeyRefused("The certificate has no common name to know its holder by.")


def with_quotas(door: Door, usual: Quotas) -> Door:
    """The same door. usual: for callers whose key says nothing else."""

    def find(context: Context) -> Caller:
        caller = door(context)
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

    def __call__(self, context: Context) -> Caller:
        """Raises KeyRefused."""
        kind, _, key = metadata(context).get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not key:
            raise KeyRefused("This server wants a key: metadata `authorization: Bearer KEY`.")
        caller = self._keys.find(key.strip())
        if caller is None:
            raise KeyRefused("This server does not know that key.")
        return caller
