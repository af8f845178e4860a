"""One recording after the other, with one loading of the models."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from audiosvc.cli.exits import printable
from audiosvc.cli.output import say, tell, write
from audiosvc.cli.progress import ProgressLine
from audiosvc.cli.report import Follower, name_speakers, summarise
from audiosvc.errors import AudioNotFound, ModelError, ModelFailed, OptionError
from audiosvc.settings import Settings
from audiosvc.types import Finished, Hints, Progress, Transcript

if TYPE_CHECKING:
    from audiosvc.audio.container import RawFormat
    from audiosvc.audio.sources import Source
    from audiosvc.service import Models

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is the same for all files of one call. directory: None prints the first format."""

    formats: tuple[str, ...]
    directory: Path | None
    names: dict[str, str]
    hints: Hints
    start_s: float = 0.0
    end_s: float | None = None
    raw: RawFormat | None = None
    quiet: bool = False
    follow: bool = False


def transcribe_all(files: Sequence[str], settings: Settings, wishes: Wishes) -> int:
    """Transcribes each file, and returns the exit code of the first that failed, or 0.

    Raises OptionError, OutputError or ModelError for what would fail with every file.
    """
    from audiosvc.export.files import prepare_directory, unique_stems  # noqa: PLC0415 - after --help

    named = ["stdin" if file == STDIN else file for file in files]
    if wishes.directory is None:
        stems = [Path(name).stem for name in named]
    else:
        stems = unique_stems(named)
        prepare_directory(wishes.directory)  # before hours of work
    return next((code for code in list(_codes(files, stems, settings, wishes)) if code), 0)


def _codes(
    files: Sequence[str], stems: Sequence[str], settings: Settings, wishes: Wishes
) -> Iterator[int]:
    """The exit code of each file. A lone file raises what went wrong."""
    models: Models | None = None
    for file, stem in zip(files, stems, strict=True):
        try:
            with _open(file, wishes) as source:
                models = models or _load(source, settings)
                heading = printable(file) if len(files) > 1 else None
                _transcribe(source, stem, settings, wishes, models, heading)
            yield 0
        except Exception as error:
            everywhere = isinstance(error, (ModelError, OptionError))
            if len(files) == 1 or (everywhere and not isinstance(error, ModelFailed)):
                raise
            yield tell(error)


def _open(file: str, wishes: Wishes) -> Source:
    from audiosvc.audio.open import open_source  # noqa: PLC0415 - after --help

    if file == STDIN and (sys.stdin is None or sys.stdin.isatty()):
        raise AudioNotFound("Standard input (-) holds no recording: redirect a file into it.")
    return open_source(file, start_s=wishes.start_s, end_s=wishes.end_s, raw=wishes.raw)


def _load(source: Source, settings: Settings) -> Models:
    """The models, unless the recording cannot even be opened: that is told at once."""
    from audiosvc.service import load_models  # noqa: PLC0415 - after --help

    _ = source.duration_s
    return load_models(settings)


def _transcribe(
    source: Source,
    stem: str,
    settings: Settings,
    wishes: Wishes,
    models: Models,
    heading: str | None,
) -> None:
    from audiosvc import service  # noqa: PLC0415 - after --help

    follower = Follower(heading) if wishes.follow else None
    transcript = None
    with ProgressLine(Path(source.name).name, quiet=wishes.quiet) as line:
        for event in service.stream(source, settings, models, hints=wishes.hints):
            if isinstance(event, Progress):
                line.show(event)
            elif isinstance(event, Finished):
                transcript = event.transcript
            elif follower:
                follower.show(event)
    assert transcript is not None
    if follower:
        follower.finish()
    transcript = name_speakers(transcript, wishes.names)
    _deliver(transcript, stem, wishes, heading)
    if not wishes.quiet:
        summarise(transcript, source.name, line.elapsed_s)


def _deliver(transcript: Transcript, stem: str, wishes: Wishes, heading: str | None) -> None:
    from audiosvc.export.files import write_exports  # noqa: PLC0415 - after --help
    from audiosvc.export.formats import serialise  # noqa: PLC0415

    if wishes.directory is not None:
        for path in write_exports(transcript, stem, wishes.formats, wishes.directory):
            if not wishes.quiet:
                say(f"wrote {path}")
    elif not wishes.follow:
        if heading and wishes.formats == ("txt",):
            write(f"== {heading}")
        write(serialise(transcript, wishes.formats[0], stem).rstrip("\n"))
