"""Keeps the index of a stranger's MP4 or QuickTime file from filling the memory.

An index is short: a few bytes say that a million packets follow, and the library keeps tens of
bytes for each, so that ten kilobytes can become gigabytes. It finds tables wherever they lie, at
the root of the file and inside of titles as well. So only those count that lie where they belong,
and these are added up; all others are renamed before the library sees them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from audiosvc.errors import AudioUnreadable

# A day of AAC, and a hundred megabytes for the library.
MOST_ENTRIES = 4_000_000
MOST_INDEX_BYTES = 64 * 1024**2
FIRST = (b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"wide", b"free", b"skip", b"pnot", b"uuid")
# What an MP4 file is read by, and what the library passes over. Other boxes at its root tell
# nothing that is needed, and some send the reader anywhere.
HARMLESS = (b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"wide", b"free", b"skip")
NESTS = (b"trak", b"mdia", b"minf", b"stbl", b"traf")
TABLES = (b"stts", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"trun")
# The compressed form of an index would pass unseen.
DANGEROUS = (*TABLES, b"cmov", b"cmvd")
HIDDEN = b"skip"
# The library takes uncompressed sound apart into pieces of this many samples.
PIECE_SAMPLES = 1024

Table = tuple[int, int, bytes, bytes]
"""The place of its track, its own, its kind, and its body from the version on."""


def begins_as_mp4(head: bytes) -> bool:
    """Whether the first 8 bytes are those of an MP4 or QuickTime file."""
    return head[4:8] in FIRST


class Index:
    """All that one file or stream claims."""

    def __init__(self, name: str) -> None:
        """name: for messages."""
        self._name = name
        self._entries = 0

    def admit(self, kind: bytes, body: bytes) -> list[int]:
        """Where in the ``body`` of a box at the root a name has to be hidden.

        Raises AudioUnreadable when it, with all before it, claims too much.
        """
        if kind not in (b"moov", b"moof"):
            return []
        tables = list(_tables(body, 0, len(body), 0))
        for track in {track for track, _, _, _ in tables}:
            of_track = [(kind, table) for place, _, kind, table in tables if place == track]
            self._entries += _entries(of_track)
        if self._entries > MOST_ENTRIES:
            self.refuse()
        known = {place for _, place, _, _ in tables}
        return [place for place in _dangerous(body) if place not in known]

    def refuse(self) -> None:
        """Raises AudioUnreadable."""
        raise AudioUnreadable(
            f"{self._name} claims more packets than a recording has: it is damaged. Make the file "
            "anew, or convert it with the program that wrote it."
        )


def _tables(data: bytes, at: int, end: int, track: int) -> Iterator[Table]:
    while at + 8 <= end:
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if not 8 <= length <= end - at:
            return
        if kind in NESTS:
            is_track = kind in (b"trak", b"traf")
            yield from _tables(data, at + 8, at + length, at if is_track else track)
        elif kind in TABLES and length >= 16:
            yield track, at + 4, kind, data[at + 8 : at + length]
        at += length


def _dangerous(data: bytes) -> Iterator[int]:
    for kind in DANGEROUS:
        place = data.find(kind)
        while place >= 0:
            yield place
            place = data.find(kind, place + 1)


def _entries(tables: list[tuple[bytes, bytes]]) -> int:
    """What the tables of one track amount to."""
    times = [body for kind, body in tables if kind == b"stts"]
    chunks = sum(_number(body, 4) for kind, body in tables if kind in (b"stco", b"co64"))
    longest = max((_longest_chunk(body) for kind, body in tables if kind == b"stsc"), default=0)
    entries = sum(_number(body, 4) for kind, body in tables if kind == b"trun")
    # Uncompressed: every sample lasts one tick. Its samples are many, and only chunks are kept.
    if not (len(times) == 1 and (_number(times[0], 4), _number(times[0], 12)) == (1, 1)):
        entries += sum(_number(body, 8) for kind, body in tables if kind in (b"stsz", b"stz2"))
    return entries + chunks + chunks * longest // PIECE_SAMPLES


def _number(body: bytes, at: int) -> int:
    return int(struct.unpack_from(">I", body.ljust(at + 4, b"\0"), at)[0])


def _longest_chunk(body: bytes) -> int:
    whole = (len(body) - 8) // 12 * 12
    return int(np.frombuffer(body, ">u4", whole // 4, 8)[1::3].max(initial=0))
