"""``WS /v1/stream``: live audio from a browser, and its text while people speak.

The first message is ``start``; binary messages with audio follow, and ``end``. The answers are
``started``, ``interim``, ``segment``, ``segment_revised``, ``speakers_merged``, ``cursors``,
``turns``, and ``finished`` or ``error``.
"""

from __future__ import annotations

import asyncio
import secrets

from fastapi import APIRouter, WebSocket

from audiosvc.audio.container import RawFormat
from audiosvc.events import LiveEvent
from audiosvc.server.attending import attended
from audiosvc.server.callers import current_caller, set_caller
from audiosvc.server.calls import note
from audiosvc.server.doors import Credentials
from audiosvc.server.figures import Figures
from audiosvc.server.http.around import COMMON_NAME, STREAM
from audiosvc.server.http.live.socket import Start, StreamSocket
from audiosvc.server.http.live.values import live_documents
from audiosvc.server.http.place import HttpPlace, place_of
from audiosvc.server.http.wishes import named_as_here
from audiosvc.server.incoming import Incoming, shown_name
from audiosvc.server.lives import LiveSession
from audiosvc.server.outbox import Outbox
from audiosvc.server.sending import send
from audiosvc.server.sessions import Order

router = APIRouter()
MODE = "live"


@router.websocket(STREAM)
async def stream(websocket: WebSocket) -> None:
    """One session. Whatever goes wrong is told, and the code of the close says of which kind."""
    place = place_of(websocket)
    await websocket.accept()
    socket = StreamSocket(websocket, place.place.settings.idle_timeout_s)
    try:
        start = await socket.start()
        _let_in(place, start, websocket)
        await _serve(place, start, socket)
    except asyncio.CancelledError:
        if not place.lifecycle.is_cut_off:
            raise
        await socket.refuse(place.lifecycle.stopping())
    except Exception as error:  # noqa: BLE001 - where every error becomes a message
        await socket.refuse(error)
    else:
        await socket.close()


def _let_in(place: HttpPlace, start: Start, websocket: WebSocket) -> None:
    """A browser cannot send a header, so that the key is in the message. Raises KeyRefused."""
    header = websocket.headers.get("authorization", "")
    shown = header if start.key is None else f"Bearer {start.key}"
    caller = place.door(Credentials(shown, websocket.scope.get(COMMON_NAME)))
    note(caller=caller.id)
    set_caller(caller)


async def _serve(place: HttpPlace, start: Start, socket: StreamSocket) -> None:
    workplace = place.place
    limits = workplace.settings
    with named_as_here():
        order = await asyncio.to_thread(_order, place, start)
        release = workplace.admission.admit(current_caller())
        try:
            outbox: Outbox[LiveEvent] = Outbox()
            shared = (workplace.threads, workplace.engine, limits.max_session_s)
            session = LiveSession(order, outbox, *shared)
        except BaseException:
            release()
            raise
    figures = Figures(workplace.metrics, MODE)

    def gone() -> None:
        figures.end()
        release()

    async def write(event: LiveEvent, given: int) -> None:
        for document in live_documents(event, given):
            await socket.send(document)

    session_id = secrets.token_hex(8)
    note(session_id=session_id, mode=MODE)
    incoming = Incoming(socket.requests(), limits.max_session_s)
    started = {"type": "started", "session_id": session_id, "model": order.models.name}
    async with attended(session, incoming, socket.send(started), gone):
        await send(session, figures, write)


def _order(place: HttpPlace, start: Start) -> Order:
    wish = start.options.wish()
    models, settings = place.place.served.choose(wish)
    audio = start.audio
    raw = RawFormat(audio.sample_rate_hz, audio.channels, audio.encoding) if audio else None
    return Order(shown_name(start.display_name), models, settings, wish, raw, start.interim)
