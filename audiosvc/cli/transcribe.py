"""``audiosvc transcribe``: recordings in, transcripts out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audiosvc.cli.exits import exit_code, sentence
from audiosvc.cli.progress import ProgressLine, clock
from audiosvc.errors import AudiosvcError, ModelError, OptionError
from audiosvc.settings import Settings, read_settings
from audiosvc.types import Finished, Hints, Progress, SegmentReady, SpeakersMerged, Transcript

if TYPE_CHECKING:
    from audiosvc.service import Models


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is the same for all files of one call."""

    formats: tuple[str, ...]
    directory: Path | None
    names: dict[str, str]
    hints: Hints
    start_s: float
    end_s: float | None
    quiet: bool
    follow: bool
    several: bool


def transcribe(  # noqa: PLR0913, PLR0917 - one parameter an option
    files: Annotated[
        list[str],
        typer.Argument(help="Recordings, audio or video; - is standard input.", metavar="FILE…"),
    ],
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format", "-f", help="txt, json, srt, vtt, rttm, stm, ctm, seglst or md; repeatable."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write files into this folder.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="Such as en or de; detected when not given.")
    ] = None,
    language_per_window: Annotated[
        bool | None,
        typer.Option("--language-per-window", help="Detect the language every few minutes anew."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="base, small, large-v3-turbo, org/name, or a folder.")
    ] = None,
    speakers: Annotated[int | None, typer.Option(help="How many people speak, exactly.")] = None,
    min_speakers: Annotated[int | None, typer.Option(help="At least so many.")] = None,
    max_speakers: Annotated[int | None, typer.Option(help="At most so many.")] = None,
    speaker_names: Annotated[
        str | None, typer.Option(help='Names for the labels: "S1=Ann,S2=Bob".')
    ] = None,
    hotwords: Annotated[
        str | None, typer.Option(help='Words to expect, such as names: "Duguid,Ademesoye".')
    ] = None,
    start: Annotated[str | None, typer.Option(help="Begin here: seconds, or 1:02:03.")] = None,
    end: Annotated[str | None, typer.Option(help="End here: seconds, or 1:02:03.")] = None,
    threads: Annotated[int | None, typer.Option(help="Processors to use; all by default.")] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing but errors on standard error.")
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Print each segment as soon as it is there.")
    ] = False,
    config: Annotated[Path | None, typer.Option(help="A TOML file with settings.")] = None,
) -> None:
    """Transcribe recordings with speakers and times.

    The transcript goes to standard output, or into files with --output. Ends with 0 when all went
    well, 2 for a wrong option, 3 for a recording that cannot be read, 4 for a model that cannot be
    used, 5 for a result that cannot be written. One bad file does not stop the others; the first
    failure decides the exit code.
    """
    from audiosvc.export.files import unique_stems  # noqa: PLC0415 - after --help
    from audiosvc.export.formats import format_named  # noqa: PLC0415
    from audiosvc.export.names import parse_speaker_names  # noqa: PLC0415

    wanted = tuple(dict.fromkeys(formats or ["txt"]))
    for one in wanted:
        format_named(one)
    if output is None and len(wanted) > 1:
        raise OptionError("Several formats need a folder to go to: add -o FOLDER.")
    if follow and (output is not None or wanted != ("txt",)):
        raise OptionError("--follow prints text while it works: leave out -f and -o.")
    settings = read_settings(
        config,
        language=language,
        language_per_window=language_per_window,
        model=model,
        speakers=speakers,
        min_speakers=min_speakers,
        max_speakers=max_speakers,
        threads=threads,
    )
    wishes = Wishes(
        formats=wanted,
        directory=output,
        names=parse_speaker_names(speaker_names) if speaker_names else {},
        hints=Hints(hotwords=tuple(filter(None, map(str.strip, (hotwords or "").split(","))))),
        start_s=parse_time_s(start, "--start") or 0.0,
        end_s=parse_time_s(end, "--end"),
        quiet=quiet,
        follow=follow,
        several=len(files) > 1,
    )
    stems = unique_stems(["stdin" if file == "-" else file for file in files])
    codes = list(_all(files, stems, settings, wishes))
    raise typer.Exit(next((code for code in codes if code), 0))


def _all(
    files: Sequence[str], stems: Sequence[str], settings: Settings, wishes: Wishes
) -> Iterator[int]:
    """The exit code of each file; a model that cannot be used ends them all."""
    models: Models | None = None
    for file, stem in zip(files, stems, strict=True):
        try:
            models = _one(file, stem, settings, wishes, models)
            yield 0
        except ModelError:
            raise
        except AudiosvcError as error:
            if not wishes.several:
                raise
            typer.echo(f"audiosvc: {sentence(error)}", err=True)
            yield exit_code(error)


