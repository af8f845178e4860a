"""Calls of GeoService, as the transport sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import grpc

from audiosvc.errors import AudiosvcError
from audiosvc.estimates import GeoEstimate
from audiosvc.v1 import config_pb2, geo_pb2_grpc
from audiosvc.v1 import geo_pb2 as pb
from audiosvc.wire.details import from_call
from audiosvc.wire.geo import from_estimate
from tests.fakes.server import WAIT_S, Serving

METHODS = ("Locate", "LocateStream")
REQUESTS = {"Locate": pb.LocateRequest, "LocateStream": pb.LocateStreamRequest}
PCM = config_pb2.AudioFormat(pcm=config_pb2.PcmFormat())

Request = pb.LocateRequest | pb.LocateStreamRequest
Response = pb.LocateResponse | pb.LocateStreamResponse


def config(method: str = "Locate", **fields: object) -> Request:
    """The first message."""
    return REQUESTS[method](config=pb.LocateConfig(**fields))  # type: ignore[arg-type]


def audio(data: bytes, method: str = "Locate", size_bytes: int = 32_768) -> Iterator[Request]:
    """The messages after it."""
    for place in range(0, len(data), size_bytes):
        yield REQUESTS[method](audio=data[place : place + size_bytes])


def call(
    server: Serving,
    messages: Iterable[Request],
    method: str = "Locate",
    *,
    channel: grpc.Channel | None = None,
    timeout_s: float = WAIT_S,
    metadata: Iterable[tuple[str, str]] = (),
) -> grpc.Call:
    """A call as it goes on."""
    stub = geo_pb2_grpc.GeoServiceStub(channel or server.channel)
    return getattr(stub, method)(iter(messages), timeout=timeout_s, metadata=tuple(metadata))  # type: ignore[no-any-return]


def located(
    server: Serving, messages: Iterable[Request], method: str = "Locate", **options: object
) -> list[Response]:
    """All responses of a call. Raises our own error."""
    try:
        return list(call(server, messages, method, **options))  # type: ignore[arg-type, call-overload]
    except grpc.RpcError as error:
        raise from_call(error) from error


def refusal(
    server: Serving, messages: Iterable[Request], method: str = "Locate", **options: object
) -> AudiosvcError:
    """The error that a call ends with."""
    try:
        located(server, messages, method, **options)
    except AudiosvcError as error:
        return error
    raise AssertionError("the call ended without an error")


def estimates(responses: Iterable[Response]) -> list[GeoEstimate]:
    """What was told, in order; the last one is for all of the audio."""
    found = []
    for response in responses:
        if response.WhichOneof("event") == "estimate":
            found.append(from_estimate(response.estimate))  # type: ignore[union-attr]
        if response.HasField("finished"):
            found.append(from_estimate(response.finished.estimate))
    return found
