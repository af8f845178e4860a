"""Whether a safetensors file is whole, found out without reading its tensors.

The file begins with the length of a JSON header (8 bytes, little-endian). The header tells where
each tensor ends, counted from its own end: there the file has to end as well.
"""

from __future__ import annotations

import json
from pathlib import Path

LENGTH_BYTES = 8
MOST_HEADER_BYTES = 100_000_000  # the format's own limit


def find_damage(path: Path) -> str | None:
    """What is wrong with the file, to be said behind its name; None when it is whole."""
    size = path.stat().st_size
    if size < LENGTH_BYTES:
        return _ends_early(size)
    with path.open("rb") as file:
        length = int.from_bytes(file.read(LENGTH_BYTES), "little")
        if length > MOST_HEADER_BYTES:
            return "is no safetensors file"
        if size < LENGTH_BYTES + length:
            return _ends_early(size)
        header = file.read(length)
    tensors_end = _tensors_end(header)
    if tensors_end is None:
        return "is no safetensors file"
    wanted = LENGTH_BYTES + length + tensors_end
    if size != wanted:
        return f"has {size:,} bytes where its header says {wanted:,}"
    return None


def _ends_early(size: int) -> str:
    return f"ends after {size:,} bytes, in the midst of its header"


def _tensors_end(header: bytes) -> int | None:
    try:
        tensors = {name: one for name, one in json.loads(header).items() if name != "__metadata__"}
        return max((int(one["data_offsets"][1]) for one in tensors.values()), default=0)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None
