"""Whether a folder holds a whole model, found out without reading its weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from audiosvc.errors import ModelCorrupt, ModelMissing

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
_LENGTH_BYTES = 8  # a safetensors file begins with the length of its header
_MOST_HEADER_BYTES = 100_000_000  # as the format's own reader has it


def check_folder(folder: Path, model_type: str, way_out: str) -> None:
    """way_out: what brings the right files.

    Raises ModelMissing when there is no such model, ModelCorrupt when it is another or not whole.
    """
    if not folder.is_dir():
        raise ModelMissing(f"There is no folder {folder}. {way_out}")
    config = _read_json(folder / "config.json", way_out)
    found = config.get("model_type")
    if found != model_type:
        raise ModelCorrupt(
            f"{folder} holds a model of the type {found!r}, not {model_type!r}. {way_out}"
        )
    for path in _weight_files(folder, way_out):
        _check_whole(path, way_out)


def _weight_files(folder: Path, way_out: str) -> list[Path]:
    if (folder / WEIGHTS).is_file():
        return [folder / WEIGHTS]
    if not (folder / INDEX).is_file():
        raise ModelMissing(f"{folder} holds no weights ({WEIGHTS}). {way_out}")
    shards = _read_json(folder / INDEX, way_out).get("weight_map")
    if not isinstance(shards, dict) or not shards:
        raise ModelCorrupt(f"{folder / INDEX} names no weights. {way_out}")
    paths = [folder / Path(str(name)).name for name in sorted(set(shards.values()))]
    absent = [path.name for path in paths if not path.is_file()]
    if absent:
        raise ModelCorrupt(
            f"{folder} is half downloaded: {len(absent)} of {len(paths)} weight files are not "
            f"there, such as {absent[0]}. {way_out}"
        )
    return paths


def _check_whole(path: Path, way_out: str) -> None:
    """A header tells where the last tensor ends, and there the file has to end."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        if size <= _LENGTH_BYTES or length > _MOST_HEADER_BYTES:
            raise ModelCorrupt(f"{path} is no safetensors file. {way_out}")
        text = file.read(length)
    if len(text) == length:
        wanted = _LENGTH_BYTES + length + _last_byte(path, text, way_out)
    else:
        wanted = _LENGTH_BYTES + length
    if size != wanted:
        raise ModelCorrupt(
            f"{path} is cut off or damaged: it has {size:,} bytes, and its header speaks of "
            f"{'at least ' if len(text) < length else ''}{wanted:,}. {way_out}"
        )


def _last_byte(path: Path, text: bytes, way_out: str) -> int:
    try:
        header = json.loads(text)
        return max(
            (int(entry["data_offsets"][1]) for name, entry in header.items() if name[:2] != "__"),
            default=0,
        )
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise ModelCorrupt(f"{path} is no safetensors file. {way_out}") from error


def _read_json(path: Path, way_out: str) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise ModelMissing(
            f"{path.parent} is not the folder of a model: it holds no {path.name}. {way_out}"
        ) from error
    except (OSError, ValueError) as error:
        raise ModelCorrupt(f"{path} cannot be read: {error}. {way_out}") from error
    if not isinstance(content, dict):
        raise ModelCorrupt(f"{path} cannot be read: it is no JSON object. {way_out}")
    return content
