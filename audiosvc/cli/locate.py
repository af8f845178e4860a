"""``audiosvc locate``: recordings in, places out."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audiosvc.cli import choices, remote
from audiosvc.cli.batch import EVERYWHERE, STDIN, refuse_terminal
from audiosvc.cli.geo_context import parse_context
from audiosvc.cli.locators import Asked, LocalLocator, Locator, RemoteLocator
from audiosvc.cli.output import say, tell, write
from audiosvc.cli.progress import clock
from audiosvc.cli.remote import Reach
from audiosvc.cli.values import parse_time_s
from audiosvc.errors import ModelFailed, OptionError
from audiosvc.estimates import GeoEstimate
from audiosvc.settings import read_settings

if TYPE_CHECKING:
    from audiosvc.export.geo_map import Outlines

MOST_CANDIDATES = 50


def locate(  # noqa: PLR0913, PLR0917 - one parameter an option
    files: choices.Files,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format", "-f", metavar="FORMAT", help="text, json, geojson or html; repeatable."
        ),
    ] = None,
    output: choices.Output = None,
    top: Annotated[
        int, typer.Option(metavar="N", min=1, max=MOST_CANDIDATES, help="How many candidates.")
    ] = 5,
    context: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="What is known: country=SE, locale=sv_SE, near=59.3,18.1,200 (latitude, "
            "longitude, km), box=55,11,69,24 (south, west, north, east), heat=FILE (JSON, weights "
            "by H3 cell) or hour=5.5; repeatable.",
        ),
    ] = None,
    recorded_on: Annotated[
        str | None, typer.Option("--date", metavar="DAY", help="When it was recorded: 2024-05-01.")
    ] = None,
    precision: Annotated[
        str, typer.Option(metavar="NAME", help="How much to tell: city, region, country or exact.")
    ] = "city",
    no_guess: Annotated[
        bool, typer.Option("--no-guess", help="Name no place when it cannot be located.")
    ] = False,
    start: choices.Start = None,
    end: choices.End = None,
    language: choices.Language = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="auto, what transcribes (base, moss), or what guesses: qwen2.5-omni, openai:URL.",
        ),
    ] = None,
    device: choices.Device = None,
    threads: choices.Threads = None,
    quiet: choices.Quiet = False,
    config: choices.Config = None,
    server: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Let this server do the work; it gets the audio."),
    ] = None,
    key_file: remote.KeyFile = None,
    tls: remote.Tls_ = False,
    tls_root: remote.TlsRoot = None,
    tls_cert: remote.TlsCert = None,
    tls_key: remote.TlsKey = None,
    plaintext_key: remote.PlaintextKey = False,
) -> None:
    """Estimate where recordings were made, and say why.

    The answer goes to standard output, or into files with --output; nothing of a recording is
    kept. Exit codes are those of transcribe; a recording that cannot be located is no error.
    """
    from audiosvc.geo.precision import read_precision  # noqa: PLC0415 - after --help

    here: dict[str, object] = {"model": model, "device": device, "threads": threads}
    if server:
        remote.refuse_local(here)
    asked = Asked(
        settings=read_settings(config, language=language, **here),
        context=parse_context(context or (), _day(recorded_on)),
        formats=_formats(formats, output),
        directory=output,
        precision=read_precision(precision),
        top=top,
        guess=not no_guess,
        quiet=quiet,
        start_s=parse_time_s(start, "--start") or 0.0,
        end_s=parse_time_s(end, "--end"),
    )
    reach = Reach(key_file, tls, tls_root, tls_cert, tls_key, plaintext_key)
    if server is None:
        if reach != Reach():
            raise OptionError("--key-file and --tls are about a server: name one with --server.")
        raise typer.Exit(locate_all(files, asked, LocalLocator(asked)))
    with reach.connect(server) as client:
        raise typer.Exit(locate_all(files, asked, RemoteLocator(client, asked)))


def locate_all(files: Sequence[str], asked: Asked, find: Locator) -> int:
    """Locates each file, and returns the exit code of the first that failed, or 0.

    Raises OptionError, OutputError or ModelError for what would fail with every file.
    """
    from audiosvc.export.files import prepare_directory, unique_stems  # noqa: PLC0415

    named = ["stdin" if file == STDIN else file for file in files]
    stems = [Path(name).stem for name in named]
    if asked.directory is not None:
        stems = unique_stems(named)
        prepare_directory(asked.directory)
    return next((code for code in list(_codes(files, stems, asked, find)) if code), 0)


def _codes(
    files: Sequence[str], stems: Sequence[str], asked: Asked, find: Locator
) -> Iterator[int]:
    """The exit code of each file. A lone file raises what went wrong."""
    for number, (file, stem) in enumerate(zip(files, stems, strict=True)):
        try:
            refuse_terminal(file)
            found = _locate(file, asked, find)
            _deliver(found, file, stem, asked, first=number == 0)
            yield 0
        except Exception as error:
            everywhere = isinstance(error, EVERYWHERE) and not isinstance(error, ModelFailed)
            if len(files) == 1 or everywhere:
                raise
            yield tell(error)


def _locate(file: str, asked: Asked, find: Locator) -> GeoEstimate:
    """One file, and a line about it."""
    began_s = time.perf_counter()
    found = find(file)
    if not asked.quiet:
        name = "standard input" if file == STDIN else Path(file).name
        say(f"{name}: {clock(found.listened_s)} heard in {time.perf_counter() - began_s:.1f} s")
    return found


def _deliver(found: GeoEstimate, file: str, stem: str, asked: Asked, *, first: bool) -> None:
    """Writes the files, or prints the answer."""
    from audiosvc.export.files import write_texts  # noqa: PLC0415 - after --help
    from audiosvc.export.geo_formats import geo_format_named  # noqa: PLC0415

    chosen = [geo_format_named(name) for name in asked.formats]
    if asked.directory is not None:
        texts = {
            f"{stem}{item.suffix}": item.serialise(
                found, file, _outlines() if item.name == "html" else None
            )
            for item in chosen
        }
        for path in write_texts(texts, asked.directory):
            if not asked.quiet:
                say(f"wrote {path}")
        return
    (item,) = chosen
    is_drawn = item.name == "html" or (item.name == "text" and _shows_maps())
    text = item.serialise(found, file, _outlines() if is_drawn else None).rstrip("\n")
    write(text if first or item.name != "text" else f"\n{text}")


def _shows_maps() -> bool:
    """Whether standard output is a terminal that has the characters of a map."""
    if sys.stdout is None or not sys.stdout.isatty():
        return False
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def _outlines() -> Outlines:
    from audiosvc.geo.world import outlines  # noqa: PLC0415 - after --help

    return [ring for _, rings in outlines() for ring in rings]


def _formats(formats: list[str] | None, output: Path | None) -> tuple[str, ...]:
    """The formats by their names, text when none was given. Raises OptionError."""
    from audiosvc.export.geo_formats import geo_format_named  # noqa: PLC0415 - after --help

    wanted = tuple(geo_format_named(one).name for one in dict.fromkeys(formats or ["text"]))
    if output is None and len(wanted) > 1:
        raise OptionError("Several formats need a folder to go to: add -o FOLDER.")
    return wanted


def _day(text: str | None) -> date | None:
    """Raises OptionError."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise OptionError(f"--date takes a day such as 2024-05-01, not {text!r}.") from None
