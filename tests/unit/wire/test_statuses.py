"""Every error has a status, and comes back from it as what it was."""

from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from audiosvc import errors
from audiosvc.errors import AudiosvcError, InputError, LimitError, QuotaExceeded, ServerError
from audiosvc.wire.details import UNTOLD, from_call, to_status
from audiosvc.wire.statuses import KINDS, STATUSES, status_of


def descendants(kind: type[AudiosvcError]) -> Iterator[type[AudiosvcError]]:
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield child
            yield from descendants(child)


TREE = list(descendants(AudiosvcError))
LEAVES = [kind for kind in TREE if not set(descendants(kind))]


class FailedCall(grpc.RpcError):
    """What a client library raises."""

    def __init__(self, status: grpc.Status) -> None:
        self._status = status

    def code(self) -> grpc.StatusCode:
        return self._status.code

    def details(self) -> str:
        return self._status.details

    def trailing_metadata(self) -> object:
        return self._status.trailing_metadata


class PlainStatus(grpc.Status):
    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        self.code, self.details, self.trailing_metadata = code, details, ()


def travelled(error: BaseException) -> AudiosvcError:
    return from_call(FailedCall(rpc_status.to_status(to_status(error, "r1"))))


def test_the_table_has_every_leaf_and_nothing_else() -> None:
    assert len(LEAVES) > 20
    assert set(STATUSES) == set(LEAVES)


def test_reasons_tell_them_apart() -> None:
    assert len(KINDS) == len(STATUSES)
    assert KINDS["TOO_BUSY"] is errors.TooBusy
    assert all(reason == reason.upper() for reason in KINDS)


@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.__name__)
def test_there_and_back(kind: type[AudiosvcError]) -> None:
    error = kind("Something happened: ärger.")
    back = travelled(error)
    assert type(back) is kind
    assert str(back) == "Something happened: ärger."


@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.__name__)
def test_what_is_known_besides_travels_as_well(kind: type[AudiosvcError]) -> None:
    if issubclass(kind, InputError):
        assert travelled(kind("No.", field="a.b")).field == "a.b"  # type: ignore[attr-defined]
        assert travelled(kind("No.")).field is None  # type: ignore[attr-defined]
    if issubclass(kind, (LimitError, ServerError)):
        back = travelled(kind("Later.", retry_after_s=2.5))
        assert back.retry_after_s == 2.5  # type: ignore[attr-defined]
        assert travelled(kind("Never.")).retry_after_s is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_who_is_at_fault_shows_in_the_code(kind: type[AudiosvcError]) -> None:
    status = status_of(kind("x"))
    ours = status.code in {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN}
    if issubclass(kind, (InputError, errors.AccessError, LimitError, errors.JobError)):
        if set(descendants(kind)):
            return  # nobody raises these themselves
        assert not ours
        assert status.http < 500 or status.http == 507


def test_details_are_those_of_google() -> None:
    status = to_status(QuotaExceeded("Enough.", retry_after_s=3.0), "r1")
    found = {detail.type_url.rpartition(".")[2] for detail in status.details}
    assert found == {"ErrorInfo", "RequestInfo", "RetryInfo", "QuotaFailure"}
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    assert (info.reason, info.domain) == ("QUOTA_EXCEEDED", "audiosvc")


@pytest.mark.parametrize("error", [RuntimeError("secret"), KeyError("secret"), ValueError()])
def test_what_is_no_error_of_ours_is_not_told(error: Exception) -> None:
    back = travelled(error)
    assert type(back) is errors.ServerFault
    assert str(back) == UNTOLD


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        (grpc.StatusCode.UNAVAILABLE, "failed to connect", errors.ServerUnavailable),
        (grpc.StatusCode.DEADLINE_EXCEEDED, "", errors.DeadlineExceeded),
        (grpc.StatusCode.CANCELLED, "", errors.Cancelled),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "message larger than max", errors.TooLarge),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "Concurrent RPC limit exceeded!", errors.TooBusy),
        (grpc.StatusCode.UNAUTHENTICATED, "", errors.KeyRefused),
        (grpc.StatusCode.DATA_LOSS, "", errors.ServerFault),
    ],
)
def test_what_the_transport_says_by_itself(
    code: grpc.StatusCode, text: str, kind: type[AudiosvcError]
) -> None:
    assert type(from_call(FailedCall(PlainStatus(code, text)))) is kind
