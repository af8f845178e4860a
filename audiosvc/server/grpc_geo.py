"""``GeoService``: audio in, a place on Earth out."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any

from audiosvc.server.attending import attended
from audiosvc.server.callers import current_caller
from audiosvc.server.calls import Context, note
from audiosvc.server.figures import Figures
from audiosvc.server.incoming import Incoming, name_of, raw_format
from audiosvc.server.locates import (
    GrowingLocate,
    Located,
    LocateOrder,
    LocateSession,
    WholeLocate,
    order_of,
)
from audiosvc.server.outbox import Outbox
from audiosvc.server.sensing import SharedSenses
from audiosvc.server.workplace import Workplace
from audiosvc.v1 import geo_pb2 as pb
from audiosvc.v1 import geo_pb2_grpc
from audiosvc.wire.geo import to_estimate
from audiosvc.wire.geo_config import from_locate_config

TICK_S = 0.5
MOST_PARTS = 1_000_000  # 5 hours of 20 ms each
Open = Callable[[LocateOrder, Outbox[Located]], LocateSession]
Response = type[pb.LocateResponse] | type[pb.LocateStreamResponse]


class GeoServicer(geo_pb2_grpc.GeoServiceServicer):
    """One session a call. What was found is sent, counted, and forgotten."""

    def __init__(self, workplace: Workplace, senses: SharedSenses) -> None:
        self._place = workplace
        self._senses = senses

    async def Locate(  # noqa: N802 - as the service has it
        self, requests: AsyncIterator[pb.LocateRequest], context: Context
    ) -> None:
        """When all of the audio is there."""
        await self._serve(requests, context, self._open_whole, pb.LocateResponse, "locate")

    async def LocateStream(  # noqa: N802
        self, requests: AsyncIterator[pb.LocateStreamRequest], context: Context
    ) -> None:
        """While it comes."""
        kind = (pb.LocateStreamResponse, "locate_stream")
        await self._serve(requests, context, self._open_growing, *kind)

    async def _serve(
        self,
        requests: AsyncIterator[Any],
        context: Context,
        open_session: Open,
        response: Response,
        mode: str,
    ) -> None:
        """The configuration is checked first, so that nobody sends audio in vain."""
        incoming = Incoming(requests, self._place.settings.max_session_s, MOST_PARTS)
        order = await asyncio.to_thread(self._order, await incoming.config())
        release = self._place.admit_locate(current_caller())
        try:
            session = open_session(order, Outbox())
        except BaseException:
            release()
            raise
        figures = Figures(self._place.metrics, mode)

        def gone() -> None:
            figures.end()
            release()

        session_id = secrets.token_hex(8)
        note(session_id=session_id, mode=mode, precision=order.wish.precision)
        started = pb.LocateStarted(session_id=session_id)
        greeting = context.write(response(session_started=started))
        async with attended(session, incoming, greeting, gone):
            while await session.outbox.ready(TICK_S):
                for found in session.outbox.take():
                    figures.locate(found.estimate, is_last=found.is_last)
                    await context.write(_message(found, response))

    def _order(self, config: pb.LocateConfig) -> LocateOrder:
        wish = from_locate_config(config)
        return order_of(name_of(config), wish, raw_format(config), self._senses.settings)

    def _open_whole(self, order: LocateOrder, outbox: Outbox[Located]) -> LocateSession:
        place = self._place
        longest_s = place.settings.max_audio_s
        file = place.spool.open(order.name)
        return WholeLocate(order, outbox, place.threads, self._senses, file, longest_s)

    def _open_growing(self, order: LocateOrder, outbox: Outbox[Located]) -> LocateSession:
        place = self._place
        longest_s = min(place.settings.max_audio_s, place.settings.max_session_s)
        shared = (place.threads, self._senses, place.spool, longest_s)
        return GrowingLocate(order, outbox, *shared, place.engine.wide_decoder)


def _message(found: Located, response: Response) -> pb.LocateResponse | pb.LocateStreamResponse:
    estimate = to_estimate(found.estimate)
    if found.is_last:
        return response(finished=pb.LocateFinished(estimate=estimate))
    return pb.LocateStreamResponse(estimate=estimate)
