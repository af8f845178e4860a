"""A spool in a folder: the audio of a job is one file that grows."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from audiosvc.jobs.spool import AUDIO, explained


class LocalSpool:
    """Appends and syncs, so that what was committed outlives the machine's power."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.expanduser().absolute()

    def append(self, job_id: str, at: int, data: bytes) -> None:
        """Cuts the file at the offset, then writes; a write that fails leaves the file as it was.

        Raises StorageFull, OutputError.
        """
        with explained("written"):
            path = self._path(job_id, AUDIO)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "r+b", buffering=0) as file:
                file.truncate(at)
                file.seek(at)
                try:
                    write_all(file, data)
                    os.fsync(file.fileno())
                except OSError:
                    with suppress(OSError):
                        file.truncate(at)
                    raise

    def open_audio(self, job_id: str, size_bytes: int) -> BinaryIO:  # noqa: ARG002 - of the port
        """The file. Raises OutputError."""
        with explained("read"):
            return self._path(job_id, AUDIO).open("rb")

    @contextmanager
    def create(self, job_id: str, name: str) -> Iterator[BinaryIO]:
        """A new file, synced at the end and gone if that is not reached."""
        path = self._path(job_id, name)
        with explained("written"):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with path.open("xb") as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
            except BaseException:
                path.unlink(missing_ok=True)
                raise

    def read(self, job_id: str, name: str, start: int, count: int) -> bytes:
        """A range of a file. Raises OutputError."""
        with explained("read"), self._path(job_id, name).open("rb") as file:
            file.seek(start)
            return file.read(count)

    def remove(self, job_id: str) -> None:
        """Removes the folder of a job."""
        with explained("cleared"), suppress(FileNotFoundError):
            shutil.rmtree(self._folder / job_id)

    def remove_audio(self, job_id: str) -> None:
        """Removes the file."""
        with explained("cleared"):
            self._path(job_id, AUDIO).unlink(missing_ok=True)

    def remove_rest(self, job_id: str) -> None:
        """Removes the other files."""
        with explained("cleared"), suppress(FileNotFoundError):
            for path in (self._folder / job_id).iterdir():
                if path.name != AUDIO:
                    path.unlink(missing_ok=True)

    def list_jobs(self) -> list[str]:
        """The folders here."""
        with explained("read"), suppress(FileNotFoundError):
            return [entry.name for entry in self._folder.iterdir() if entry.is_dir()]
        return []

    def _path(self, job_id: str, name: str) -> Path:
        return self._folder / job_id / name


def write_all(file: BinaryIO, data: bytes) -> None:
    """Writes to an unbuffered file, which may take less than it is given."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
