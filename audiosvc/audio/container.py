"""Opens a recording, and nothing but that recording.

A file can name other files and addresses: playlists, concatenation scripts, manifests. None of
those formats is on the list below, and no protocol is open to those that are: the library reads
through the one file object it is given.
"""

from __future__ import annotations

from dataclasses import dataclass

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from audiosvc.audio.boxes import Bytes, hide, to_hide
from audiosvc.audio.guard import UNBOUNDED, Guard
from audiosvc.audio.mp4 import begins_as_mp4
from audiosvc.audio.probing import MP4, UNHURRIED, Probing
from audiosvc.audio.resample import can_resample
from audiosvc.errors import AudioUnreadable, NoAudioStream, OptionError

# Names of libavformat demuxers. Pictures are listed so that the message can say what they are.
SOUND_FORMATS = (
    "aac ac3 aiff amr ape asf au avi caf dsf dts eac3 flac flv matroska mov mp3 mpc mpc8 mpeg "
    "mpegts nistsphere ogg sox tta voc w64 wav wv"
)
PICTURE_FORMATS = "bmp_pipe gif jpeg_pipe png_pipe tiff_pipe webp_pipe"

RAW_SAMPLE_FORMATS = (
    *("s8", "s16le", "s16be", "s24le", "s24be", "s32le", "s32be", "u8", "u16le", "u16be"),
    *("f32le", "f32be", "f64le", "f64be", "mulaw", "alaw"),
)


@dataclass(frozen=True, slots=True)
class RawFormat:
    """What bytes without a header mean.

    sample_format: one of ``RAW_SAMPLE_FORMATS``, for instance ``s16le``. Channels are interleaved.
    """

    sample_rate_hz: int
    channels: int = 1
    sample_format: str = "s16le"

    def __post_init__(self) -> None:
        if self.sample_format not in RAW_SAMPLE_FORMATS:
            known = ", ".join(RAW_SAMPLE_FORMATS)
            raise OptionError(
                f"Raw audio has no sample format {self.sample_format!r}. Known are {known}."
            )
        if not can_resample(self.sample_rate_hz) or not 1 <= self.channels <= 64:
            raise OptionError(
                "Raw audio needs a sample rate from 500 Hz to 2 MHz and 1 to 64 channels, not "
                f"{self.sample_rate_hz} Hz and {self.channels}."
            )


class _Unnamed:
    """A binary file without a name, so that its content alone decides what it is.

    hidden: places of four bytes that the library is not to see.
    """

    name = ""

    def __init__(self, file: Bytes, guard: Guard, hidden: list[int]) -> None:
        self.tell = file.tell
        self.seekable = file.seekable
        self._file = file
        self._guard = guard
        self._hidden = hidden
        self._failed = False

    def read(self, count: int) -> bytes:
        """What is raised here comes out of the library's call, if it is raised only once."""
        if self._failed:
            return b""
        try:
            # The library may read for long without a packet to show for it.
            self._guard.poll()
            at = self._file.tell() if self._hidden else 0
            return hide(self._file.read(count), at, self._hidden)
        except Exception:
            self._failed = True
            raise

    def seek(self, offset: int, whence: int = 0) -> int:
        """Damaged headers ask for places that do not exist; -1 tells the library so."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -1


def open_container(
    file: Bytes,
    name: str,
    raw: RawFormat | None = None,
    guard: Guard = UNBOUNDED,
    probing: Probing = UNHURRIED,
) -> InputContainer:
    """A container over ``file``, to be closed. name: for messages. Raises AudioUnreadable.

    A stream that cannot seek is an MP4 only if ``probing`` says so; see ``BoxedStream``.
    """
    is_mp4, hidden = probing.format_name == MP4, list[int]()
    if raw is None and file.seekable():
        is_mp4 = begins_as_mp4(file.read(8))
        hidden = to_hide(file, name) if is_mp4 else []
        file.seek(0)
    sound = [one for one in SOUND_FORMATS.split() if one != MP4 or is_mp4]
    allowed = ",".join((*sound, *PICTURE_FORMATS.split()))
    options = {"format_whitelist": allowed, "protocol_whitelist": "none", **probing.options}
    format_name = probing.format_name
    if raw is not None:
        format_name = options["format_whitelist"] = raw.sample_format
        options |= {"sample_rate": str(raw.sample_rate_hz), "ch_layout": f"{raw.channels}C"}
    try:
        container: InputContainer = av.open(
            _Unnamed(file, guard, hidden),
            format=format_name,
            container_options=options,
            metadata_errors="replace",
        )
    except av.error.FFmpegError as error:
        if file.seekable() and file.seek(0, 2) == 0:
            raise AudioUnreadable(f"{name} is empty: it has 0 bytes.") from error
        raise AudioUnreadable(
            f"{name} is not audio in any known format, or its header is damaged. Check that it is "
            "the right file, or convert it to WAV or FLAC."
        ) from error
    return container


def first_audio_stream(container: InputContainer, name: str) -> AudioStream:
    """The first stream of sound that can be decoded. Raises NoAudioStream, AudioUnreadable."""
    streams = container.streams.audio
    if not streams:
        raise NoAudioStream(f"{name} has no sound in it ({container.format.long_name}).")
    for stream in streams:
        if stream.codec_context is not None:
            return stream
    raise AudioUnreadable(
        f"The sound in {name} is coded in a way that cannot be read. Convert it to WAV or FLAC."
    )
