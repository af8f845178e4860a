"""``grpc.health.v1``: whether calls are taken, told at once to everybody who watches."""

from __future__ import annotations

from collections.abc import AsyncIterator

import grpc
from grpc_health.v1 import health_pb2 as pb
from grpc_health.v1 import health_pb2_grpc

from audiosvc.server.calls import Context
from audiosvc.server.lifecycle import Lifecycle, Phase

Status = pb.HealthCheckResponse  # whose names are the statuses


class HealthServicer(health_pb2_grpc.HealthServicer):  # type: ignore[misc]  # untyped there
    """Every service is as well as the server: they share its models."""

    def __init__(self, lifecycle: Lifecycle, services: frozenset[str]) -> None:
        """services: full names; the empty one, for the whole server, is known as well."""
        self._lifecycle = lifecycle
        self._services = services | {""}

    async def Check(  # noqa: N802 - as the service has it
        self, request: pb.HealthCheckRequest, context: Context
    ) -> pb.HealthCheckResponse:
        """As it is now; NOT_FOUND for a service that there is not, as the protocol wants it."""
        if request.service not in self._services:
            await context.abort(grpc.StatusCode.NOT_FOUND, "There is no such service here.")
        return pb.HealthCheckResponse(status=_of(self._lifecycle.phase))

    async def Watch(  # noqa: N802
        self, request: pb.HealthCheckRequest, context: Context
    ) -> AsyncIterator[pb.HealthCheckResponse]:
        """As it is now, and every change."""
        del context
        is_known = request.service in self._services
        while True:
            phase = self._lifecycle.phase
            status = _of(phase) if is_known else Status.SERVICE_UNKNOWN
            yield pb.HealthCheckResponse(status=status)
            others = (other for other in Phase if _of(other) != _of(phase))
            await self._lifecycle.wait(*others)


def _of(phase: Phase) -> int:
    """The status of a server in this phase."""
    status: int = Status.SERVING if phase is Phase.SERVING else Status.NOT_SERVING
    return status
