"""Decodes any recording as a stream of 16 kHz mono blocks."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path
from typing import BinaryIO

from audiosvc.audio.blocks import Cut, join_chunks, to_blocks
from audiosvc.audio.container import RawFormat, first_audio_stream, open_container
from audiosvc.audio.downmix import Downmix
from audiosvc.audio.guard import UNBOUNDED, Guard
from audiosvc.audio.length import is_cut_off, length_s, promised_s
from audiosvc.audio.reading import Reading
from audiosvc.audio.resample import SAMPLE_RATE_HZ
from audiosvc.errors import AudioNotFound, AudioUnreadable
from audiosvc.types import Audio, Notice


def decode(  # noqa: PLR0913 - each of them is one thing to say about a recording
    source: str | PathLike[str] | BinaryIO,
    *,
    name: str | None = None,
    raw: RawFormat | None = None,
    start_s: float = 0.0,
    end_s: float | None = None,
    notices: list[Notice] | None = None,
    guard: Guard = UNBOUNDED,
    rate_hz: int = SAMPLE_RATE_HZ,
) -> Iterator[Audio]:
    """Consecutive blocks of a few seconds, 16 kHz mono, with their times in the recording.

    source: a path, or a binary file that can seek. name: for messages. raw: what the bytes mean
    when they have no header. notices: what had to be repaired is added to this list at the end.
    guard: what the reading may cost. rate_hz: of the blocks. Raises AudioError when nothing can be
    read, AudioTooLong as soon as more than the guard admits was read, and what the guard's check
    raises.
    """
    name = name or _name_of(source)
    cut = Cut(start_s, end_s)
    with _opened(source, name) as file, open_container(file, name, raw, guard) as container:
        stream = first_audio_stream(container, name)
        reading = Reading(name, container, stream, cut, guard)
        reading.promised_s = promised_s(file, container, stream)
        reading.broke_off = is_cut_off(file, container)
        downmix = Downmix()
        empty = True
        for block in to_blocks(join_chunks(reading.chunks()), cut, downmix, rate_hz):
            empty = False
            yield block
        if empty:
            raise reading.empty()
        if notices is not None:
            notices += [*reading.notices(), *downmix.notices(name)]


def hint_length_s(
    source: str | PathLike[str] | BinaryIO, *, name: str | None = None, raw: RawFormat | None = None
) -> float | None:
    """How long the recording says it is, in seconds; a guess for some formats, None for others.

    Raises AudioError as ``decode`` does.
    """
    name = name or _name_of(source)
    with _opened(source, name) as file, open_container(file, name, raw) as container:
        return length_s(container, first_audio_stream(container, name))


def _name_of(source: str | PathLike[str] | BinaryIO) -> str:
    if isinstance(source, (str, PathLike)):
        return fspath(source)
    return str(getattr(source, "name", "the given file"))


@contextmanager
def _opened(source: str | PathLike[str] | BinaryIO, name: str) -> Iterator[BinaryIO]:
    if not isinstance(source, (str, PathLike)):
        source.seek(0)
        yield source
        return
    path = Path(fspath(source))
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise AudioNotFound(f"{name} is a directory. Name a file in it.")
        if not stat.S_ISREG(mode):
            raise AudioNotFound(f"{name} is not a file, and cannot be read twice.")
        file = path.open("rb")
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise AudioNotFound(
            f"{name} is not there. Check the path; addresses are not fetched."
        ) from error
    except OSError as error:
        raise AudioUnreadable(f"{name} cannot be opened: {error.strerror}.") from error
    with file:
        yield file
