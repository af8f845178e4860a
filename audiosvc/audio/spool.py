"""A stream that can be read once, kept on disk so that it can be read again."""

from __future__ import annotations

import os
import tempfile
import weakref
from pathlib import Path
from typing import BinaryIO

from audiosvc.audio.container import RawFormat
from audiosvc.audio.guard import UNBOUNDED, Guard
from audiosvc.audio.sources import FileSource
from audiosvc.errors import AudioUnreadable, OutputError

LIMIT_BYTES = 8 * 1024**3
COPY_BYTES = 1024**2


class StreamSource(FileSource):
    """Standard input, a pipe, an upload: read to its end at once, into a temporary file.

    The file is only readable for this user. It goes with ``close``, with the object, or with the
    process, whichever comes first.
    """

    def __init__(  # noqa: PLR0913 - as for a file, and one more
        self,
        stream: BinaryIO,
        *,
        name: str = "standard input",
        start_s: float = 0.0,
        end_s: float | None = None,
        raw: RawFormat | None = None,
        limit_bytes: int = LIMIT_BYTES,
        guard: Guard = UNBOUNDED,
    ) -> None:
        """Raises AudioUnreadable for more than ``limit_bytes``, OutputError for a full disk."""
        handle, path = tempfile.mkstemp(prefix="audiosvc-")
        super().__init__(path, name=name, start_s=start_s, end_s=end_s, raw=raw, guard=guard)
        self._remove = weakref.finalize(self, Path(path).unlink, missing_ok=True)
        try:
            with os.fdopen(handle, "wb") as file:
                self._copy(stream, file, limit_bytes)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Removes the temporary file."""
        self._remove()

    def _copy(self, stream: BinaryIO, file: BinaryIO, limit_bytes: int) -> None:
        copied = 0
        while data := stream.read(COPY_BYTES):
            copied += len(data)
            if copied > limit_bytes:
                raise AudioUnreadable(
                    f"{self.name} is longer than {limit_bytes / 1024**2:,.0f} MiB. Save it as a "
                    "file and give that."
                )
            try:
                file.write(data)
                file.flush()
            except OSError as error:
                raise OutputError(
                    f"{self.name} cannot be kept in {tempfile.gettempdir()}: {error.strerror}. "
                    "Make room there, or name another directory in TMPDIR."
                ) from error
