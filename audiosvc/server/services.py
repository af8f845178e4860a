"""All services, on one server."""

from __future__ import annotations

import grpc
from google.protobuf.descriptor import FileDescriptor
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from audiosvc.jobs import Jobs
from audiosvc.server.grpc_geo import GeoServicer
from audiosvc.server.grpc_jobs import JobServicer
from audiosvc.server.grpc_models import ModelServicer
from audiosvc.server.grpc_transcribe import TranscriptionServicer
from audiosvc.server.health import HealthServicer
from audiosvc.server.lifecycle import Lifecycle
from audiosvc.server.sensing import SharedSenses
from audiosvc.server.workplace import Workplace
from audiosvc.v1 import (
    geo_pb2,
    geo_pb2_grpc,
    jobs_pb2,
    jobs_pb2_grpc,
    models_pb2,
    models_pb2_grpc,
    transcription_pb2,
    transcription_pb2_grpc,
)


def add_services(
    server: grpc.aio.Server,
    place: Workplace,
    lifecycle: Lifecycle,
    jobs: Jobs | None,
    senses: SharedSenses | None,
) -> None:
    """Transcription, models, jobs, places, health, and reflection, which tells of all of them.

    jobs, senses: None serves none.
    """
    transcription_pb2_grpc.add_TranscriptionServiceServicer_to_server(
        TranscriptionServicer(place), server
    )
    models_pb2_grpc.add_ModelServiceServicer_to_server(
        ModelServicer(place.served, place.settings), server
    )
    names = [*_names(transcription_pb2.DESCRIPTOR), *_names(models_pb2.DESCRIPTOR)]
    if jobs is not None:
        servicer = JobServicer(jobs, check=place.served.check)
        jobs_pb2_grpc.add_JobServiceServicer_to_server(servicer, server)
        names += _names(jobs_pb2.DESCRIPTOR)
    if senses is not None:
        geo_pb2_grpc.add_GeoServiceServicer_to_server(GeoServicer(place, senses), server)
        names += _names(geo_pb2.DESCRIPTOR)
    health = HealthServicer(lifecycle, frozenset(names))
    health_pb2_grpc.add_HealthServicer_to_server(health, server)
    reflection.enable_server_reflection(
        [*names, *_names(health_pb2.DESCRIPTOR), reflection.SERVICE_NAME], server
    )


def _names(file: FileDescriptor) -> list[str]:
    return [service.full_name for service in file.services_by_name.values()]
