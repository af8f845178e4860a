"""``POST /v1/locate``: where on Earth a recording was made."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import ExitStack, aclosing

from fastapi import APIRouter, Request
from starlette.responses import Response

from audiosvc.estimates import GeoEstimate
from audiosvc.export import geo_json
from audiosvc.export.geo_formats import geo_format_named
from audiosvc.geo.world import outlines
from audiosvc.server.callers import current_caller
from audiosvc.server.calls import note
from audiosvc.server.figures import Figures
from audiosvc.server.http.describing import documented_form
from audiosvc.server.http.intake import Fields, receive_form
from audiosvc.server.http.locate.answer import LocateAnswer
from audiosvc.server.http.locate.form import LocateForm
from audiosvc.server.http.place import place_of
from audiosvc.server.http.problems import documented
from audiosvc.server.http.replies import NOSNIFF, attachment, stem_of
from audiosvc.server.http.waiting import results, while_there
from audiosvc.server.http.wishes import gathered, named_as_here, read_as
from audiosvc.server.locates import LocateOrder, WholeLocate, order_of
from audiosvc.server.outbox import Outbox
from audiosvc.settings import Settings

MODE = "locate"
KINDS = {"json": "application/json", "geojson": "application/geo+json", "html": "text/html"}
# Names and words in it are a stranger's: were one of them taken for a script, it would not run.
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
router = APIRouter(tags=["location"])


@router.post(
    "/v1/locate",
    summary="Estimate where a recording was made, and say why",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    **documented_form(LocateForm),
                    "example": {"file": "street.flac", "top": 3, "near": "59.3,18.1,500"},
                }
            },
        }
    },
    responses={
        **documented(400, 401, 403, 408, 413, 421, 422, 429, 499, 500, 503, 507),
        200: {
            "description": "The estimate; one that says that there is none is no error.",
            "model": LocateAnswer,
            "content": {
                "application/geo+json": {"schema": {"type": "object"}},
                "text/html": {"schema": {"type": "string"}},
            },
        },
    },
)
async def locate(request: Request) -> Response:
    """The same as `audiosvc locate`, for one recording; nothing of it is kept.

    `json` is an object, `geojson` a FeatureCollection for programs that draw maps, `html` a page
    that stands alone. Coordinates are rounded to `precision`. Who goes away stops the work.
    """
    here = place_of(request)
    place, senses = here.place, here.senses
    assert senses is not None, "the route is there when there is something to locate with"
    with ExitStack() as held:
        release = place.admit_locate(current_caller())
        held.callback(release)
        (form, order), file = await receive_form(
            request, place, lambda *said: _settle(senses.settings, *said)
        )
        held.callback(file.close)
        longest_s = place.settings.max_audio_s
        session = WholeLocate(order, Outbox(), place.threads, senses, file, longest_s)
        held.pop_all()
    note(session_id=secrets.token_hex(8), mode=MODE, precision=order.wish.precision)
    figures = Figures(place.metrics, MODE)
    found = await while_there(request.receive, _found(session, figures, release))
    return await asyncio.to_thread(_answer, found, order.name, form)


def _settle(usual: Settings, fields: Fields, name: str) -> tuple[LocateForm, LocateOrder]:
    form = read_as(LocateForm, gathered(fields, ()))
    with named_as_here():
        return form, order_of(name, form.wish(), None, usual)


async def _found(
    session: WholeLocate, figures: Figures, release: Callable[[], None]
) -> GeoEstimate:
    """What the session finds, counted."""

    def gone() -> None:
        figures.end()
        release()

    async with aclosing(results(session, gone)) as batches:
        async for batch in batches:
            for one in batch:
                figures.locate(one.estimate, is_last=one.is_last)
                return one.estimate
    raise AssertionError("a session ends with an estimate")


def _answer(found: GeoEstimate, name: str, form: LocateForm) -> Response:
    chosen = geo_format_named(form.format)
    coasts = None
    if form.format == "html":
        coasts = [ring for _, rings in outlines() for ring in rings]
    if form.format == "json":
        text = geo_json.serialise(found, name, heat=form.cells)
    else:
        text = chosen.serialise(found, name, coasts)
    headers = dict(NOSNIFF)
    if form.format != "json":
        headers["Content-Disposition"] = attachment(stem_of(name) + chosen.suffix)
    if form.format == "html":
        headers["Content-Security-Policy"] = POLICY
    return Response(text, media_type=KINDS[form.format], headers=headers)
