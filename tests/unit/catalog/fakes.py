"""Hand-written stand-ins for the backends, and for the hub."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from fnmatch import fnmatch
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


def safetensors(tensors: dict[str, bytes]) -> bytes:
    """As the format has it: the header's length, the header, the tensors."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, data in tensors.items():
        header[name] = {"dtype": "U8", "shape": [len(data)], "data_offsets": [end, end + len(data)]}
        end += len(data)
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + b"".join(tensors.values())


SHARDS = {
    "model-00001-of-00002.safetensors": safetensors({"a": b"12345678"}),
    "model-00002-of-00002.safetensors": safetensors({"b": b"1234"}),
}
INDEX = json.dumps({"weight_map": dict(zip("ab", SHARDS, strict=True))}).encode()
MOSS_FILES = {
    "config.json": b'{"model_type": "moss_transcribe_diarize"}',
    "generation_config.json": b"{}",
    "processor_config.json": b"{}",
    "tokenizer.json": b"{}",
    "chat_template.jinja": b"{{ messages }}",
    "model.safetensors.index.json": INDEX,
    **SHARDS,
}
CTC_FILES = {
    "config.json": b'{"model_type": "wav2vec2", "architectures": ["Wav2Vec2ForCTC"]}',
    "preprocessor_config.json": b"{}",
    "vocab.json": b"{}",
    "model.safetensors": safetensors({"a": b"12"}),
}
PIPELINE = b"""
pipeline:
  name: pyannote.audio.pipelines.SpeakerDiarization
  params:
    embedding: $model/embedding
    plda: $model/plda
    segmentation: $model/segmentation
"""
PYANNOTE_FILES = {
    "config.yaml": PIPELINE,
    "embedding/pytorch_model.bin": b"pickle one",
    "plda/plda.npz": b"numbers",
    "plda/xvec_transform.npz": b"numbers",
    "segmentation/pytorch_model.bin": b"pickle two",
}
UNWANTED = ("pytorch_model.bin", "modeling_moss.py", "weights.pt", "tf_model.h5", "README.md")
"""What lies in repositories beside a model, and is not for us."""


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


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
    def __init__(
        self,
        *,
        recognizer: Recognizer,
        embedder: Embedder,
        threads: int = 1,
        diarizer: object = None,
    ) -> None:
        self.recognizer = recognizer
        self.embedder = embedder
        self.threads = threads
        self.diarizer = diarizer


class Computing:
    """A model that is told where to compute: joint, an aligner, a diarizer."""

    def __init__(self, where: object, *, threads: int = 1, **options: str) -> None:
        self.where = where
        self.threads = threads
        self.options = options


class Joint:
    def __init__(
        self,
        model: Computing,
        embedder: Embedder,
        *,
        threads: int = 1,
        spare: Callable[[], object] | None = None,
        aligner: Callable[[str | None], object] | None = None,
    ) -> None:
        self.model = model
        self.embedder = embedder
        self.threads = threads
        self.spare = spare
        self.aligner = aligner


class NeedsAbsentLibrary:
    def __init__(self, path: Path) -> None:
        import library_that_is_absent  # noqa: F401


class NeedsNewerLibrary:
    def __init__(self, path: Path) -> None:
        from json import what_a_newer_one_has  # type: ignore[attr-defined]  # noqa: F401


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
            if not any(fnmatch(name, pattern) for pattern in allow_patterns):
                continue
            (folder / name).parent.mkdir(exist_ok=True)
            blob = root / "blobs" / self.digest(name, data)
            if not blob.exists():
                blob.write_bytes(data)
            if not (folder / name).is_symlink():
                up = [".."] * (2 + name.count("/"))
                (folder / name).symlink_to(Path(*up, "blobs", blob.name))
        return str(folder)

    def or_cached(self, repository: str, **options: object) -> str:
        """In place of the client's function, which also finds what is cached."""
        if options.pop("local_files_only", False):
            return str(next(self.cache.glob(f"*{repository.replace('/', '--')}/snapshots/*")))
        return self(repository, **options)

    @staticmethod
    def digest(name: str, data: bytes) -> str:
        """Large files go by sha256, small ones by git's sha1."""
        if name.endswith((".bin", ".safetensors", ".npz")):
            return sha256(data)
        header = f"blob {len(data)}\0".encode()
        return hashlib.sha1(header + data, usedforsecurity=False).hexdigest()
