"""``POST /v1/audio/transcriptions``, as programs written for OpenAI's call it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, aclosing
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from audiosvc.events import Finished, LiveEvent, SegmentReady
from audiosvc.export.text import join, text_of
from audiosvc.server.callers import current_caller
from audiosvc.server.calls import note
from audiosvc.server.figures import Figures
from audiosvc.server.http.describing import documented_form
from audiosvc.server.http.intake import Fields, receive_form
from audiosvc.server.http.openai import formats
from audiosvc.server.http.openai.event_streams import KIND, EventStream, event
from audiosvc.server.http.openai.form import (
    UNHEEDED_HEADER,
    TranscriptionForm,
    read_transcription,
)
from audiosvc.server.http.place import place_of
from audiosvc.server.http.problems import documented
from audiosvc.server.http.replies import NOSNIFF
from audiosvc.server.http.waiting import results, while_there
from audiosvc.server.http.wishes import named_as_here
from audiosvc.server.outbox import Outbox
from audiosvc.server.recordings import RecordingSession
from audiosvc.server.sessions import Order
from audiosvc.server.workplace import Workplace
from audiosvc.types import Transcript

MODE = "recording"
Batches = AsyncGenerator[list[LiveEvent], None]
EXAMPLES = {
    "text/plain": "Good morning to everybody. Good morning, Ann.\n",
    "application/x-subrip": "1\n00:00:00,500 --> 00:00:02,000\nS1: Good morning to everybody.\n",
    "text/vtt": "WEBVTT\n\n00:00:00.500 --> 00:00:02.000\n<v S1>Good morning to everybody.\n",
    KIND: 'data: {"type": "transcript.text.delta", "delta": "Good morning to everybody."}\n\n'
    'data: {"type": "transcript.text.done", "text": "Good morning to everybody."}\n\n',
}
router = APIRouter(tags=["transcription"])


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for. unheeded: fields that change nothing here."""

    form: TranscriptionForm
    unheeded: list[str]
    order: Order


@router.post(
    "/v1/audio/transcriptions",
    summary="Transcribe a recording, and wait for it",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    **documented_form(TranscriptionForm),
                    "example": {"file": "meeting.flac", "response_format": "diarized_json"},
                }
            },
        }
    },
    responses={
        **documented(400, 401, 403, 404, 408, 413, 421, 422, 429, 499, 500, 503, 507),
        200: {
            "description": "The transcript, in the format that was asked for.",
            "model": formats.Plain | formats.Verbose | formats.Diarized,
            "content": {kind: {"example": text} for kind, text in EXAMPLES.items()},
        },
    },
)
async def transcribe(request: Request) -> Response:
    """As OpenAI's endpoint, with options of our own beside its fields.

    `srt` and `vtt` name the speakers, `diarized_json` too. A field of OpenAI's that changes nothing
    here, such as `temperature`, is named in the header `Audiosvc-Unheeded`. Who goes away stops the
    work; nothing is kept. For recordings of hours, `POST /v1/jobs` needs no connection that lasts.
    """
    place = place_of(request).place
    with ExitStack() as held:
        release = place.admission.admit(current_caller())
        held.callback(release)
        asked, file = await receive_form(request, place, lambda *said: _settle(place, *said))
        held.callback(file.close)
        asked.form.check()
        longest_s = place.settings.max_audio_s
        session = RecordingSession(
            asked.order, Outbox(), place.threads, place.engine, file, longest_s
        )
        held.pop_all()
    events = _events(session, Figures(place.metrics, MODE), release)
    headers = dict(NOSNIFF)
    if asked.unheeded:
        headers[UNHEEDED_HEADER] = ", ".join(asked.unheeded)
    if asked.form.stream:
        told = _stream(events, with_speakers=asked.form.response_format == "diarized_json")
        return EventStream(told, headers)
    transcript = await while_there(request.receive, _last(events))
    text, kind = await asyncio.to_thread(_written, transcript, asked.form)
    return Response(text, media_type=kind, headers=headers)


def _settle(place: Workplace, fields: Fields, name: str) -> Asked:
    form, unheeded = read_transcription(fields)
    wish = form.wish()
    with named_as_here():
        models, settings = place.served.choose(wish)
    return Asked(form, unheeded, Order(name, models, settings, wish, None))


async def _events(
    session: RecordingSession, figures: Figures, release: Callable[[], None]
) -> Batches:
    """What the session gives, counted."""

    def gone() -> None:
        figures.end()
        release()

    note(session_id=secrets.token_hex(8), mode=MODE)
    async with aclosing(results(session, gone)) as batches:
        async for batch in batches:
            for one in batch:
                figures.count(one)
            yield batch


async def _last(events: Batches) -> Transcript:
    async with aclosing(events) as batches:
        async for batch in batches:
            for one in batch:
                if isinstance(one, Finished):
                    return one.transcript
    raise AssertionError("a session ends with Finished")


async def _stream(events: Batches, *, with_speakers: bool) -> AsyncGenerator[str, None]:
    """Text as it is written. Who said it is known at the end, and told then."""
    before = ""
    has_begun = False
    async with aclosing(events) as batches:
        async for batch in batches:
            has_begun = has_begun or bool(batch)
            told = ""
            for one in batch:
                if isinstance(one, SegmentReady):
                    text = text_of(one.segment)
                    delta = join((before, text))[len(before) :]
                    before = text[-1:] or before
                    named = {"segment_id": formats.segment_id(one.segment)} if with_speakers else {}
                    told += event({"type": "transcript.text.delta", "delta": delta, **named})
                elif isinstance(one, Finished):
                    told += _end(one.transcript, with_speakers=with_speakers)
            if has_begun:  # before, what is wrong with the recording can still have a status
                yield told


def _end(transcript: Transcript, *, with_speakers: bool) -> str:
    segments = transcript.segments if with_speakers else ()
    told = [event(formats.diarized_segment(segment).model_dump()) for segment in segments]
    done = {"type": "transcript.text.done", "text": formats.whole_text(transcript)}
    return "".join((*told, event(done)))


def _written(transcript: Transcript, form: TranscriptionForm) -> tuple[str, str]:
    """The transcript as it was asked for, and what kind of text that is."""
    name = form.response_format
    if name in formats.TEXTS:
        return formats.text_format(transcript, name), formats.TEXTS[name]
    if name == "verbose_json":
        found = formats.verbose(transcript, form.granularities).model_dump_json(exclude_none=True)
    elif name == "diarized_json":
        found = formats.diarized(transcript).model_dump_json()
    else:
        found = formats.plain(transcript).model_dump_json()
    return found, "application/json"
