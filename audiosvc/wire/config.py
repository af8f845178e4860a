"""What a caller says about a recording, as messages, and back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from audiosvc.errors import OptionError
from audiosvc.types import Hints, SpeakerCount
from audiosvc.v1 import config_pb2 as pb
from audiosvc.wire.time import from_duration, to_duration

ENCODINGS = {
    pb.PCM_ENCODING_S16LE: "s16le",
    pb.PCM_ENCODING_S24LE: "s24le",
    pb.PCM_ENCODING_S32LE: "s32le",
    pb.PCM_ENCODING_F32LE: "f32le",
    pb.PCM_ENCODING_U8: "u8",
    pb.PCM_ENCODING_MULAW: "mulaw",
    pb.PCM_ENCODING_ALAW: "alaw",
}
DEFAULT_RATE_HZ = 16_000
MAX_HOTWORDS, MAX_TEXT = 200, 2_000
MAX_SPEAKERS = 1_000
MAX_OFFSET_S = 1e6


@dataclass(frozen=True, slots=True)
class Wish:
    """How a caller wants a recording to be transcribed; None and empty leave it to the server."""

    model: str | None = None
    language: str | None = None
    language_per_window: bool = False
    hints: Hints = field(default_factory=Hints)
    speakers: SpeakerCount = field(default_factory=SpeakerCount)
    start_s: float = 0.0
    end_s: float | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """Those fields of ``Settings`` that were said, by their names there."""
        said = {
            "model": self.model,
            "language": self.language,
            "language_per_window": self.language_per_window or None,
            "speakers": self.speakers.exact,
            "min_speakers": self.speakers.at_least,
            "max_speakers": self.speakers.at_most,
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Pcm:
    """Samples without a header. encoding: such as ``s16le``."""

    sample_rate_hz: int = DEFAULT_RATE_HZ
    channels: int = 1
    encoding: str = "s16le"


def to_config(wish: Wish) -> pb.TranscriptionConfig:
    """A wish as a message."""
    message = pb.TranscriptionConfig(
        model=wish.model or "",
        language_code=wish.language or "",
        language_per_window=wish.language_per_window,
        hotwords=wish.hints.hotwords,
        prompt=wish.hints.prompt or "",
        acoustic_events=wish.hints.events,
        speaker_count=pb.SpeakerCount(
            exactly=wish.speakers.exact,
            at_least=wish.speakers.at_least,
            at_most=wish.speakers.at_most,
        ),
    )
    if wish.start_s:
        message.start_offset.CopyFrom(to_duration(wish.start_s))
    if wish.end_s is not None:
        message.end_offset.CopyFrom(to_duration(wish.end_s))
    return message


def from_config(message: pb.TranscriptionConfig) -> Wish:
    """A wish. Raises OptionError, which names the field, for what nobody can mean."""
    count = message.speaker_count
    return checked(
        Wish(
            model=message.model or None,
            language=message.language_code or None,
            language_per_window=message.language_per_window,
            hints=Hints(
                hotwords=tuple(message.hotwords),
                prompt=message.prompt or None,
                events=message.acoustic_events,
            ),
            speakers=SpeakerCount(
                count.exactly if count.HasField("exactly") else None,
                count.at_least if count.HasField("at_least") else None,
                count.at_most if count.HasField("at_most") else None,
            ),
            start_s=_offset_s(message, "start_offset") or 0.0,
            end_s=_offset_s(message, "end_offset"),
        )
    )


def checked(wish: Wish) -> Wish:
    """The same wish, without empty hotwords, whatever it came over.

    Raises OptionError, which names the field of the message, for what nobody can mean.
    """
    hotwords = tuple(word.strip() for word in wish.hints.hotwords if word.strip())
    if len(hotwords) > MAX_HOTWORDS or sum(map(len, hotwords)) > MAX_TEXT:
        raise OptionError(
            f"There are more than {MAX_HOTWORDS} hotwords, or more than {MAX_TEXT} characters.",
            field="transcription.hotwords",
        )
    if len(wish.hints.prompt or "") > MAX_TEXT:
        raise OptionError(
            f"The prompt is longer than {MAX_TEXT} characters.", field="transcription.prompt"
        )
    _check_count(wish.speakers.exact, "exactly")
    _check_count(wish.speakers.at_least, "at_least")
    _check_count(wish.speakers.at_most, "at_most")
    check_part(wish.start_s, wish.end_s, "transcription.")
    return replace(wish, hints=replace(wish.hints, hotwords=hotwords))


def check_part(start_s: float, end_s: float | None, prefix: str = "") -> None:
    """Whether a recording can have that part. prefix: of the fields. Raises OptionError."""
    for name, offset_s in (("start_offset", start_s), ("end_offset", end_s)):
        if offset_s is not None and not 0.0 <= offset_s <= MAX_OFFSET_S:
            raise OptionError(f"{offset_s:g} s is no offset.", field=f"{prefix}{name}")
    if end_s is not None and end_s <= start_s:
        raise OptionError("The end lies before the start.", field=f"{prefix}end_offset")


def to_audio_format(pcm: Pcm | None) -> pb.AudioFormat:
    """An audio format as a message; None is a container that tells itself."""
    if pcm is None:
        return pb.AudioFormat(container=pb.ContainerFormat())
    encodings = {name: value for value, name in ENCODINGS.items()}
    if pcm.encoding not in encodings:
        known = ", ".join(encodings)
        raise OptionError(f"A server takes no {pcm.encoding!r} samples. It takes: {known}.")
    return pb.AudioFormat(
        pcm=pb.PcmFormat(
            sample_rate_hz=pcm.sample_rate_hz,
            channels=pcm.channels,
            encoding=encodings[pcm.encoding],
        )
    )


def from_audio_format(message: pb.AudioFormat) -> Pcm | None:
    """What the bytes are; None for a container. Raises OptionError for what cannot be."""
    if message.WhichOneof("format") != "pcm":
        return None
    pcm = message.pcm
    encoding = pcm.encoding or pb.PCM_ENCODING_S16LE
    if encoding not in ENCODINGS:
        raise OptionError(
            f"There is no PCM encoding {pcm.encoding}.", field="audio_format.pcm.encoding"
        )
    rate_hz, channels = pcm.sample_rate_hz or DEFAULT_RATE_HZ, pcm.channels or 1
    if not 4_000 <= rate_hz <= 192_000:
        raise OptionError(
            f"A sample rate lies from 4000 to 192000 Hz, not at {rate_hz}.",
            field="audio_format.pcm.sample_rate_hz",
        )
    if not 1 <= channels <= 8:
        raise OptionError(
            f"There may be 1 to 8 channels, not {channels}.", field="audio_format.pcm.channels"
        )
    return Pcm(rate_hz, channels, ENCODINGS[encoding])


def _check_count(value: int | None, name: str) -> None:
    if value is not None and not 1 <= value <= MAX_SPEAKERS:
        raise OptionError(
            f"A number of speakers lies from 1 to {MAX_SPEAKERS}, not at {value}.",
            field=f"transcription.speaker_count.{name}",
        )


def _offset_s(message: pb.TranscriptionConfig, name: str) -> float | None:
    return from_duration(getattr(message, name)) if message.HasField(name) else None
