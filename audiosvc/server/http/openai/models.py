"""``GET /v1/models``: what may be asked for, as programs written for OpenAI's list it."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from audiosvc.__about__ import __version__
from audiosvc.server.http.place import HttpPlace, place_of
from audiosvc.server.http.problems import documented
from audiosvc.server.served import ServedModel
from audiosvc.wire.config import Wish

# No model says when it was made.
STARTED_S = int(time.time())
router = APIRouter(tags=["models"])
REFUSALS = documented(400, 401, 403, 421, 503)


class LimitsModel(BaseModel):
    """Within which limits the server works."""

    max_concurrent_sessions: int
    max_session_s: float
    max_upload_bytes: int
    max_audio_s: float
    max_locates_per_minute: int = Field(description="0: nothing is located here.")


class Details(BaseModel):
    """What is known of a model beside its name."""

    title: str
    aliases: list[str] = Field(description="Other names that a request may give.")
    is_default: bool
    languages: list[str] = Field(description="BCP-47 tags; empty is no restriction.")
    device: str
    licence: str
    loaded: bool
    live: bool = Field(description="Whether it can listen along.")
    window_s: float | None = Field(description="How much of a recording it hears at once.")
    limits: LimitsModel
    version: str = Field(description="Of audiosvc.")


EXAMPLE: dict[str, Any] = {
    "id": "whisper-base",
    "object": "model",
    "created": 1767225600,
    "owned_by": "audiosvc",
    "audiosvc": {
        "title": "Whisper base",
        "aliases": ["base"],
        "is_default": True,
        "languages": ["de", "en"],
        "device": "cpu",
        "licence": "MIT",
        "loaded": True,
        "live": True,
        "window_s": 240.0,
        "limits": {
            "max_concurrent_sessions": 4,
            "max_session_s": 14400.0,
            "max_upload_bytes": 4294967296,
            "max_audio_s": 28800.0,
            "max_locates_per_minute": 30,
        },
        "version": "0.1.0",
    },
}


class ModelEntry(BaseModel):
    """A model."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: str
    object: Literal["model"] = "model"
    created: int = Field(description="When this server began, in seconds since 1970.")
    owned_by: str
    audiosvc: Details


class ModelList(BaseModel):
    """All models, the default first."""

    object: Literal["list"] = "list"
    data: list[ModelEntry]


@router.get("/v1/models", summary="What is served, and within which limits", responses=REFUSALS)
async def list_models(request: Request) -> ModelList:
    """The default first. `audiosvc` holds what OpenAI's list has no place for."""
    return ModelList(data=await _entries(place_of(request)))


@router.get(
    "/v1/models/{model:path}",
    summary="One of the models",
    responses={**REFUSALS, **documented(404)},
)
async def get_model(request: Request, model: str) -> ModelEntry:
    """By its id, or by any name that a request may give; `auto` is the default."""
    here = place_of(request)
    models, _ = here.place.served.choose(Wish(model=model))
    return next(entry for entry in await _entries(here) if entry.id == models.name)


async def _entries(here: HttpPlace) -> list[ModelEntry]:
    models = await asyncio.to_thread(list, here.place.served.list())
    limits = _limits(here)
    return [_entry(model, limits) for model in models]


def _entry(model: ServedModel, limits: LimitsModel) -> ModelEntry:
    card, own = model.card, model.limits
    return ModelEntry(
        id=model.id,
        created=STARTED_S,
        owned_by="audiosvc",
        audiosvc=Details(
            title=model.title,
            aliases=list(card.aliases),
            is_default=model.is_default,
            languages=sorted(own.languages) if own else [],
            device=model.device,
            licence=card.licence,
            loaded=own is not None,
            live=model.is_live,
            window_s=own.window_s if own else None,
            limits=limits,
            version=__version__,
        ),
    )


def _limits(here: HttpPlace) -> LimitsModel:
    settings = here.place.settings
    return LimitsModel(
        max_concurrent_sessions=settings.max_sessions,
        max_session_s=settings.max_session_s,
        max_upload_bytes=settings.max_upload_bytes,
        max_audio_s=settings.max_audio_s,
        max_locates_per_minute=settings.locate_per_minute if here.senses is not None else 0,
    )
