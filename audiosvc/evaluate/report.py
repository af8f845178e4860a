"""The figures as a table for people, as Markdown and as JSON. Each says by which policy."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.markup import escape
from rich.table import Table

from audiosvc.__about__ import __version__
from audiosvc.evaluate.scores import POLICIES, FileScore, Pool, Score

COST_POLICY = "whole process, start and model load included"
MEMORY_POLICY = "largest resident set of the file's own process"
NO_FIGURE = "-"


@dataclass(frozen=True, slots=True)
class Report:
    """All that one evaluation found. left_out: by kind, entries with nothing to score."""

    files: Sequence[FileScore]
    pools: Sequence[Pool]
    left_out: dict[str, int]


@dataclass(frozen=True, slots=True)
class Column:
    """One figure: its name, the policy behind it, and how to write it; None where there is none."""

    title: str
    policy: str
    write: Callable[[Score], str | None]


def columns(report: Report) -> list[Column]:
    """The columns in which this report has at least one figure."""
    known = [Column(*POLICIES[key], _rate_writer(key)) for key in POLICIES]
    known += [
        Column("speakers", "found/true, or files right", _speakers),
        Column("language", "primary subtag right", _language),
        Column("coverage", "detected speech with text, %", lambda s: _percent(s.coverage.ratio)),
        Column("RTFx", COST_POLICY, _speed),
        Column("peak memory", MEMORY_POLICY, _memory),
    ]
    scores = [score for _, score in _rows(report)]
    return [column for column in known if any(column.write(score) for score in scores)]


def as_table(report: Report) -> Table:
    """For the terminal."""
    table = Table()
    table.add_column("recording", overflow="fold")
    shown = columns(report)
    for column in shown:
        table.add_column(f"{column.title}\n[dim]{column.policy}[/dim]", justify="right")
    for name, score in _rows(report):
        table.add_row(escape(name), *(column.write(score) or NO_FIGURE for column in shown))
    return table


def as_markdown(report: Report) -> str:
    """A table and its notes."""
    shown = columns(report)
    titles = ["recording", *(f"{column.title} ({column.policy})" for column in shown)]
    lines = [titles, ["---"] + ["---:"] * len(shown)]
    lines += [
        [name.replace("|", "\\|"), *(column.write(score) or NO_FIGURE for column in shown)]
        for name, score in _rows(report)
    ]
    table = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    return "\n".join([table, "", *(f"- {note}" for note in notes(report)), ""])


def notes(report: Report) -> list[str]:
    """What a reader has to know beside the figures."""
    found = ["Error rates in %. Pooled rows add up errors before they divide."]
    for name in dict.fromkeys(file.normaliser for file in report.files if file.normaliser):
        count = sum(file.normaliser == name for file in report.files)
        found.append(f"Words compared after: {name}, {_files(count)}.")
    found += [
        f"{file.entry.id} failed and counts as missed throughout: {file.failure}"
        for file in report.files
        if file.failure
    ]
    found += [
        f"{file.entry.id}: the language is {file.entry.reference.language}, "
        f"and {file.language_found or 'none'} was found."
        for file in report.files
        if file.score.language.right < file.score.language.total and not file.failure
    ]
    if report.left_out:
        kinds = ", ".join(f"{count} {kind}" for kind, count in report.left_out.items())
        found.append(f"Left out, with nothing to score in a transcript: {kinds}.")
    return found


def as_json(report: Report) -> str:
    """Counts, rates and policies, for programs."""
    document = {
        "version": __version__,
        "policies": {key: f"{title}: {policy}" for key, (title, policy) in POLICIES.items()}
        | {"cost": COST_POLICY, "peak_bytes": MEMORY_POLICY},
        "files": [
            {
                "id": file.entry.id,
                "kind": file.entry.kind,
                "failure": file.failure,
                "normaliser": file.normaliser,
                "language_found": file.language_found,
                **_figures(file.score),
            }
            for file in report.files
        ],
        "pooled": [{"name": pool.name, **_figures(pool.score)} for pool in report.pools],
        "left_out": report.left_out,
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _rows(report: Report) -> list[tuple[str, Score]]:
    files = [
        (file.entry.id + (" (failed)" if file.failure else ""), file.score) for file in report.files
    ]
    return files + [
        (f"{pool.name} ({_files(pool.score.files)})", pool.score) for pool in report.pools
    ]


def _figures(score: Score) -> dict[str, object]:
    rates = {
        key: {
            "rate": rate.rate,
            "errors": rate.errors,
            "missed": rate.missed,
            "added": rate.added,
            "confused": rate.confused,
            "total": rate.total,
            "policy": POLICIES[key][1],
        }
        for key, rate in score.rates.items()
    }
    return {
        "files": score.files,
        "failed": score.failed,
        **rates,
        "speakers": {
            "found": score.speakers_found,
            "true": score.speakers_true,
            "files_right": score.speakers.right,
            "files": score.speakers.total,
            "absolute_error": score.speakers.off,
        },
        "language": {"right": score.language.right, "files": score.language.total},
        "coverage": {
            "ratio": score.coverage.ratio,
            "covered_s": score.coverage.part_s,
            "speech_s": score.coverage.whole_s,
        },
        "rtfx": score.speed,
        "audio_s": score.audio_s,
        "wall_s": score.wall_s,
        "cpu_s": score.cpu_s,
        "peak_bytes": score.peak_bytes or None,
    }


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _rate_writer(key: str) -> Callable[[Score], str | None]:
    def write(score: Score) -> str | None:
        return _percent(score.rates[key].rate) if key in score.rates else None

    return write


def _percent(ratio: float | None) -> str | None:
    return None if ratio is None else f"{100 * ratio:.1f}"


def _speakers(score: Score) -> str | None:
    if score.speakers.total > 1:
        return f"{score.speakers}, off by {score.speakers.off}"
    return f"{score.speakers_found}/{score.speakers_true}" if score.speakers.total else None


def _language(score: Score) -> str | None:
    return str(score.language) if score.language.total else None


def _speed(score: Score) -> str | None:
    return f"{score.speed:.1f}" if score.speed else None


def _memory(score: Score) -> str | None:
    return f"{score.peak_bytes / 1e6:.0f} MB" if score.peak_bytes else None
