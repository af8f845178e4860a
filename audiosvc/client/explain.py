"""What went wrong on the way, in words that name the server."""

from __future__ import annotations

import re

import grpc

from audiosvc.errors import (
    AudiosvcError,
    Cancelled,
    DeadlineExceeded,
    ServerFault,
    ServerUnavailable,
)
from audiosvc.wire.details import TRANSPORT_BROKE, from_call

_DETAILS = "grpc-status-details-bin"


def explain(error: grpc.RpcError, address: str) -> AudiosvcError:
    """The error that the server raised, or one that says why there is no answer from it."""
    found = from_call(error)
    call: grpc.Call = error  # type: ignore[assignment]  # what is raised is the call as well
    if any(key == _DETAILS for key, _ in call.trailing_metadata() or ()):
        return found
    text = call.details() or ""
    if isinstance(found, ServerUnavailable):
        return ServerUnavailable(
            f"The server at {address} cannot be reached: {_reason(text)}. Check the address, and "
            "that audiosvc serve runs there."
        )
    if isinstance(found, DeadlineExceeded):
        return DeadlineExceeded(f"The server at {address} did not answer in time.")
    if isinstance(found, Cancelled):
        return Cancelled(f"The call to {address} was cancelled.")
    if call.code() is grpc.StatusCode.UNIMPLEMENTED:
        return ServerFault(
            f"What answers at {address} does not know this call. It is another program, or an "
            "older audiosvc."
        )
    return found


def _reason(text: str) -> str:
    """The last and most telling part of what the transport says."""
    if TRANSPORT_BROKE in text:
        return "the connection broke off"
    if "lookup" in text or "resol" in text.lower():
        return "there is no machine of that name"
    if "SSL" in text or "handshake" in text.lower() or "certificate" in text.lower():
        return f"no TLS connection ({_last(text)})"
    return _last(text)


def _last(text: str) -> str:
    last = text.strip().rpartition(": ")[2]
    plain = re.sub(r"\s*\(\d+\)", "", last).strip("[] .")
    return plain[:1].lower() + plain[1:] if plain else "no reason is known"
