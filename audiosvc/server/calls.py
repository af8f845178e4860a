"""What is known of the call that runs."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import grpc

from audiosvc.server.doors import Credentials

REQUEST_ID = "x-request-id"
COMMON_NAME = "x509_common_name"
_GIVEN = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)
# What tells whether the server is there, and how to talk to it, is open to everybody.
_OPEN = re.compile(r"/grpc\.(health|reflection)\.")

if TYPE_CHECKING:
    Context = grpc.aio.ServicerContext[Any, Any]
else:
    Context = grpc.aio.ServicerContext


@dataclass(slots=True)
class Call:
    """One call. notes: what its log line tells besides; never audio, text or keys.

    is_open: everybody may call this method at any time.
    """

    request_id: str
    method: str
    peer: str
    is_open: bool
    notes: dict[str, object] = field(default_factory=dict)


_current: ContextVar[Call] = ContextVar("call")


def begin_call(method: str, peer: str, given_id: str, *, is_open: bool) -> Call:
    """From here on, in this task and in the threads that it starts. given_id: of the caller's."""
    request_id = given_id if _GIVEN.fullmatch(given_id) else secrets.token_hex(8)
    call = Call(request_id, method, peer, is_open)
    _current.set(call)
    return call


def begin_grpc_call(method: str, context: Context) -> Call:
    """The same, for a call over gRPC."""
    given_id = metadata(context).get(REQUEST_ID, "")
    return begin_call(method, context.peer(), given_id, is_open=_OPEN.match(method) is not None)


def note(**values: object) -> None:
    """For the log line of this call, if there is a call."""
    call = _current.get(None)
    if call is not None:
        call.notes |= values


def credentials(context: Context) -> Credentials:
    """What the caller shows."""
    names = (context.auth_context() or {}).get(COMMON_NAME, ())
    return Credentials(
        metadata(context).get("authorization", ""), next((bytes(name) for name in names), None)
    )


def current_request_id() -> str:
    """The id of the call that this code runs for; empty outside of one."""
    call = _current.get(None)
    return call.request_id if call is not None else ""


def metadata(context: Context) -> dict[str, str]:
    """The textual metadata of a call; the first value of each."""
    found: dict[str, str] = {}
    for name, value in context.invocation_metadata() or ():
        if isinstance(value, str):
            found.setdefault(name, value)
    return found
