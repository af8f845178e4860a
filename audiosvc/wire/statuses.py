"""Every error with its status: one table for gRPC and HTTP.

The reason is what programs look at: stable, the same on every transport.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from grpc import StatusCode

from audiosvc import errors as e

DOMAIN = "audiosvc"


@dataclass(frozen=True, slots=True)
class Status:
    """How an error travels. reason: a stable word in capitals."""

    code: StatusCode
    http: int
    reason: str


_CODES: dict[type[e.AudiosvcError], tuple[StatusCode, int]] = {
    e.AudioNotFound: (StatusCode.NOT_FOUND, 404),
    e.AudioUnreadable: (StatusCode.INVALID_ARGUMENT, 422),
    e.NoAudioStream: (StatusCode.INVALID_ARGUMENT, 422),
    e.AudioEmpty: (StatusCode.INVALID_ARGUMENT, 422),
    e.AudioTooLong: (StatusCode.INVALID_ARGUMENT, 413),
    e.OptionError: (StatusCode.INVALID_ARGUMENT, 400),
    e.FormatError: (StatusCode.INVALID_ARGUMENT, 400),
    e.ManifestError: (StatusCode.INVALID_ARGUMENT, 400),
    e.ProtocolError: (StatusCode.INVALID_ARGUMENT, 400),
    e.ModelUnknown: (StatusCode.NOT_FOUND, 404),
    e.ModelMissing: (StatusCode.FAILED_PRECONDITION, 503),
    e.ModelCorrupt: (StatusCode.FAILED_PRECONDITION, 503),
    e.ModelFailed: (StatusCode.INTERNAL, 500),
    e.OutputError: (StatusCode.UNAVAILABLE, 503),
    e.KeyRefused: (StatusCode.UNAUTHENTICATED, 401),
    e.NotAllowed: (StatusCode.PERMISSION_DENIED, 403),
    e.TooLarge: (StatusCode.RESOURCE_EXHAUSTED, 413),
    e.TooBusy: (StatusCode.RESOURCE_EXHAUSTED, 429),
    e.QuotaExceeded: (StatusCode.RESOURCE_EXHAUSTED, 429),
    e.StorageFull: (StatusCode.RESOURCE_EXHAUSTED, 507),
    e.JobNotFound: (StatusCode.NOT_FOUND, 404),
    e.JobConflict: (StatusCode.ALREADY_EXISTS, 409),
    e.JobNotReady: (StatusCode.FAILED_PRECONDITION, 409),
    e.JobFailed: (StatusCode.FAILED_PRECONDITION, 409),
    e.UploadCorrupt: (StatusCode.DATA_LOSS, 422),
    e.UploadMisplaced: (StatusCode.OUT_OF_RANGE, 409),
    e.ServerUnavailable: (StatusCode.UNAVAILABLE, 503),
    e.DeadlineExceeded: (StatusCode.DEADLINE_EXCEEDED, 504),
    e.Cancelled: (StatusCode.CANCELLED, 499),
    e.ServerFault: (StatusCode.INTERNAL, 500),
}


def _reason(kind: type[e.AudiosvcError]) -> str:
    """The name of the class in capitals: TooBusy is TOO_BUSY."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).upper()


STATUSES: dict[type[e.AudiosvcError], Status] = {
    kind: Status(code, http, _reason(kind)) for kind, (code, http) in _CODES.items()
}
KINDS: dict[str, type[e.AudiosvcError]] = {status.reason: kind for kind, status in STATUSES.items()}


def status_of(error: BaseException) -> Status:
    """The status of an error; what is not one of ours is a fault of the server."""
    for kind in type(error).__mro__:
        if kind in STATUSES:
            return STATUSES[kind]
    return STATUSES[e.ServerFault]
