"""The calls of all services by their names, blocking or not as the channel is."""

from __future__ import annotations

from typing import Any

from audiosvc.v1 import geo_pb2_grpc, jobs_pb2_grpc, models_pb2_grpc, transcription_pb2_grpc


def calls_of(channel: Any) -> dict[str, Any]:  # noqa: ANN401 - either kind of channel
    """What may be called over a channel."""
    return {
        **vars(transcription_pb2_grpc.TranscriptionServiceStub(channel)),
        **vars(geo_pb2_grpc.GeoServiceStub(channel)),
        **vars(jobs_pb2_grpc.JobServiceStub(channel)),
        **vars(models_pb2_grpc.ModelServiceStub(channel)),
    }
