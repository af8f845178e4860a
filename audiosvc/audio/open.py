"""From whatever a caller has to a source."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from audiosvc.audio.container import RawFormat
from audiosvc.audio.sources import ArraySource, BytesSource, FileSource, Source
from audiosvc.audio.spool import StreamSource
from audiosvc.errors import OptionError

Recording = str | os.PathLike[str] | bytes | BinaryIO | npt.NDArray[Any]
"""A path, ``-`` for standard input, the bytes of a file, a binary stream, or samples."""


def open_source(
    what: Recording,
    *,
    start_s: float = 0.0,
    end_s: float | None = None,
    raw: RawFormat | None = None,
    sample_rate_hz: int | None = None,
) -> Source:
    """A source for ``what``; close it when done, or use it in a ``with``.

    raw: for bytes, files and streams without a header. sample_rate_hz: for samples, and only for
    them. Raises OptionError for a contradiction, AudioError or OutputError for a stream that
    cannot be kept; a file is not looked at before it is read.
    """
    if isinstance(what, np.ndarray):
        if sample_rate_hz is None or raw is not None:
            raise OptionError(
                "Samples in memory need their sample_rate_hz, and take no raw format."
            )
        return ArraySource(what, sample_rate_hz, start_s=start_s, end_s=end_s)
    if sample_rate_hz is not None:
        raise OptionError("A sample rate is only for samples in memory; see raw for raw PCM.")
    if isinstance(what, (bytes, bytearray, memoryview)):
        return BytesSource(bytes(what), start_s=start_s, end_s=end_s, raw=raw)
    if isinstance(what, (str, os.PathLike)):
        if os.fspath(what) == "-":
            return StreamSource(sys.stdin.buffer, start_s=start_s, end_s=end_s, raw=raw)
        if not _is_pipe(Path(what)):
            return FileSource(what, start_s=start_s, end_s=end_s, raw=raw)
        with Path(what).open("rb") as pipe:
            return StreamSource(pipe, name=os.fspath(what), start_s=start_s, end_s=end_s, raw=raw)
    name = str(getattr(what, "name", "the given stream"))
    return StreamSource(what, name=name, start_s=start_s, end_s=end_s, raw=raw)


def _is_pipe(path: Path) -> bool:
    try:
        return stat.S_ISFIFO(path.stat().st_mode)
    except (OSError, ValueError):
        return False
