"""``TranscriptionService``: audio in, text out, over one connection."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable

from audiosvc.errors import ProtocolError
from audiosvc.events import LiveEvent
from audiosvc.server.attending import attended
from audiosvc.server.callers import current_caller
from audiosvc.server.calls import Context, note
from audiosvc.server.figures import Figures
from audiosvc.server.incoming import Incoming, name_of, raw_format
from audiosvc.server.lives import LiveSession
from audiosvc.server.messages import to_messages
from audiosvc.server.outbox import Outbox
from audiosvc.server.recordings import RecordingSession
from audiosvc.server.sending import send
from audiosvc.server.sessions import Order, Session
from audiosvc.server.workplace import Workplace
from audiosvc.v1 import transcription_pb2_grpc
from audiosvc.v1.transcription_pb2 import (
    TRANSCRIBE_MODE_RECORDING,
    SessionStarted,
    TranscribeConfig,
    TranscribeMode,
    TranscribeRequest,
    TranscribeResponse,
)
from audiosvc.wire.config import from_config


class TranscriptionServicer(transcription_pb2_grpc.TranscriptionServiceServicer):
    """One session a call."""

    def __init__(self, workplace: Workplace) -> None:
        self._place = workplace

    async def Transcribe(  # noqa: N802 - as the service has it
        self, requests: AsyncIterator[TranscribeRequest], context: Context
    ) -> None:
        """The configuration is checked first, so that nobody sends audio in vain."""
        incoming = Incoming(requests, self._place.settings.max_session_s)
        config = await incoming.config()
        if config.mode not in TranscribeMode.values():
            raise ProtocolError(f"There is no mode {config.mode}.", field="config.mode")
        order = await asyncio.to_thread(self._order, config)
        is_recording = config.mode == TRANSCRIBE_MODE_RECORDING
        release = self._place.admission.admit(current_caller())
        try:
            session = self._open(order, is_recording)
        except BaseException:
            release()
            raise
        mode = "recording" if is_recording else "live"
        figures = Figures(self._place.metrics, mode)
        await self._run(session, order, incoming, context, figures, release)

    def _order(self, config: TranscribeConfig) -> Order:
        wish = from_config(config.transcription)
        models, settings = self._place.served.choose(wish)
        raw = raw_format(config)
        return Order(name_of(config), models, settings, wish, raw, config.interim_results)

    def _open(self, order: Order, is_recording: bool) -> Session[LiveEvent]:
        place = self._place
        outbox: Outbox[LiveEvent] = Outbox()
        limits = place.settings
        if is_recording:
            file = place.spool.open(order.name)
            return RecordingSession(
                order, outbox, place.threads, place.engine, file, limits.max_audio_s
            )
        return LiveSession(order, outbox, place.threads, place.engine, limits.max_session_s)

    async def _run(
        self,
        session: Session[LiveEvent],
        order: Order,
        incoming: Incoming,
        context: Context,
        figures: Figures,
        release: Callable[[], None],
    ) -> None:
        def gone() -> None:
            figures.end()
            release()

        session_id = secrets.token_hex(8)
        note(session_id=session_id, mode=figures.mode)
        started = SessionStarted(session_id=session_id, model=order.models.name)
        greeting = context.write(TranscribeResponse(session_started=started))

        async def write(event: LiveEvent, given: int) -> None:
            for message in to_messages(event, given):
                await context.write(message)

        async with attended(session, incoming, greeting, gone):
            await send(session, figures, write)
