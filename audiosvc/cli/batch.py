"""One recording after the other, wherever the work is done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from audiosvc.cli.exits import printable
from audiosvc.cli.output import say, tell, write
from audiosvc.cli.progress import ProgressLine
from audiosvc.cli.report import Follower, name_speakers, summarise
from audiosvc.errors import (
    AccessError,
    AudioNotFound,
    ModelError,
    ModelFailed,
    OptionError,
    ServerUnavailable,
)
from audiosvc.events import Finished, LiveEvent, Progress
from audiosvc.types import Transcript

STDIN = "-"
EVERYWHERE = (AccessError, ModelError, OptionError, ServerUnavailable)

Work = Callable[[str], AbstractContextManager[Iterator[LiveEvent]]]
"""Opens a recording and begins with it; the last event is ``Finished``."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is the same for all files of one call. directory: None prints the first format."""

    formats: tuple[str, ...]
    directory: Path | None
    names: dict[str, str]
    quiet: bool = False
    follow: bool = False


def transcribe_all(files: Sequence[str], work: Work, wishes: Wishes) -> int:
    """Transcribes each file, and returns the exit code of the first that failed, or 0.

    Raises OptionError, OutputError, ModelError, AccessError or ServerUnavailable for what would
    fail with every file.
    """
    from audiosvc.export.files import prepare_directory, unique_stems  # noqa: PLC0415 - after --help

    named = ["stdin" if file == STDIN else file for file in files]
    if wishes.directory is None:
        stems = [Path(name).stem for name in named]
    else:
        stems = unique_stems(named)
        prepare_directory(wishes.directory)  # before hours of work
    return next((code for code in list(_codes(files, stems, work, wishes)) if code), 0)


def refuse_terminal(file: str) -> None:
    """Raises AudioNotFound when a recording is expected from a keyboard."""
    if file == STDIN and (sys.stdin is None or sys.stdin.isatty()):
        raise AudioNotFound("Standard input (-) holds no recording: redirect a file into it.")


def deliver(transcript: Transcript, stem: str, wishes: Wishes, heading: str | None = None) -> None:
    """Writes the files, or prints the transcript unless it has been followed."""
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


def _codes(files: Sequence[str], stems: Sequence[str], work: Work, wishes: Wishes) -> Iterator[int]:
    """The exit code of each file. A lone file raises what went wrong."""
    for file, stem in zip(files, stems, strict=True):
        try:
            refuse_terminal(file)
            heading = printable(file) if len(files) > 1 else None
            _transcribe(file, stem, work, wishes, heading)
            yield 0
        except Exception as error:
            everywhere = isinstance(error, EVERYWHERE) and not isinstance(error, ModelFailed)
            if len(files) == 1 or everywhere:
                raise
            yield tell(error)


def _transcribe(file: str, stem: str, work: Work, wishes: Wishes, heading: str | None) -> None:
    name = "standard input" if file == STDIN else file
    follower = Follower(heading) if wishes.follow else None
    transcript = None
    with work(file) as events, ProgressLine(Path(name).name, quiet=wishes.quiet) as line:
        for event in events:
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
    deliver(transcript, stem, wishes, heading)
    if not wishes.quiet:
        summarise(transcript, name, line.elapsed_s)
