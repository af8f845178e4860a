"""Errors with their details as ``google.rpc.Status``, and back."""

from __future__ import annotations

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from audiosvc.errors import (
    AudiosvcError,
    Cancelled,
    DeadlineExceeded,
    InputError,
    KeyRefused,
    LimitError,
    NotAllowed,
    OptionError,
    QuotaExceeded,
    ServerError,
    ServerFault,
    ServerUnavailable,
    TooBusy,
    TooLarge,
)
from audiosvc.wire.statuses import DOMAIN, KINDS, STATUSES, status_of
from audiosvc.wire.time import from_duration, to_duration

UNTOLD = "The server stopped on a fault of its own. Its log says more, under this request's id."
# The library's own word, on this side, for a call that broke off while something was written.
TRANSPORT_BROKE = "Internal error from Core"
# What an error without our details means: it comes from the transport, or from a proxy.
_PLAIN: dict[grpc.StatusCode, type[AudiosvcError]] = {
    grpc.StatusCode.UNAVAILABLE: ServerUnavailable,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    grpc.StatusCode.CANCELLED: Cancelled,
    grpc.StatusCode.UNAUTHENTICATED: KeyRefused,
    grpc.StatusCode.PERMISSION_DENIED: NotAllowed,
    grpc.StatusCode.INVALID_ARGUMENT: OptionError,
}


def to_status(error: BaseException, request_id: str = "") -> status_pb2.Status:
    """What the caller is told. The text of a fault of ours stays here: it may name anything."""
    kind = status_of(error)
    known = isinstance(error, AudiosvcError)
    details: list[Message] = [
        error_details_pb2.ErrorInfo(reason=kind.reason, domain=DOMAIN),
        error_details_pb2.RequestInfo(request_id=request_id),
    ]
    message = str(error) if known else UNTOLD
    if isinstance(error, InputError) and error.field:
        violation = error_details_pb2.BadRequest.FieldViolation(
            field=error.field, description=message
        )
        details.append(error_details_pb2.BadRequest(field_violations=[violation]))
    retry_after_s = getattr(error, "retry_after_s", None)
    if retry_after_s is not None:
        details.append(error_details_pb2.RetryInfo(retry_delay=to_duration(retry_after_s)))
    if isinstance(error, QuotaExceeded):
        quota = error_details_pb2.QuotaFailure.Violation(subject="key", description=message)
        details.append(error_details_pb2.QuotaFailure(violations=[quota]))
    packed = []
    for detail in details:
        one = Any()
        one.Pack(detail)
        packed.append(one)
    code = code_pb2.Code.Value(kind.code.name)
    return status_pb2.Status(code=code, message=message, details=packed)


def from_call(error: grpc.RpcError) -> AudiosvcError:
    """The error that the server raised, or one that says what the transport says."""
    # What is raised by a call is the call as well; the types of the library do not say so.
    call: grpc.Call = error  # type: ignore[assignment]
    code, text = call.code(), call.details() or ""
    try:
        status = rpc_status.from_call(call)
    except ValueError:
        status = None
    info, retry, bad = (
        error_details_pb2.ErrorInfo(),
        error_details_pb2.RetryInfo(),
        error_details_pb2.BadRequest(),
    )
    for detail in status.details if status else ():
        for message in (info, retry, bad):
            if detail.Is(message.DESCRIPTOR):
                detail.Unpack(message)
    after_s = from_duration(retry.retry_delay) if retry.HasField("retry_delay") else None
    kind = KINDS.get(info.reason) if info.domain == DOMAIN else None
    if kind is None:
        kind = _PLAIN.get(code, ServerFault)
        if code is grpc.StatusCode.RESOURCE_EXHAUSTED:
            # The transport's own word for a message above its limit; a retry would not help.
            kind = TooLarge if "message" in text.lower() else TooBusy
        if text == TRANSPORT_BROKE:
            kind = ServerUnavailable
    text = text or STATUSES[kind].reason
    if issubclass(kind, (LimitError, ServerError)):
        return kind(text, retry_after_s=after_s)
    if issubclass(kind, InputError):
        violations = bad.field_violations
        return kind(text, field=violations[0].field if violations else None)
    return kind(text)
