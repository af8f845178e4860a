"""The application: every route, and what is around them."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from audiosvc.__about__ import __version__
from audiosvc.errors import AudiosvcError
from audiosvc.server.http import exports, health
from audiosvc.server.http.around import App, Around
from audiosvc.server.http.guarding import Guard
from audiosvc.server.http.jobs import audio as job_audio
from audiosvc.server.http.jobs import events, waveform
from audiosvc.server.http.jobs import routes as jobs
from audiosvc.server.http.live import routes as stream
from audiosvc.server.http.locate import routes as locate
from audiosvc.server.http.openai import models
from audiosvc.server.http.openai import transcriptions as openai
from audiosvc.server.http.page import add_page
from audiosvc.server.http.place import HttpPlace
from audiosvc.server.http.problems import on_error, on_http, on_invalid
from audiosvc.server.http.uploads import routes as uploads

ABOUT = (
    "Who said what, when; and where was this. Errors are `application/problem+json`: `detail` is a "
    "sentence for people, `reason` a word for programs, the same as over gRPC."
)
DAY_S = 86_400


def make_api(place: HttpPlace) -> FastAPI:
    """The routes alone. Their description is at ``/openapi.json``."""
    # The usual pages that show a description load their scripts from elsewhere.
    app = FastAPI(
        title="audiosvc", version=__version__, description=ABOUT, docs_url=None, redoc_url=None
    )
    app.state.place = place
    app.add_exception_handler(AudiosvcError, on_error)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    # The framework has its own words for a fault; what goes around the routes logs it.
    app.add_exception_handler(Exception, on_error)
    app.include_router(health.router)
    app.include_router(models.router)
    app.include_router(openai.router)
    if place.senses is not None:
        app.include_router(locate.router)
    app.include_router(exports.router)
    app.include_router(stream.router)
    if place.jobs is not None:
        for one in (jobs, events, job_audio, waveform, uploads):
            app.include_router(one.router)
    add_page(app)
    return app


def make_app(place: HttpPlace) -> App:
    """The routes, with everything that is around them."""
    settings = place.place.settings
    around = Around(make_api(place), place, Guard(settings.http_hosts, settings.cors_origins))
    if not settings.cors_origins:
        return around
    # Outermost: a page has to be allowed to read why it was refused.
    return CORSMiddleware(
        around,
        allow_origins=list(settings.cors_origins),
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=["*"],
        max_age=DAY_S,
    )
