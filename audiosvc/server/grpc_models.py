"""``ModelService``: what is served, and within which limits."""

from __future__ import annotations

import asyncio

from audiosvc.__about__ import __version__
from audiosvc.server.calls import Context
from audiosvc.server.served import Served, ServedModel
from audiosvc.server.settings import ServerSettings
from audiosvc.v1 import models_pb2 as pb
from audiosvc.v1 import models_pb2_grpc
from audiosvc.wire.time import to_duration


class ModelServicer(models_pb2_grpc.ModelServiceServicer):
    """Tells what may be asked for."""

    def __init__(self, served: Served, settings: ServerSettings) -> None:
        self._served = served
        self._limits = pb.ServerLimits(
            max_message_bytes=settings.max_message_bytes,
            max_concurrent_sessions=settings.max_sessions,
            max_session_duration=to_duration(settings.max_session_s),
            max_upload_bytes=settings.max_upload_bytes,
            max_audio_duration=to_duration(settings.max_audio_s),
            max_locates_per_minute=settings.locate_per_minute if settings.locate else 0,
        )

    async def ListModels(  # noqa: N802 - as the service has it
        self, request: pb.ListModelsRequest, context: Context
    ) -> pb.ListModelsResponse:
        """The default first."""
        del request, context
        models = await asyncio.to_thread(list, self._served.list())
        return pb.ListModelsResponse(
            models=[to_model(model) for model in models], limits=self._limits, version=__version__
        )


def to_model(model: ServedModel) -> pb.Model:
    """A model as a message."""
    card, limits = model.card, model.limits
    message = pb.Model(
        model_id=model.id,
        title=model.title,
        aliases=card.aliases,
        is_default=model.is_default,
        language_codes=sorted(limits.languages) if limits else (),
        device=model.device,
        licence=card.licence,
        loaded=limits is not None,
        live=model.is_live,
    )
    if limits is not None:
        message.window_duration.CopyFrom(to_duration(limits.window_s))
    return message
