"""Writing exports: a file is there whole under its name, or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath

from audiosvc.errors import OptionError, OutputError
from audiosvc.export.formats import FORMATS, format_named
from audiosvc.types import Transcript

_REASONS = {
    errno.ENOSPC: "the disk is full. Free some space and try again",
    errno.EDQUOT: "the disk quota is used up. Free some space and try again",
    errno.EACCES: "permission is denied. Choose a folder that you may write to",
    errno.EPERM: "permission is denied. Choose a folder that you may write to",
    errno.EROFS: "the disk is read-only. Choose another folder",
    errno.ENOTDIR: "a part of the path is a file, not a folder. Choose another folder",
    errno.EEXIST: "a file of that name is in the way. Choose another folder",
    errno.EISDIR: "a folder of that name is in the way. Move it or choose another folder",
    errno.ENAMETOOLONG: "the name is too long. Give the recording a shorter one",
}


def write_exports(
    transcript: Transcript, name: str, formats: Sequence[str], directory: Path
) -> list[Path]:
    """Write ``directory/<name><suffix>`` in each format, and return the paths.

    The directory is made when it is missing. Files of those names are replaced, all of them only
    after every new one lies whole on the disk. Raises OptionError for a format that does not
    exist, OutputError when something cannot be written; no part of a file is then left behind.
    """
    if not name or name in {".", ".."} or "\0" in name or PurePath(name).name != name:
        raise OutputError(f"{name!r} cannot be the name of a file.")
    chosen = [format_named(format_name) for format_name in dict.fromkeys(formats)]
    return write_texts(
        {f"{name}{item.suffix}": item.serialise(transcript, name) for item in chosen}, directory
    )


def write_texts(texts: Mapping[str, str], directory: Path) -> list[Path]:
    """Write texts by the names of their files, all or none of them, and return the paths.

    Raises OutputError.
    """
    contents = {directory / name: text for name, text in texts.items()}
    with _explained(directory):
        directory.mkdir(parents=True, exist_ok=True)
    _write_all(contents)
    return list(contents)


def prepare_directory(directory: Path) -> None:
    """Make the directory if it is missing, and see that it takes files, before any work is done.

    Raises OutputError.
    """
    with _explained(directory):
        directory.mkdir(parents=True, exist_ok=True)
        probe = directory / f".{secrets.token_hex(8)}.tmp"
        try:
            _write_through(probe, b"")
        finally:
            probe.unlink(missing_ok=True)


def unique_stems(paths: Sequence[str | Path]) -> list[str]:
    """A name for the exports of each recording: its stem, or where two would meet, its file name.

    ``a.wav, b.wav, b.mp3`` become ``a``, ``b.wav``, ``b.mp3``. Names that differ in case alone
    count as one, since some disks hold them for one. Raises OptionError when file names are the
    same too.
    """
    files = [PurePath(path) for path in paths]
    names = [file.stem for file in files]
    while clashing := _clashes(names):
        longer = [
            file.name if index in clashing else name
            for index, (file, name) in enumerate(zip(files, names, strict=True))
        ]
        if longer == names:
            first = files[min(clashing)]
            raise OptionError(
                f"The results of {len(clashing)} recordings, {first} among them, would have the "
                "same names. Transcribe them into different folders."
            )
        names = longer
    return names


def _clashes(names: Sequence[str]) -> set[int]:
    """Which of the names would write to the same file as another, in any format."""
    outputs = [
        {unicodedata.normalize("NFC", name + item.suffix).casefold() for item in FORMATS.values()}
        for name in names
    ]
    counts = Counter(output for own in outputs for output in own)
    return {index for index, own in enumerate(outputs) if any(counts[output] > 1 for output in own)}


def _write_all(contents: Mapping[Path, str]) -> None:
    written: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            with _explained(path):
                if path.is_dir():
                    raise IsADirectoryError(errno.EISDIR, "a folder is in the way", str(path))
                temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
                written[path] = temporary
                _write_through(temporary, content.encode())
        for path, temporary in written.items():
            with _explained(path):
                temporary.replace(path)
    finally:
        # Also after Ctrl-C. What has been moved to its name is no longer here.
        for temporary in written.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _write_through(path: Path, data: bytes) -> None:
    """Create the file and return when the disk holds it; the umask decides who may read it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o666), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or type(error).__name__)
        raise OutputError(f"{path} cannot be written: {reason}.") from error
