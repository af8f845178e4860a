"""How a container is found out: at leisure in a file, at once in a live stream.

Left to itself the library looks at kilobytes before it says what they are, and at seconds of sound
before it gives the first of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from audiosvc.audio.mp4 import begins_as_mp4

# What begins so is that, whatever follows. MP3, AAC and others have no such mark.
MP4 = "mov"
MARKS = {b"OggS": "ogg", b"\x1aE\xdf\xa3": "matroska", b"fLaC": "flac", b"FLV": "flv"}
MARK_BYTES = 12
# As far as a header is looked for here, before the library is left to find it.
HEAD_BYTES = 16 * 1024
# Of these every packet is like every other, so that the first ones tell all.
UNIFORM = (b"ID3", b"FORM", b".snd", b"\x0bw")


@dataclass(frozen=True, slots=True)
class Probing:
    """format_name: of libavformat, None to find it out. options: of libavformat."""

    format_name: str | None = None
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


UNHURRIED = Probing()


def quick_probing(head: bytes) -> Probing:
    """For a stream that begins with ``head``, at least ``MARK_BYTES`` unless it is shorter."""
    found = MP4 if begins_as_mp4(head) else None
    for mark, name in MARKS.items():
        found = name if head.startswith(mark) else found
    is_frame = head[:1] == b"\xff" and head[1:2] >= b"\xe0"
    if is_frame or head.startswith(UNIFORM):
        options = {"probesize": "2048", "analyzeduration": "100000"}
    else:
        options = {"probesize": "262144", "analyzeduration": "500000"}
    # Where nothing is recognized, the stream is refused after so many bytes.
    options["formatprobesize"] = "262144"
    return Probing(found, options)


def keeps_its_index_at_the_end(peek: Callable[[int], bytes]) -> bool:
    """Whether an MP4 file begins, whose sound comes before what is needed to read it.

    peek: gives so many first bytes, fewer at the end.
    """
    if peek(MARK_BYTES)[4:8] != b"ftyp":
        return False
    at = 0
    while at + 8 <= HEAD_BYTES:
        box = peek(at + 8)[at:]
        if box[4:] in (b"mdat", b"moov", b"moof", b""):
            return box[4:] == b"mdat"
        at += max(8, int.from_bytes(box[:4], "big"))
    return False
