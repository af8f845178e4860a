"""``audiosvc transcribe``: recordings in, transcripts out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from audiosvc.cli.batch import Wishes, transcribe_all
from audiosvc.cli.values import parse_raw, parse_time_s, parse_words
from audiosvc.errors import OptionError
from audiosvc.settings import read_settings
from audiosvc.types import Hints


def transcribe(  # noqa: PLR0913, PLR0917 - one parameter an option
    files: Annotated[
        list[str],
        typer.Argument(help="Recordings, audio or video; - is standard input.", metavar="FILE"),
    ],
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="txt, json, srt, vtt, rttm, stm, ctm, seglst or md; repeatable.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Write files into this folder."),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(metavar="TAG", help="Such as en or de; detected when not given."),
    ] = None,
    language_per_window: Annotated[
        bool | None,
        typer.Option("--language-per-window", help="Detect the language every few minutes anew."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="base, small, large-v3-turbo, org/name, or a folder."),
    ] = None,
    speakers: Annotated[
        int | None, typer.Option(metavar="N", help="How many people speak, exactly.")
    ] = None,
    min_speakers: Annotated[int | None, typer.Option(metavar="N", help="At least so many.")] = None,
    max_speakers: Annotated[int | None, typer.Option(metavar="N", help="At most so many.")] = None,
    speaker_names: Annotated[
        str | None, typer.Option(metavar="NAMES", help='In place of labels: "S1=Ann,S2=Bob".')
    ] = None,
    hotwords: Annotated[
        str | None,
        typer.Option(metavar="WORDS", help='Words to expect, such as names: "Duguid,Ademesoye".'),
    ] = None,
    start: Annotated[
        str | None, typer.Option(metavar="TIME", help="Begin here: seconds, or 1:02:03.")
    ] = None,
    end: Annotated[
        str | None, typer.Option(metavar="TIME", help="End here: seconds, or 1:02:03.")
    ] = None,
    raw: Annotated[
        str | None,
        typer.Option(
            metavar="RATE[,CHANNELS[,FORMAT]]",
            help="The input is raw PCM without a header, such as 16000,1,s16le.",
        ),
    ] = None,
    threads: Annotated[
        int | None, typer.Option(metavar="N", help="Processors to use; all by default.")
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing but errors on standard error.")
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Print each segment as soon as it is there.")
    ] = False,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A TOML file with settings.")
    ] = None,
) -> None:
    """Transcribe recordings with speakers and times.

    The transcript goes to standard output, or into files with --output. Ends with 0 when all went
    well, 2 for a wrong option, 3 for a recording that cannot be read, 4 for a model that cannot be
    used, 5 for a result that cannot be written. One bad file does not stop the others; the first
    failure decides the exit code.
    """
    from audiosvc.export.formats import format_named  # noqa: PLC0415 - after --help
    from audiosvc.export.names import parse_speaker_names  # noqa: PLC0415

    wanted = tuple(format_named(one).name for one in dict.fromkeys(formats or ["txt"]))
    if output is None and len(wanted) > 1:
        raise OptionError("Several formats need a folder to go to: add -o FOLDER.")
    if output is None and follow and formats:
        raise OptionError("--follow prints text while it works: for files as well, add -o FOLDER.")
    if language and language_per_window:
        raise OptionError("--language and --language-per-window contradict each other: drop one.")
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
        hints=Hints(hotwords=parse_words(hotwords)),
        start_s=parse_time_s(start, "--start") or 0.0,
        end_s=parse_time_s(end, "--end"),
        raw=parse_raw(raw),
        quiet=quiet,
        follow=follow,
    )
    raise typer.Exit(transcribe_all(files, settings, wishes))
