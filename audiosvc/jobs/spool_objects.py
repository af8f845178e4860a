"""A spool behind an fsspec URL: what cannot be appended to, so that each part is an object."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, cast

import fsspec

from audiosvc.jobs.spool import AUDIO, explained

READ_AHEAD_BYTES = 1024**2


class ObjectSpool:
    """Parts are named by their offset, so that a part that is sent again replaces itself."""

    def __init__(self, url: str) -> None:
        """Raises ValueError, or ImportError when the package of that scheme is not here."""
        self._files, root = fsspec.core.url_to_fs(url)
        self._root = str(root).rstrip("/")

    def append(self, job_id: str, at: int, data: bytes) -> None:
        """One object. An object is there whole or not at all."""
        with explained("written"):
            for offset, path, _ in self._parts(job_id):
                if offset >= at:
                    self._files.rm_file(path)
            if data:
                self._files.makedirs(self._path(job_id, AUDIO), exist_ok=True)
                self._files.pipe_file(self._path(job_id, AUDIO, f"{at:016d}"), data)

    def open_audio(self, job_id: str, size_bytes: int) -> BinaryIO:
        """The parts as one file."""
        with explained("read"):
            parts = self._parts(job_id)
        raw = _Joined(self._files, parts, size_bytes)
        return cast(BinaryIO, io.BufferedReader(raw, READ_AHEAD_BYTES))

    @contextmanager
    def create(self, job_id: str, name: str) -> Iterator[BinaryIO]:
        """A new object, there when its context ends."""
        path = self._path(job_id, name)
        with explained("written"):
            self._files.makedirs(self._path(job_id), exist_ok=True)
            try:
                with self._files.open(path, "wb") as file:
                    yield file
            except BaseException:
                with suppress(FileNotFoundError, OSError):
                    self._files.rm_file(path)
                raise

    def read(self, job_id: str, name: str, start: int, count: int) -> bytes:
        """A range of an object."""
        with explained("read"):
            return bytes(self._files.cat_file(self._path(job_id, name), start, start + count))

    def remove(self, job_id: str) -> None:
        """Removes all objects of a job."""
        self._remove(self._path(job_id))

    def remove_audio(self, job_id: str) -> None:
        """Removes the parts."""
        self._remove(self._path(job_id, AUDIO))

    def remove_rest(self, job_id: str) -> None:
        """Removes the other objects."""
        with explained("read"), suppress(FileNotFoundError):
            self._files.invalidate_cache()
            for path in self._files.ls(self._path(job_id), detail=False):
                if _name(path) != AUDIO:
                    self._remove(path)

    def list_jobs(self) -> list[str]:
        """What lies at the root."""
        with explained("read"), suppress(FileNotFoundError):
            self._files.invalidate_cache()
            return [_name(path) for path in self._files.ls(self._root, detail=False)]
        return []

    def _remove(self, path: str) -> None:
        with explained("cleared"), suppress(FileNotFoundError):
            self._files.rm(path, recursive=True)

    def _parts(self, job_id: str) -> list[tuple[int, str, int]]:
        """Offset, path and size of each part, in order."""
        try:
            self._files.invalidate_cache()
            found = self._files.ls(self._path(job_id, AUDIO), detail=True)
        except FileNotFoundError:
            return []
        return sorted((int(_name(one["name"])), one["name"], int(one["size"])) for one in found)

    def _path(self, *names: str) -> str:
        return "/".join((self._root, *names))


class _Joined(io.RawIOBase):
    """Parts that follow each other, as one file."""

    def __init__(self, files: Any, parts: list[tuple[int, str, int]], size_bytes: int) -> None:  # noqa: ANN401
        self._files = files
        self._parts = parts
        self._offsets = [offset for offset, _, _ in parts]
        self._size = size_bytes
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("a file begins at 0")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - a buffer
        index = bisect_right(self._offsets, self._at) - 1
        if index < 0 or self._at >= self._size:
            return 0
        offset, path, size = self._parts[index]
        start = self._at - offset
        stop = min(size, start + len(buffer), self._size - offset)
        if stop <= start:
            return 0
        with explained("read"):
            data = self._files.cat_file(path, start, stop)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]
