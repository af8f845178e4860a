"""The boxes at the root of an MP4 file, as they lie in a file or come in a stream."""

from __future__ import annotations

from bisect import bisect_left
from typing import Protocol

from audiosvc.audio.mp4 import HARMLESS, HIDDEN, MOST_INDEX_BYTES, Index

HEADER_BYTES = 16
FARTHEST = 2**62  # no file is that long
REST = -1  # the length of a box that goes on to the end


class Bytes(Protocol):
    """What a container is read from: a binary file, or a stream that cannot seek."""

    def read(self, count: int, /) -> bytes:
        """At most ``count`` bytes, none at the end."""
        ...

    def tell(self) -> int:
        """How many bytes come before the next one."""
        ...

    def seekable(self) -> bool:
        """Whether ``seek`` works."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """As that of files."""
        ...


def to_hide(file: Bytes, name: str) -> list[int]:
    """The places in an MP4 file at which four bytes are to be hidden, in order.

    Leaves the file at its beginning. Raises AudioUnreadable for an index that claims too much.
    """
    index, hidden, at = Index(name), list[int](), 0
    while True:
        file.seek(at)
        header = file.read(HEADER_BYTES)
        if len(header) < 8:
            break
        kind, begin, length = _parsed(header)
        if kind not in HARMLESS:
            hidden.append(at + 4)
        if kind in (b"moov", b"moof"):
            if not begin <= length <= MOST_INDEX_BYTES:
                index.refuse()
            file.seek(at + begin)
            places = index.admit(kind, file.read(length - begin))
            hidden += [at + begin + place for place in places]
        at += length
        if length < begin or at > FARTHEST:
            break
    file.seek(0)
    return sorted(hidden)


def hide(data: bytes, at: int, places: list[int]) -> bytes:
    """``data`` as it is read from place ``at``, without the names at ``places``."""
    first, last = (bisect_left(places, end) for end in (at - len(HIDDEN) + 1, at + len(data)))
    if first == last:
        return data
    changed = bytearray(data)
    for place in places[first:last]:
        begin, end = max(place, at), min(place + len(HIDDEN), at + len(data))
        changed[begin - at : end - at] = HIDDEN[begin - place : end - place]
    return bytes(changed)


class BoxedStream:
    """An MP4 stream, read through: each index is seen whole before any of it is passed on."""

    def __init__(self, stream: Bytes, name: str) -> None:
        """name: for messages."""
        self.tell = stream.tell
        self.seekable = stream.seekable
        self.seek = stream.seek
        self._stream = stream
        self._index = Index(name)
        self._ready = b""
        self._passing = 0
        self._over = False

    def read(self, count: int) -> bytes:
        """As the stream does. Raises AudioUnreadable for an index that claims too much."""
        if not self._ready and not self._passing and not self._over:
            self._next_box()
        if self._ready:
            data, self._ready = self._ready[:count], self._ready[count:]
            return data
        data = self._stream.read(count if self._passing == REST else min(count, self._passing))
        if self._passing != REST:
            self._passing -= len(data)
        return data

    def _next_box(self) -> None:
        """Reads up to where the next bytes can be passed on; at a box that cannot be, nothing."""
        header = self._whole(8)
        if header[:4] == b"\0\0\0\1":
            header += self._whole(8)
        kind, begin, length = _parsed(header)
        if len(header) < begin or (length < begin and length != REST):
            self._over = True
            return
        self._passing = REST if length == REST else length - begin
        if kind in (b"moov", b"moof"):
            if not 0 <= self._passing <= MOST_INDEX_BYTES:
                self._index.refuse()
            body = self._whole(self._passing)
            header += hide(body, 0, self._index.admit(kind, body))
            self._passing = 0
        elif kind not in HARMLESS:
            header = hide(header, 0, [4])
        self._ready = header

    def _whole(self, count: int) -> bytes:
        found = bytearray()
        while len(found) < count and (data := self._stream.read(count - len(found))):
            found += data
        return bytes(found)


def _parsed(header: bytes) -> tuple[bytes, int, int]:
    """Kind, length of the header, length of the whole box."""
    length, begin = int.from_bytes(header[:4], "big"), 8
    if length == 1:
        length, begin = int.from_bytes(header[8:16], "big"), 16
    return header[4:8], begin, REST if length == 0 else length
