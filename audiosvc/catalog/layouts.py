"""What files a model consists of, on the hub or in a folder, by the library that loads it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from audiosvc.catalog import safetensors
from audiosvc.catalog.cards import LayoutName

INDEX = "model.safetensors.index.json"
PIPELINE = "config.yaml"
PLAIN_NAME = re.compile(r"\w[\w.-]*")


def _nothing(folder: Path) -> list[str]:
    del folder
    return []


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of one kind of model.

    holds: what a folder with these files is, in words. patterns: what is fetched and checked, and
    nothing beside it. needed: of each entry, one file at least has to be there. named: the further
    files that those which are there ask for. hint: what to say behind what is missing.
    """

    holds: str
    patterns: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]
    named: Callable[[Path], list[str]] = _nothing
    hint: str = ""

    def files(self, folder: Path) -> list[Path]:
        """The files of the model that are there, in order of name."""
        found = {path for pattern in self.patterns for path in folder.glob(pattern)}
        return sorted(path for path in found if path.is_file())

    def missing(self, folder: Path) -> str | None:
        """What has to be there and is not: ``it has no model.bin and no tokenizer.json``."""
        absent = [
            " or ".join(names)
            for names in self.needed
            if not any((folder / name).is_file() for name in names)
        ]
        return f"it has no {' and no '.join(absent)}{self.hint}" if absent else None

    def damage(self, folder: Path) -> dict[Path, str]:
        """Files that are cut off, or asked for by others and not there; with what is wrong."""
        absent = [folder / name for name in self.named(folder)]
        found = {path: "is not there" for path in absent if not path.is_file()}
        for path in self.files(folder):
            if path.suffix == ".safetensors" and (wrong := safetensors.find_damage(path)):
                found[path] = wrong
            elif path.name == INDEX and _shards(folder) is None:
                found[path] = "does not tell the names of the weights"
        return found


def _shards(folder: Path) -> list[str] | None:
    """The weight files that an index names; None when it cannot be read, or they lie elsewhere."""
    try:
        names = set(json.loads((folder / INDEX).read_bytes())["weight_map"].values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    plain = all(isinstance(name, str) and PLAIN_NAME.fullmatch(name) for name in names)
    return sorted(names) if names and plain else None


def _named_by_index(folder: Path) -> list[str]:
    return (_shards(folder) or []) if (folder / INDEX).is_file() else []


def _named_by_pipeline(folder: Path) -> list[str]:
    """The checkpoints of a pyannote pipeline; ``$model/`` stands for its own folder."""
    try:
        text = (folder / PIPELINE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    names: list[str] = []
    for part in sorted(set(re.findall(r"\$model/([\w-]+)", text))):
        if part == "plda":
            names += ["plda/plda.npz", "plda/xvec_transform.npz"]
        else:
            names.append(f"{part}/pytorch_model.bin")
    return names


LAYOUTS: dict[LayoutName, Layout] = {
    # No pickles and no code: CTranslate2's model.bin is a plain list of tensors.
    "whisper": Layout(
        holds="a Whisper for CTranslate2",
        patterns=(
            "config.json",
            "preprocessor_config.json",
            "model.bin",
            "tokenizer.json",
            "vocabulary.*",
        ),
        needed=(
            ("config.json",),
            ("model.bin",),
            ("tokenizer.json",),
            ("vocabulary.json", "vocabulary.txt"),
        ),
    ),
    # Never *.bin, *.pt or *.py.
    "safetensors": Layout(
        holds="a model for transformers",
        patterns=(
            "config.json",
            "generation_config.json",
            "model*.safetensors",
            INDEX,
            "preprocessor_config.json",
            "processor_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "chat_template.json",
            "*.jinja",
        ),
        needed=(
            ("config.json",),
            ("model.safetensors", INDEX),
            ("preprocessor_config.json", "processor_config.json"),
            ("tokenizer.json", "vocab.json"),
        ),
        named=_named_by_index,
        hint=" (weights come as safetensors alone; pickles are not loaded)",
    ),
    # Its checkpoints are pickles, which the backend loads with a list of what may be in them.
    "pyannote": Layout(
        holds="a pyannote pipeline",
        patterns=(PIPELINE, "*/pytorch_model.bin", "plda/*.npz"),
        needed=((PIPELINE,),),
        named=_named_by_pipeline,
    ),
}
