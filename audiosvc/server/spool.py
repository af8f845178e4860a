"""Room on disk for recordings that come over a stream."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path

from audiosvc.errors import Cancelled, OutputError, StorageFull, TooLarge

RETRY_S = 30.0
MIB = 1024**2


class Spool:
    """One folder, and how much may lie in it."""

    def __init__(self, folder: Path, *, max_file_bytes: int, max_bytes: int) -> None:
        """max_bytes: of all files together. Raises OutputError when the folder cannot be used."""
        self._folder = folder
        self.max_file_bytes = max_file_bytes
        self._max_bytes = max_bytes
        self._used_bytes = 0
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError as error:
            raise OutputError(f"Nothing can be kept in {folder}: {error.strerror}.") from error

    @property
    def used_bytes(self) -> int:
        """Of all files together."""
        return self._used_bytes

    def open(self, name: str) -> SpoolFile:
        """A new file. name: for messages."""
        return SpoolFile(self, self._folder, name)

    def take(self, count: int, size_bytes: int, name: str) -> None:
        """Room for ``count`` more bytes of a file. Raises TooLarge, StorageFull."""
        if size_bytes + count > self.max_file_bytes:
            raise TooLarge(
                f"{name} has more than {self.max_file_bytes / MIB:,.0f} MiB, the most that this "
                "server takes. Send it in a denser format such as FLAC or Opus."
            )
        with self._lock:
            if self._used_bytes + count > self._max_bytes:
                raise full()
            self._used_bytes += count

    def give_back(self, count: int) -> None:
        """The room of a file that is gone."""
        with self._lock:
            self._used_bytes -= count


class SpoolFile:
    """A file without a name: nobody else can open it, and it goes with the process at the latest.

    Nothing is left to be swept up after a crash.
    """

    def __init__(self, spool: Spool, folder: Path, name: str) -> None:
        self.size_bytes = 0
        self._spool = spool
        self._name = name
        self._lock = threading.Lock()
        try:
            self.file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115
        except OSError as error:
            raise full() from error

    def write(self, data: bytes) -> None:
        """Adds data; from any thread. Raises TooLarge, StorageFull, Cancelled when it is closed."""
        with self._lock:
            if self.file.closed:
                raise Cancelled("The call has ended.")
            self._spool.take(len(data), self.size_bytes, self._name)
            self.size_bytes += len(data)
            try:
                self.file.seek(0, os.SEEK_END)  # whoever reads may have left it anywhere
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(self.file.fileno(), rest) :]
            except OSError as error:
                raise full() from error

    def close(self) -> None:
        """Removes it."""
        with self._lock:
            if not self.file.closed:
                self.file.close()
                self._spool.give_back(self.size_bytes)


def full() -> StorageFull:
    """No room now, but maybe soon."""
    return StorageFull("The server has no room for more audio now.", retry_after_s=RETRY_S)
