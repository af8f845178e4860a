"""``audiosvc evaluate``: how good the results are, on recordings whose truth is known."""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from audiosvc.errors import FormatError, OptionError, OutputError
from audiosvc.evaluate.manifest import Entry, load_manifest, select
from audiosvc.evaluate.process import Cost, run_measured
from audiosvc.evaluate.references import load_truth
from audiosvc.evaluate.report import Report, as_json, as_markdown, as_table, notes
from audiosvc.evaluate.scores import FileScore, pools
from audiosvc.evaluate.scoring import score_file
from audiosvc.export.formats import parse
from audiosvc.types import Transcript

if TYPE_CHECKING:
    from audiosvc.estimates import GeoEstimate
    from audiosvc.evaluate.geo_answers import Map
    from audiosvc.evaluate.geo_groups import Report as LocatedReport
    from audiosvc.evaluate.located import LanguageClip, LocatedClip

app = typer.Typer(help="Measure results against recordings whose truth is known.")

Outcome = tuple[Transcript | None, str | None, Cost]
"""What came of one recording: its transcript or why there is none, and what it took."""


@app.command()
def transcribe(  # noqa: PLR0913, PLR0917 - one parameter an option
    manifest: Annotated[Path, typer.Argument(help="JSON list of recordings with references.")],
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write counts, rates and policies here.")
    ] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write the table here.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only entries of this kind.")] = None,
    entry_id: Annotated[
        list[str] | None, typer.Option("--id", help="Only entries whose id fits this pattern.")
    ] = None,
    pool: Annotated[
        list[str] | None,
        typer.Option(help="A further pooled row, NAME=PATTERN of ids, such as 'english=en-*'."),
    ] = None,
    hypotheses: Annotated[
        Path | None,
        typer.Option(
            help="Score the transcripts in this folder, <id>.json or <id>.seglst.json with "
            "<id>.rttm, instead of transcribing."
        ),
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Keep each transcript as <id>.json here.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Passed on to audiosvc transcribe.")] = None,
    threads: Annotated[int | None, typer.Option(help="Passed on to audiosvc transcribe.")] = None,
) -> None:
    """Word, speaker and time errors of transcripts, for each file and pooled.

    Each file is transcribed in a process of its own, so that time and memory are its own. A file
    that fails is shown as such and counts as missed throughout.
    """
    if hypotheses and (keep or model or threads):
        raise OptionError("--hypotheses scores what is there: leave --keep, --model and --threads.")
    named = [_named(text) for text in pool or ()]
    chosen = select(load_manifest(manifest), tuple(kind or ()), tuple(entry_id or ()))
    scorable = [entry for entry in chosen if entry.scorable]
    if not scorable:
        raise OptionError("None of these entries has anything that a transcript can be held to.")
    command = [sys.executable, "-m", "audiosvc", "transcribe"]
    command += ["--model", model] if model else []
    command += ["--threads", str(threads)] if threads else []

    def outcome(entry: Entry) -> Outcome:
        if hypotheses:
            return _read(hypotheses, entry.id)
        return _transcribe(entry, command, keep)

    files = _score(scorable, outcome)
    left_out = Counter(entry.kind for entry in chosen if not entry.scorable)
    report = Report(files, pools(files, named), dict(left_out))
    console = Console()
    console.print(as_table(report))
    for note in notes(report):
        console.print(note, markup=False, highlight=False)
    for path, text in ((json_file, as_json), (markdown, as_markdown)):
        if path:
            _write(path, text(report))


@app.command()
def locate(
    manifest: Annotated[Path, typer.Argument(help="JSON list of recordings with coordinates.")],
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write every figure and every clip here.")
    ] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only clips of this kind.")] = None,
    clip_id: Annotated[
        list[str] | None, typer.Option("--id", help="Only clips whose id fits this pattern.")
    ] = None,
    language_clips: Annotated[
        Path | None,
        typer.Option(
            metavar="MANIFEST",
            help="Also the clips of kind 'language' of this transcription manifest, held to the "
            "usual country of their language.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the random baseline.")] = 0,
) -> None:
    """Distances, countries and calibration of estimates, beside a constant and a random answer.

    A clip that fails is shown as such and counts 10,000 km.
    """
    from audiosvc.evaluate import geo_report, located  # noqa: PLC0415 - after --help

    clips = located.choose(located.load_located(manifest), tuple(kind or ()), tuple(clip_id or ()))
    spoken = located.load_language_clips(language_clips) if language_clips else ()
    where, cells = _locator()
    found = _score_located(clips, spoken, where, cells, seed)
    console = Console()
    console.print(geo_report.as_table(found))
    for note in geo_report.notes(found):
        console.print(note, markup=False, highlight=False)
    if json_file:
        _write(json_file, geo_report.as_json(found))


