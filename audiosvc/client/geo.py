"""Audio in, places out, over one call."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from typing import Any

from audiosvc.client.effects import Emit, Flow, Read
from audiosvc.client.recording import Upload
from audiosvc.client.retry import Contact
from audiosvc.client.session import Task, accepted
from audiosvc.errors import ServerFault
from audiosvc.estimates import GeoEstimate
from audiosvc.v1 import geo_pb2 as pb
from audiosvc.wire.config import Pcm, to_audio_format
from audiosvc.wire.geo import from_estimate
from audiosvc.wire.geo_config import LocateWish, to_locate_config


def of_recording(upload: Upload, wish: LocateWish, timeout_s: float | None) -> Task:
    """A whole recording. Raises OptionError."""
    config = to_locate_config(wish)
    config.audio_format.CopyFrom(to_audio_format(upload.pcm))
    config.display_name = upload.display_name
    request = pb.LocateRequest
    return Task("Locate", request, request(config=config), upload.parts(), timeout_s)


def of_live(
    audio: Iterable[Any] | AsyncIterable[Any],
    wish: LocateWish,
    pcm: Pcm | None,
    timeout_s: float | None,
) -> Task:
    """What is heard while it is sent. pcm: None for a container. Raises OptionError."""
    config = to_locate_config(wish)
    config.audio_format.CopyFrom(to_audio_format(pcm))
    request = pb.LocateStreamRequest
    return Task("LocateStream", request, request(config=config), audio, timeout_s)


def locate(contact: Contact, task: Task) -> Flow[GeoEstimate]:
    """The answer for all of the audio. A server that refuses is asked again, until it accepts."""
    stream = yield from accepted(contact, task)
    try:
        stream.release()
        while (message := (yield Read(stream))) is not None:
            if message.HasField("finished"):
                return from_estimate(message.finished.estimate)
    finally:
        stream.cancel()
    raise _without_end()


def follow(contact: Contact, task: Task) -> Flow[None]:
    """Emits every estimate; the last is for all of the audio."""
    stream = yield from accepted(contact, task)
    try:
        stream.release()
        while (message := (yield Read(stream))) is not None:
            if message.HasField("estimate"):
                yield Emit(from_estimate(message.estimate))
            if message.HasField("finished"):
                yield Emit(from_estimate(message.finished.estimate))
                return
    finally:
        stream.cancel()
    raise _without_end()


def _without_end() -> ServerFault:
    return ServerFault("The server ended the call without an answer for all of the audio.")
