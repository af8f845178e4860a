"""``/healthz``, ``/readyz`` and ``/metrics``: for probes and for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Request
from prometheus_client.exposition import choose_encoder
from starlette.responses import PlainTextResponse, Response

from audiosvc.server.http.place import place_of
from audiosvc.server.lifecycle import Phase

router = APIRouter(tags=["health"], default_response_class=PlainTextResponse)
NOT_READY: dict[int | str, dict[str, object]] = {
    503: {"description": "It starts or stops.", "content": {"text/plain": {"example": "not ready"}}}
}


@router.get("/healthz", summary="Whether the process answers")
async def healthz() -> PlainTextResponse:
    """Always ``ok``, while it can answer at all."""
    return PlainTextResponse("ok\n")


@router.get("/readyz", summary="Whether calls are taken", responses=NOT_READY)
async def readyz(request: Request) -> PlainTextResponse:
    """``ready`` from when all models are loaded until the server begins to stop."""
    ready = place_of(request).lifecycle.phase is Phase.SERVING
    return PlainTextResponse("ready\n" if ready else "not ready\n", 200 if ready else 503)


@router.get("/metrics", summary="Figures for Prometheus")
def metrics(request: Request) -> Response:
    """In the text format, or in OpenMetrics for who accepts it."""
    encode, kind = choose_encoder(request.headers.get("Accept", ""))
    # Made in a thread: some figures are asked of the database.
    return Response(encode(place_of(request).place.metrics.registry), media_type=kind)