@app.command()
def agl1k(
    predictions: Annotated[
        Path, typer.Argument(help="JSON list of predictions, or one a line, as AGL1K has them.")
    ],
    truth: Annotated[
        Path, typer.Option(metavar="CSV", help="The benchmark's geoLocalization_schema.csv.")
    ],
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the rows here.")] = None,
    seed: Annotated[int, typer.Option(help="Of the random baseline.")] = 0,
) -> None:
    """A row of the AGL1K leaderboard, by its authors' own rules."""
    from audiosvc.evaluate import agl1k as rules  # noqa: PLC0415 - after --help
    from audiosvc.evaluate import agl1k_files, geo_report  # noqa: PLC0415

    clips = agl1k_files.load_truth(truth)
    frankfurt = rules.Prediction("50.11", "8.68", "Frankfurt am Main", "Germany", "Europe")
    rows = {
        predictions.stem: rules.score(clips, agl1k_files.load_predictions(predictions, clips)),
        "always Frankfurt": rules.score(clips, rules.constant(clips, frankfurt)),
        f"random, seed {seed}": rules.score(clips, rules.at_random(clips, seed)),
    }
    Console().print(geo_report.agl1k_table(rows))
    if json_file:
        _write(json_file, geo_report.agl1k_json(rows))


def _locator() -> tuple[Callable[[Path], GeoEstimate], Map]:
    """What locates a file, with the settings of this machine, and the map that it uses."""
    from audiosvc.audio.open import open_source  # noqa: PLC0415 - after --help
    from audiosvc.geo.grid import load_grid  # noqa: PLC0415
    from audiosvc.locating import load_senses  # noqa: PLC0415
    from audiosvc.locating import locate as locate_source  # noqa: PLC0415
    from audiosvc.settings import read_settings  # noqa: PLC0415

    settings = read_settings()
    senses = load_senses(settings)

    def where(audio: Path) -> GeoEstimate:
        with open_source(str(audio)) as source:
            return locate_source(source, settings, senses=senses)

    return where, load_grid(settings.cache_dir)


def _score_located(
    clips: Sequence[LocatedClip],
    spoken: Sequence[LanguageClip],
    where: Callable[[Path], GeoEstimate],
    cells: Map,
    seed: int,
) -> LocatedReport:
    from audiosvc.evaluate import geo_answers as answers  # noqa: PLC0415 - after --help
    from audiosvc.evaluate.geo_groups import language, report  # noqa: PLC0415

    files = [(clip.id, clip.audio) for clip in clips]
    files += [(clip.id, clip.audio) for clip in spoken]
    outcomes = []
    with Console(stderr=True).status("") as status:
        for number, (name, audio) in enumerate(files, start=1):
            status.update(f"{number} of {len(files)}: {name}")
            outcomes.append(answers.run(audio, where))
    heard = outcomes[len(clips) :]
    baselines = {
        "always Frankfurt": answers.always_frankfurt(len(clips)),
        f"random, seed {seed}": answers.at_random(len(clips), cells, seed),
    }
    languages = [language(one, out, cells) for one, out in zip(spoken, heard, strict=True)]
    return report(clips, outcomes[: len(clips)], baselines, languages)


def _score(entries: Sequence[Entry], outcome: Callable[[Entry], Outcome]) -> list[FileScore]:
    truths = [load_truth(entry) for entry in entries]  # all before the long part begins
    files = []
    progress = Console(stderr=True)
    with progress.status("") as status:
        for number, (entry, truth) in enumerate(zip(entries, truths, strict=True), start=1):
            status.update(f"{number} of {len(entries)}: {entry.id}")
            transcript, failure, cost = outcome(entry)
            files.append(score_file(entry, truth, transcript, failure, cost))
    return files


def _transcribe(entry: Entry, command: Sequence[str], keep: Path | None) -> Outcome:
    """The recording through ``audiosvc transcribe``, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["-f", "json", "-o", folder, "--quiet"]
        run = run_measured([*command, *options, "--", str(entry.audio)])
        written = sorted(Path(folder).glob("*.json"))
        if run.exit_code != 0 or not written:
            return None, run.complaint or f"exit code {run.exit_code}", run.cost
        text = written[0].read_text(encoding="utf-8")
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        _write(keep / f"{entry.id}.json", text)
    return parse(text, "json"), None, run.cost


def _read(folder: Path, name: str) -> Outcome:
    """The transcript of that name in the folder: whole, or words and turns from a file each."""
    whole, words, turns = (folder / (name + end) for end in (".json", ".seglst.json", ".rttm"))
    try:
        if whole.is_file():
            return parse(whole.read_text(encoding="utf-8"), "json"), None, Cost()
        heard = parse(turns.read_text(encoding="utf-8"), "rttm") if turns.is_file() else None
        if words.is_file():
            said = parse(words.read_text(encoding="utf-8"), "seglst")
            return replace(said, turns=heard.turns if heard else ()), None, Cost()
    except (FormatError, OSError, UnicodeError) as error:
        return None, str(error), Cost()
    return heard, None if heard else f"{folder} has no transcript of it", Cost()


def _named(text: str) -> tuple[str, str]:
    name, equals, pattern = text.partition("=")
    if not (name and equals and pattern):
        raise OptionError(f"--pool takes NAME=PATTERN, not '{text}'.")
    return name, pattern


def _write(path: Path, text: str) -> None:
    """The text under its final name, whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OutputError(f"Cannot write {path}: {error.strerror}.") from error