def _one(file: str, stem: str, settings: Settings, wishes: Wishes, models: Models | None) -> Models:
    from audiosvc import service  # noqa: PLC0415 - after --help
    from audiosvc.audio.open import open_source  # noqa: PLC0415

    with (
        open_source(file, start_s=wishes.start_s, end_s=wishes.end_s) as source,
        ProgressLine(Path(source.name).name, quiet=wishes.quiet) as line,
    ):
        _ = source.duration_s  # a file that cannot be read fails before the models are loaded
        models = models or service.load_models(settings)
        transcript = None
        for event in service.stream(source, settings, models, hints=wishes.hints):
            if isinstance(event, Progress):
                line.show(event)
            elif isinstance(event, Finished):
                transcript = event.transcript
            elif wishes.follow:
                _follow(event)
        elapsed_s = line.elapsed_s
    assert transcript is not None
    transcript = _named(transcript, wishes.names)
    _deliver(transcript, file, stem, wishes)
    if not wishes.quiet:
        _summarise(transcript, source.name, elapsed_s)
    return models


def _follow(event: object) -> None:
    if isinstance(event, SegmentReady):
        segment = event.segment
        speaker = f" {segment.speaker}:" if segment.speaker else ""
        typer.echo(f"[{clock(segment.span.start_s)}]{speaker} {segment.text}")
    elif isinstance(event, SpeakersMerged):
        typer.echo(f"audiosvc: {event.merged} above is {event.kept}", err=True)


def _named(transcript: Transcript, names: dict[str, str]) -> Transcript:
    """With the given names. A label that does not exist is said; the work is not thrown away."""
    from audiosvc.export.names import rename_speakers  # noqa: PLC0415

    labels = {speaker.label for speaker in transcript.speakers}
    for label in names.keys() - labels:
        typer.echo(f"audiosvc: there is no speaker {label} to be called {names[label]}", err=True)
    return rename_speakers(
        transcript, {label: name for label, name in names.items() if label in labels}
    )


def _deliver(transcript: Transcript, file: str, stem: str, wishes: Wishes) -> None:
    from audiosvc.export.files import write_exports  # noqa: PLC0415
    from audiosvc.export.formats import serialise  # noqa: PLC0415

    if wishes.directory is not None:
        for path in write_exports(transcript, stem, wishes.formats, wishes.directory):
            if not wishes.quiet:
                typer.echo(f"audiosvc: wrote {path}", err=True)
    elif not wishes.follow:
        if wishes.several and wishes.formats == ("txt",):
            typer.echo(f"== {file}")
        typer.echo(serialise(transcript, wishes.formats[0], stem).rstrip("\n"))


def _summarise(transcript: Transcript, name: str, elapsed_s: float) -> None:
    """What was found, and everything that a reader should know before trusting it."""
    count = len(transcript.speakers)
    speakers = f"{count} speaker{'' if count == 1 else 's'}"
    rate = transcript.duration_s / max(elapsed_s, 1e-3)
    typer.echo(
        f"audiosvc: {Path(name).name}: {clock(transcript.duration_s)} in {elapsed_s:.1f} s "
        f"({rate:.1f} times real time), {speakers}, language {transcript.language or 'unknown'}",
        err=True,
    )
    for notice in transcript.notices:
        typer.echo(f"audiosvc: {notice.message}", err=True)
    missed = transcript.coverage.missed
    if missed:
        total_s = sum(span.duration_s for span in missed)
        places = ", ".join(f"{clock(s.start_s)}-{clock(s.end_s)}" for s in missed[:5])
        more = f" and {len(missed) - 5} more places" if len(missed) > 5 else ""
        typer.echo(
            f"audiosvc: {total_s:.1f} s of detected speech have no text: {places}{more}", err=True
        )


def parse_time_s(text: str | None, option: str) -> float | None:
    """``90``, ``1:30`` or ``0:01:30.5`` in seconds. Raises OptionError."""
    if text is None:
        return None
    try:
        parts = [float(part) for part in text.split(":")]
    except ValueError:
        parts = []
    good = 1 <= len(parts) <= 3 and all(0.0 <= part < float("inf") for part in parts)
    if not good or any(part >= 60.0 for part in parts[1:]):
        raise OptionError(f"{option} takes seconds or h:mm:ss, not {text!r}.")
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60.0 + part
    return seconds
