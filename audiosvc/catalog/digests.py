"""Checks weight files against their digests, without reading 145 MB at every start.

A file that was read whole and found right is stamped: its digest, size, times and inode are noted
in the cache. While these stay what they were, the file is taken as checked; when one of them
differs, it is read again. A stamp guards against accidents. Somebody who may write to the cache
can forge it, as they could replace this program; ``audiosvc models verify`` ignores stamps.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path

from audiosvc.catalog.files import replacing

CHUNK_BYTES = 1 << 20


def digest_of(path: Path, like: str) -> str:
    """The file's digest of the same kind as ``like``: sha256, or git's sha1 of a blob."""
    if len(like) == 64:
        digest = hashlib.sha256()
    else:
        digest = hashlib.sha1(usedforsecurity=False)
        digest.update(f"blob {path.stat().st_size}\0".encode())
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


class Stamps:
    """The notes about checked files, one small file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def holds(self, path: Path, digest: str) -> bool:
        """Whether the file is as it was when it was found to have this digest."""
        try:
            noted = json.loads(self._note(path).read_text(encoding="utf-8"))
            return bool(noted == _state(path, digest))
        except (OSError, ValueError):
            return False

    def check(self, path: Path, digest: str) -> bool:
        """Whether the file has this digest, by its stamp or else by reading it whole."""
        if self.holds(path, digest):
            return True
        state = _state(path, digest)  # taken first: a change while reading must not be stamped
        if digest_of(path, digest) != digest:
            return False
        self._write(path, state)
        return True

    def forget(self, path: Path) -> None:
        """Drop the note about a file, so that it is read whole again."""
        with contextlib.suppress(OSError):
            self._note(path).unlink(missing_ok=True)

    def _write(self, path: Path, state: dict[str, str | int]) -> None:
        with contextlib.suppress(OSError):  # without a stamp, the next start reads the file again
            self._folder.mkdir(parents=True, exist_ok=True)
            with replacing(self._note(path)) as file:
                file.write(json.dumps(state).encode())

    def _note(self, path: Path) -> Path:
        name = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:32]
        return self._folder / f"{name}.json"


def _state(path: Path, digest: str) -> dict[str, str | int]:
    status = path.stat()
    return {
        "path": str(path.absolute()),
        "digest": digest,
        "size_bytes": status.st_size,
        "modified_ns": status.st_mtime_ns,
        "changed_ns": status.st_ctime_ns,
        "inode": status.st_ino,
    }
