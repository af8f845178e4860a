"""What is known of the call that runs."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import grpc

REQUEST_ID = "x-request-id"
_GIVEN = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)
# What tells whether the server is there, and how to talk to it, is open to everybody.
_OPEN = re.compile(r"/grpc\.(health|reflection)\.")

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]
else:
    Context = grpc.aio.ServicerContext


@dataclass(slots=True)
class Call:
    """One call. notes: what its log line tells besides; never audio, text or keys."""

    request_id: str
    method: str
    peer: str
    notes: dict[str, object] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether everybody may call this method at any time."""
        return _OPEN.match(self.method) is not None


_current: ContextVar[Call] = ContextVar("call")


def begin_call(method: str, context: Context) -> Call:
    """From here on, in this task and in the threads that it starts."""
    given = metadata(context).get(REQUEST_ID, "")
    request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
    call = Call(request_id, method, context.peer())
    _current.set(call)
    return call


def note(**values: object) -> None:
    """For the log line of this call, if there is a call."""
    call = _current.get(None)
    if call is not None:
        call.notes |= values


def metadata(context: Context) -> dict[str, str]:
    """The textual metadata of a call; the first value of each."""
    found: dict[str, str] = {}
    for name, value in context.invocation_metadata() or ():
        if isinstance(value, str):
            found.setdefault(name, value)
    return found
