"""Audio in, answers out, over one call."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from google.protobuf.message import Message

from audiosvc.client.effects import Converse, Emit, Flow, Read, Stream, pause
from audiosvc.client.pcm import to_float32, to_pcm
from audiosvc.client.recording import PART_BYTES, Upload
from audiosvc.client.results import Collector
from audiosvc.client.retry import Contact
from audiosvc.errors import AudiosvcError, OptionError, ServerFault
from audiosvc.events import Finished
from audiosvc.v1 import transcription_pb2 as pb
from audiosvc.wire.config import Pcm, Wish, to_audio_format, to_config


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done. audio: blocks, in order; async ones for the asyncio client.

    method: a name in the protos. request: its type of request, of which the first is made already.
    """

    method: str
    request: Callable[..., Message]
    first: Message
    audio: Iterable[Any] | AsyncIterable[Any]
    timeout_s: float | None = None


def of_recording(upload: Upload, wish: Wish, timeout_s: float | None) -> Task:
    """A whole recording: better than live, and later."""
    config = pb.TranscribeConfig(
        transcription=to_config(wish),
        audio_format=to_audio_format(upload.pcm),
        mode=pb.TRANSCRIBE_MODE_RECORDING,
        display_name=upload.display_name,
    )
    return _task(config, upload.parts(), timeout_s)


def of_live(
    audio: Iterable[Any] | AsyncIterable[Any],
    wish: Wish,
    pcm: Pcm | None,
    *,
    interim: bool,
    timeout_s: float | None,
) -> Task:
    """What is said while it is sent. pcm: None for the bytes of a container."""
    config = pb.TranscribeConfig(
        transcription=to_config(wish),
        audio_format=to_audio_format(pcm),
        mode=pb.TRANSCRIBE_MODE_LIVE,
        interim_results=interim,
    )
    return _task(config, audio, timeout_s)


def _task(
    config: pb.TranscribeConfig,
    audio: Iterable[Any] | AsyncIterable[Any],
    timeout_s: float | None,
) -> Task:
    request = pb.TranscribeRequest
    return Task("Transcribe", request, request(config=config), audio, timeout_s)


def live_pcm(pcm: Pcm | None, sample_rate_hz: int | None) -> Pcm | None:
    """What blocks hold: samples are sent as 32-bit floats. Raises OptionError."""
    if sample_rate_hz is None:
        return pcm
    if pcm is not None:
        raise OptionError("Say either sample_rate_hz, for arrays, or pcm, for bytes.")
    return Pcm(sample_rate_hz, encoding="f32le")


def cut(
    request: Callable[..., Message],
    block: Any,  # noqa: ANN401 - bytes, or an array of any real type
) -> Iterator[Message]:
    """A block of audio as requests of bounded size. Raises OptionError for what is no audio."""
    if isinstance(block, np.ndarray):
        if block.ndim != 1:
            raise OptionError(f"Live samples are mono, (n,); these are {block.shape}.")
        data, _ = to_pcm(to_float32(block), 1)
    elif isinstance(block, (bytes, bytearray, memoryview)):
        data = memoryview(block).cast("B")
    else:
        raise OptionError(f"A block of audio is bytes or an array, not {type(block).__name__}.")
    for first in range(0, len(data), PART_BYTES):
        yield request(audio=bytes(data[first : first + PART_BYTES]))


def converse(contact: Contact, task: Task) -> Flow[None]:
    """Emits every event; the last is ``Finished``.

    A server that refuses is asked again. Once it has accepted, nothing is tried again: audio that
    was sent live cannot be sent twice.
    """
    stream = yield from accepted(contact, task)
    collector = Collector()
    try:
        stream.release()
        while (message := (yield Read(stream))) is not None:
            event = collector.take(message)
            if event is not None:
                yield Emit(event)
            if isinstance(event, Finished):
                return
    finally:
        stream.cancel()
    raise ServerFault("The server ended the stream before the transcript was whole.")


def accepted(contact: Contact, task: Task) -> Flow[Stream]:
    """The call, when the server has answered the first message; no audio was touched by then."""
    tries = contact.tries()
    cut_block = partial(cut, task.request)
    while True:
        stream: Stream = yield Converse(
            task.method, task.first, task.audio, cut_block, task.timeout_s
        )
        try:
            started = yield Read(stream)
        except AudiosvcError as error:
            stream.cancel()
            yield from pause(tries, error)
        except BaseException:
            stream.cancel()
            raise
        else:
            if started is None or not started.HasField("session_started"):
                stream.cancel()
                raise ServerFault("The server began with something else than a session.")
            return stream
