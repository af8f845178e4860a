"""What a caller has, as parts of bounded size that can be read again from any place."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePath
from types import TracebackType
from typing import Any, BinaryIO, Protocol

import numpy as np
import numpy.typing as npt

from audiosvc.client.pcm import to_pcm
from audiosvc.errors import AudioNotFound, AudioUnreadable, OptionError, OutputError
from audiosvc.wire.config import Pcm

PART_BYTES = 256 * 1024
MOST_NAME = 200

Recording = str | os.PathLike[str] | bytes | BinaryIO | npt.NDArray[Any]
"""A path, ``-`` for standard input, the bytes of a file, a binary stream, or samples."""


class Bytes(Protocol):
    """Where the bytes lie. size_bytes: None for a stream, which can be read once only."""

    size_bytes: int | None

    def read(self, offset: int, limit: int) -> bytes:
        """Up to ``limit`` bytes from a place on, none behind the end."""

    def close(self) -> None:
        """Lets go of what was opened."""


class Upload:
    """A recording to be sent; close it when done, or use it in a ``with``.

    name: for people. pcm: what the bytes are when they have no header.
    """

    def __init__(self, name: str, data: Bytes, pcm: Pcm | None = None) -> None:
        self.name = name
        self.pcm = pcm
        self.data = data

    @property
    def size_bytes(self) -> int | None:
        """Of the whole; None for a stream."""
        return self.data.size_bytes

    @property
    def display_name(self) -> str:
        """The name without folders: whoever runs the server need not know them."""
        return PurePath(self.name).name[:MOST_NAME]

    def parts(self, offset: int = 0) -> Iterator[bytes]:
        """The bytes from a place on, at most ``PART_BYTES`` at a time. Raises AudioUnreadable."""
        while part := self.read(offset):
            offset += len(part)
            yield part

    def read(self, offset: int) -> bytes:
        """Up to ``PART_BYTES`` from a place on, none behind the end. Raises AudioUnreadable."""
        try:
            return self.data.read(offset, PART_BYTES)
        except OSError as error:
            raise AudioUnreadable(f"{self.name} cannot be read: {error.strerror}.") from error

    def close(self) -> None:
        """Lets go of what was opened for this upload."""
        self.data.close()

    def __enter__(self) -> Upload:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_upload(
    what: Recording,
    *,
    sample_rate_hz: int | None = None,
    pcm: Pcm | None = None,
    again: bool = False,
) -> Upload:
    """An upload for whatever a caller has.

    sample_rate_hz: for samples, and only for them. pcm: for bytes without a header. again: parts
    may be asked for twice, so that a stream is kept in a temporary file first. Raises OptionError,
    AudioNotFound, AudioUnreadable, OutputError.
    """
    if isinstance(what, np.ndarray):
        if sample_rate_hz is None or pcm is not None:
            raise OptionError("Samples in memory need their sample_rate_hz, and take no pcm.")
        data, pcm = to_pcm(what, sample_rate_hz)
        return Upload("the given samples", _Memory(data), pcm)
    if sample_rate_hz is not None:
        raise OptionError("A sample rate is only for samples in memory; see pcm for raw PCM.")
    if isinstance(what, (bytes, bytearray, memoryview)):
        upload = Upload("the given bytes", _Memory(memoryview(what).cast("B")), pcm)
    elif isinstance(what, (str, os.PathLike)):
        upload = _open_path(os.fspath(what), pcm, again)
    else:
        name = str(getattr(what, "name", "the given stream"))
        upload = Upload(name, _from_file(what, name, again), pcm)
    if upload.size_bytes == 0:
        upload.close()
        raise AudioUnreadable(f"{upload.name} is empty: it has 0 bytes.")
    return upload


def _open_path(name: str, pcm: Pcm | None, again: bool) -> Upload:
    if name == "-":
        return Upload("standard input", _from_file(sys.stdin.buffer, "standard input", again), pcm)
    try:
        if Path(name).is_dir():
            raise AudioNotFound(f"{name} is a directory. Name a file in it.")
        file = Path(name).open("rb")  # noqa: SIM115 - the upload closes it
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise AudioNotFound(
            f"{name} is not there. Check the path; addresses are not fetched."
        ) from error
    except OSError as error:
        raise AudioUnreadable(f"{name} cannot be opened: {error.strerror}.") from error
    return Upload(name, _from_file(file, name, again, owned=True), pcm)


def _from_file(file: BinaryIO, name: str, again: bool, *, owned: bool = False) -> Bytes:
    if file.seekable():
        return _File(file, owned)
    if not again:
        return _Once(file, owned)
    try:
        kept = tempfile.TemporaryFile()  # noqa: SIM115 - the upload closes it
        shutil.copyfileobj(file, kept, PART_BYTES)
        kept.seek(0)
    except OSError as error:
        raise OutputError(
            f"{name} cannot be kept in {tempfile.gettempdir()}: {error.strerror}. Make room "
            "there, or name another directory in TMPDIR."
        ) from error
    finally:
        if owned:
            file.close()
    return _File(kept, owned=True)


class _Memory:
    def __init__(self, data: memoryview) -> None:
        self._data = data
        self.size_bytes: int | None = len(data)

    def read(self, offset: int, limit: int) -> bytes:
        return bytes(self._data[offset : offset + limit])

    def close(self) -> None:
        """Memory goes by itself."""


class _File:
    """A file from where it stands. owned: to be closed here."""

    def __init__(self, file: BinaryIO, owned: bool) -> None:
        self._file = file
        self._owned = owned
        self._start = file.tell()
        self.size_bytes: int | None = file.seek(0, os.SEEK_END) - self._start

    def read(self, offset: int, limit: int) -> bytes:
        self._file.seek(self._start + offset)
        return self._file.read(limit)

    def close(self) -> None:
        if self._owned:
            self._file.close()


class _Once:
    """A stream: each byte can be had once, in order."""

    def __init__(self, file: BinaryIO, owned: bool) -> None:
        self._file = file
        self._owned = owned
        self.size_bytes: int | None = None
        # What comes slowly is sent as it comes.
        self._take = getattr(file, "read1", file.read)

    def read(self, offset: int, limit: int) -> bytes:  # noqa: ARG002 - as the others have it
        data: bytes = self._take(limit) or b""
        return data

    def close(self) -> None:
        if self._owned:
            self._file.close()
