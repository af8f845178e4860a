"""Parts of a file: what a player asks for when somebody jumps to a word (RFC 9110, 14)."""

from __future__ import annotations

import re

UNKNOWN = "application/octet-stream"
_RANGE = re.compile(r"bytes=(?P<first>\d{0,18})-(?P<last>\d{0,18})", re.ASCII)


class NoSuchRangeError(ValueError):
    """The file is shorter."""


def range_of(asked: str | None, size_bytes: int) -> tuple[int, int] | None:
    """Where a range begins and ends; None for the whole file.

    What is malformed, or asks for several ranges, is passed over, as the standard allows. Raises
    NoSuchRangeError.
    """
    found = _RANGE.fullmatch(asked.strip()) if asked else None
    if found is None or not (found["first"] or found["last"]):
        return None
    if not found["first"]:
        start, end = max(0, size_bytes - int(found["last"])), size_bytes
    else:
        start = int(found["first"])
        end = min(size_bytes, int(found["last"]) + 1) if found["last"] else size_bytes
        if found["last"] and int(found["last"]) < start:
            return None
    if start >= end:
        raise NoSuchRangeError(f"There are {size_bytes:,} bytes, and that range is not in them.")
    return start, end


def media_type(beginning: bytes) -> str:
    """What a recording is, by its first 16 bytes: never anything that a browser would run."""
    for at, mark, kind in _MARKS:
        if beginning.startswith(mark, at):
            return kind
    if len(beginning) > 1 and beginning[0] == 0xFF and beginning[1] & 0xE0 == 0xE0:
        return "audio/aac" if beginning[1] & 0x06 == 0 else "audio/mpeg"
    return UNKNOWN


_MARKS = (
    (8, b"WAVE", "audio/wav"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (4, b"ftyp", "audio/mp4"),
    (0, b"\x1aE\xdf\xa3", "audio/webm"),
    (8, b"AIFF", "audio/aiff"),
    (8, b"AIFC", "audio/aiff"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"caff", "audio/x-caf"),
)
