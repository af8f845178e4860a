"""Who calls."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Quotas:
    """How much a caller may have at once, or in a minute; None is what the server takes."""

    max_sessions: int | None = None
    max_jobs: int | None = None
    locate_per_minute: int | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose call it is. id: stable, short, no secret; jobs belong to it."""

    id: str
    quotas: Quotas = field(default_factory=Quotas)


LOCAL = "local"
_current: ContextVar[Caller] = ContextVar("caller")


def current_caller() -> Caller:
    """The caller of the call that this code runs for, also in ``asyncio.to_thread``."""
    return _current.get()


def set_caller(caller: Caller) -> None:
    """From here on, in this call."""
    _current.set(caller)
