"""The header of a WAV stream.

A live stream in WAV is read as the raw samples that it is. The library would first look through
64 KiB of it, two seconds at 16 kHz, for another codec that might hide in there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from audiosvc.audio.container import RAW_SAMPLE_FORMATS, RawFormat
from audiosvc.audio.length import WAV_SIZE_UNKNOWN
from audiosvc.audio.probing import HEAD_BYTES
from audiosvc.errors import OptionError

FORMAT_BYTES = 40  # at most
PCM, FLOAT, ALAW, MULAW, EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
# The rest of a subformat, whose first two bytes are one of the tags above.
SUBFORMAT = bytes.fromhex("000000001000800000aa00389b71")


@dataclass(frozen=True, slots=True)
class WavHeader:
    """begin: the byte at which the samples begin. length_bytes: of them, None if not stated."""

    raw: RawFormat
    begin: int
    length_bytes: int | None


def read_wav_header(peek: Callable[[int], bytes]) -> WavHeader | None:
    """The header of a stream; None if it is no WAV, or not one of plain PCM.

    peek: gives so many first bytes, fewer at the end.
    """
    head = peek(12)
    if head[:4] not in (b"RIFF", b"RF64") or head[8:] != b"WAVE":
        return None
    at, raw = 12, None
    while at + 8 <= HEAD_BYTES:
        chunk = peek(at + 8)[at:]
        kind, length = chunk[:4], int.from_bytes(chunk[4:], "little")
        at += 8
        if kind == b"data":
            is_stated = 0 < length < WAV_SIZE_UNKNOWN
            return WavHeader(raw, at, length if is_stated else None) if raw else None
        if kind == b"fmt ":
            raw = _raw_format(peek(at + min(length, FORMAT_BYTES))[at:])
        at += length + length % 2
    return None


def _raw_format(chunk: bytes) -> RawFormat | None:
    def number(first: int, last: int) -> int:
        return int.from_bytes(chunk[first:last], "little")

    tag, channels, rate_hz, frame_bytes, bits = (
        *(number(0, 2), number(2, 4), number(4, 8)),
        *(number(12, 14), number(14, 16)),
    )
    if tag == EXTENSIBLE and chunk[26:40] == SUBFORMAT:
        tag = number(24, 26)
    is_whole = bits % 8 == 0 and frame_bytes == channels * bits // 8
    plain = {
        PCM: "u8" if bits == 8 else f"s{bits}le",
        FLOAT: f"f{bits}le",
        ALAW: "alaw" if bits == 8 else "",
        MULAW: "mulaw" if bits == 8 else "",
    }
    sample_format = plain.get(tag, "")
    if not is_whole or sample_format not in RAW_SAMPLE_FORMATS:
        return None
    try:
        return RawFormat(rate_hz, channels, sample_format)
    except OptionError:
        return None
