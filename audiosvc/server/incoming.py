"""What a caller sends over a stream: the configuration, then audio, and nothing else."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from audiosvc.audio.container import RawFormat
from audiosvc.errors import AudioEmpty, AudioTooLong, ProtocolError, TooLarge
from audiosvc.v1.geo_pb2 import LocateConfig
from audiosvc.v1.transcription_pb2 import TranscribeConfig
from audiosvc.wire.config import from_audio_format

LONGEST_NAME = 120
Config = TranscribeConfig | LocateConfig


class Incoming:
    """Reads a request stream, one message at a time, and never ahead of its reader."""

    def __init__(
        self, requests: AsyncIterator[Any], max_session_s: float, max_parts: int | None = None
    ) -> None:
        """requests: each holds either ``config`` or ``audio`` in a oneof ``request``.

        max_parts: how many of them may hold audio, be it none.
        """
        self._requests = requests
        self._max_parts = max_parts
        self._max_session_s = max_session_s
        self._began_s = time.monotonic()

    async def config(self) -> Any:  # noqa: ANN401 - as the requests have it
        """The first message. Raises ProtocolError when it is anything else."""
        try:
            message = await anext(self._requests)
        except StopAsyncIteration:
            raise ProtocolError(
                "Nothing was sent: the first message holds the configuration."
            ) from None
        if message.WhichOneof("request") != "config":
            raise ProtocolError("The first message has to hold the configuration, not audio.")
        return message.config

    async def audio(self) -> AsyncGenerator[bytes, None]:
        """Everything after it.

        Raises ProtocolError, AudioEmpty when there is none, AudioTooLong when the end does not
        come, TooLarge when it comes in too many parts.
        """
        count = parts = 0
        async for message in self._requests:
            kind = message.WhichOneof("request")
            if kind == "config":
                raise ProtocolError("The configuration was sent twice.", field="config")
            if kind is None:
                raise ProtocolError("A message holds neither configuration nor audio.")
            if time.monotonic() - self._began_s > self._max_session_s:
                raise AudioTooLong(
                    f"This stream has lasted {self._max_session_s / 60:g} minutes, the most "
                    "that this server allows. Open another one."
                )
            parts += 1
            if self._max_parts is not None and parts > self._max_parts:
                raise TooLarge(
                    f"The audio came in more than {self._max_parts:,} parts, the most that this "
                    "server takes. Put more of it into each."
                )
            count += len(message.audio)
            if message.audio:
                yield message.audio
        if not count:
            raise AudioEmpty("No audio was sent.")


def raw_format(config: Config) -> RawFormat | None:
    """What the bytes are; None for a container. Raises OptionError, with the field."""
    pcm = from_audio_format(config.audio_format)
    if pcm is None:
        return None
    return RawFormat(pcm.sample_rate_hz, pcm.channels, pcm.encoding)


def name_of(config: Config) -> str:
    """What to call the recording in messages."""
    return shown_name(config.display_name)


def shown_name(text: str) -> str:
    """A name that a caller gave a recording, as it may be shown: short, in one line."""
    shown = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(shown[:LONGEST_NAME].split()) or "the recording"
