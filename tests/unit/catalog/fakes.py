"""Hand-written stand-ins for the backends, and for the hub."""

from __future__ import annotations

import hashlib
from pathlib import Path

HALVES = (b"first half, ", b"second half")
WHOLE = b"".join(HALVES)
SMALL = b'{"small": true}'
WHISPER_FILES = {
    "config.json": SMALL,
    "model.bin": WHOLE,
    "tokenizer.json": b"{}",
    "vocabulary.txt": b"a\nb\n",
}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Recognizer:
    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        self.folder = folder
        self.threads = threads


class Embedder:
    def __init__(self, path: Path, *, threads: int = 1) -> None:
        self.weights = path.read_bytes()
        self.threads = threads


class Cascade:
    def __init__(self, *, recognizer: Recognizer, embedder: Embedder, threads: int = 1) -> None:
        self.recognizer = recognizer
        self.embedder = embedder
        self.threads = threads


class NeedsAbsentLibrary:
    def __init__(self, path: Path) -> None:
        import library_that_is_absent  # noqa: F401


class Breaks:
    def __init__(self, path: Path) -> None:
        raise RuntimeError("out of luck\nsecond line")


class FakeHub:
    """Stores a repository as the hub's client does: bytes by digest, and links to them."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self.files = dict(WHISPER_FILES)
        self.calls: list[dict[str, object]] = []

    def __call__(self, repository: str, *, revision: str | None, allow_patterns: list[str]) -> str:
        self.calls.append(
            {"repository": repository, "revision": revision, "patterns": allow_patterns}
        )
        commit = revision or "c" * 40
        root = self.cache / f"models--{repository.replace('/', '--')}"
        folder = root / "snapshots" / commit
        for each in (folder, root / "blobs", root / "refs"):
            each.mkdir(parents=True, exist_ok=True)
        (root / "refs" / "main").write_text(commit)
        for name, data in self.files.items():
            blob = root / "blobs" / self.digest(name, data)
            if not blob.exists():
                blob.write_bytes(data)
            if not (folder / name).is_symlink():
                (folder / name).symlink_to(Path("..", "..", "blobs", blob.name))
        return str(folder)

    def or_cached(self, repository: str, **options: object) -> str:
        """In place of the client's function, which also finds what is cached."""
        if options.pop("local_files_only", False):
            return str(next(self.cache.glob(f"*{repository.replace('/', '--')}/snapshots/*")))
        return self(repository, **options)

    @staticmethod
    def digest(name: str, data: bytes) -> str:
        """Large files go by sha256, small ones by git's sha1."""
        if name == "model.bin":
            return sha256(data)
        header = f"blob {len(data)}\0".encode()
        return hashlib.sha1(header + data, usedforsecurity=False).hexdigest()
