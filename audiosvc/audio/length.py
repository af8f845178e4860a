"""How long a recording says it is, and whether that can be believed."""

from __future__ import annotations

from typing import BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

# These have no header that says how long they are: the library guesses from the bit rate.
GUESSED = frozenset({"aac", "ac3", "amr", "dts", "eac3", "mpeg", "mpegts"})
# Programs that write WAV into a pipe put a size of about this, or more, for want of a better one.
WAV_SIZE_UNKNOWN = 0x7FFF0000
WAV_TOLERANCE_BYTES = 4096


def length_s(container: InputContainer, stream: AudioStream) -> float | None:
    """How long the sound is by its header or by a guess, in seconds; None when neither tells."""
    if stream.duration is not None and stream.time_base is not None:
        length = float(stream.duration * stream.time_base)
    elif container.duration is not None and len(container.streams) == 1:
        length = container.duration / av.time_base
    else:
        return None
    return length if length > 0.0 else None


def promised_s(file: BinaryIO, container: InputContainer, stream: AudioStream) -> float | None:
    """The length in seconds, if a header states it; never a guess. file: that of the container."""
    format_name = container.format.name
    if format_name in GUESSED or (format_name == "mp3" and not _mp3_header_has_length(file)):
        return None
    return length_s(container, stream)


def is_cut_off(file: BinaryIO, container: InputContainer) -> bool:
    """Whether a WAV file is shorter than its header says. The library passes over that."""
    if container.format.name != "wav":
        return False
    head = _peek(file, 0, 8)
    stated_bytes = int.from_bytes(head[4:], "little")
    if head[:4] != b"RIFF" or stated_bytes >= WAV_SIZE_UNKNOWN:
        return False
    position = file.tell()
    actual_bytes = file.seek(0, 2)
    file.seek(position)
    return stated_bytes - actual_bytes > WAV_TOLERANCE_BYTES


def _mp3_header_has_length(file: BinaryIO) -> bool:
    """Whether the first frame, behind the ID3 tag, is one of those that state the length."""
    head = _peek(file, 0, 10)
    tag_bytes = 0
    if head[:3] == b"ID3":
        for seven_bits in head[6:10]:
            tag_bytes = tag_bytes << 7 | seven_bits
        tag_bytes += 10
    first_frame = _peek(file, tag_bytes, 2048)
    return any(mark in first_frame for mark in (b"Xing", b"Info", b"VBRI"))


def _peek(file: BinaryIO, offset: int, count: int) -> bytes:
    """Reads without moving: the container goes on where it was."""
    position = file.tell()
    file.seek(offset)
    data = file.read(count)
    file.seek(position)
    return data
