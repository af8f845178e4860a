"""This project beside bare faster-whisper and beside faster-whisper with senko, on equal terms.

    python bench/transcribe.py [meeting.flac …]
    python bench/transcribe.py --manifest ../shared/eval/dev/manifest.json --id 'dev-mix-*'

Every run is a whole process, from its start to its end, on the same Whisper weights and with as
many threads. The contenders take turns, so that a busy machine is busy for all. With a manifest
the transcripts are scored as well.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from contenders import (
    AUDIOSVC,
    BARE,
    CONTENDERS,
    OURS,
    Recording,
    Setup,
    recordings,
    shared_weights,
)
from environment import peer_python

from audiosvc.evaluate.process import Cost

Figures = dict[str, dict[str, list[Cost]]]
"""By recording, then by contender: the cost of each round."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="AUDIO")
    parser.add_argument("--manifest", type=Path, help="take recordings from here, and score them")
    parser.add_argument("--id", action="append", help="pattern of ids in the manifest")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each; medians are told")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", action="append", choices=CONTENDERS, help="leave out the others")
    parser.add_argument("--weights", help="Whisper folder; otherwise this project's")
    parser.add_argument("--environment", type=Path, default=Path(".venv-bench"))
    parser.add_argument("--out", type=Path, default=Path("out/bench"), help="for transcripts")
    parser.add_argument("--json", type=Path, help="write every run's figures here")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    contenders = given.only or CONTENDERS
    found = recordings(given.files, given.manifest, given.id or ["*"])
    setup = Setup(
        peer_python(given.environment.resolve()),
        given.weights or shared_weights(),
        given.out,
        given.threads,
    )
    figures = take_turns(setup, contenders, found, given.rounds)
    first = (
        [setup.first_word_s(found[0]) for _ in range(given.rounds)] if OURS in contenders else []
    )
    print(markdown(figures, given.rounds, given.threads))
    if first:
        print(f"First word of {found[0].name} printed after {statistics.median(first):.1f} s.")
    if given.json:
        given.json.write_text(json.dumps(document(figures, first, given.threads), indent=2) + "\n")
    if given.manifest:
        for contender in contenders:
            score(setup, contender, given.manifest, found)


def take_turns(
    setup: Setup, contenders: Sequence[str], found: Sequence[Recording], rounds: int
) -> Figures:
    """A B C A B C …, recording by recording."""
    figures: Figures = {recording.name: {name: [] for name in contenders} for recording in found}
    for turn in range(rounds):
        for recording in found:
            for contender in contenders:
                print(f"{turn + 1}: {recording.name}: {contender}", file=sys.stderr)
                figures[recording.name][contender].append(setup.run(contender, recording))
    return figures


def markdown(figures: Figures, rounds: int, threads: int) -> str:
    """Medians and, in brackets, their ratios to bare faster-whisper."""
    lines = [
        f"Whole processes, {threads} threads, medians of {rounds} rounds; in brackets ÷ {BARE}.",
        "",
        "| recording | contender | CPU seconds | wall seconds | peak MB |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for name, runs in figures.items():
        base = medians(runs[BARE]) if BARE in runs else None
        for contender, costs in runs.items():
            cells = [
                f"{value:.1f}" + (f" ({value / base[column]:.2f})" if base and base[column] else "")
                for column, value in enumerate(medians(costs))
            ]
            lines.append(f"| {name} | {contender} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def medians(costs: Sequence[Cost]) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and megabytes; CPU and memory are 0 where not measurable."""
    return (
        statistics.median(cost.cpu_s or 0.0 for cost in costs),
        statistics.median(cost.wall_s or 0.0 for cost in costs),
        statistics.median((cost.peak_bytes or 0) / 1e6 for cost in costs),
    )


def document(figures: Figures, first_word_s: Sequence[float], threads: int) -> dict[str, object]:
    """Every run, for programs."""
    return {
        "machine": platform.platform(),
        "cores": os.cpu_count(),
        "threads": threads,
        "first_word_s": list(first_word_s),
        "runs": {
            name: {contender: [asdict(cost) for cost in costs] for contender, costs in runs.items()}
            for name, runs in figures.items()
        },
    }


def score(setup: Setup, contender: str, manifest: Path, found: Sequence[Recording]) -> None:
    """The contender's transcripts against the manifest's references, as Markdown."""
    folder = setup.folder(contender)
    ids = [part for recording in found for part in ("--id", recording.name)]
    command = [*AUDIOSVC, "evaluate", "transcribe", str(manifest), *ids]
    table, figures = folder / "scores.md", folder / "scores.json"
    options = ["--hypotheses", str(folder), "--markdown", str(table), "--json", str(figures)]
    subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL)
    print(f"\n{contender}:\n\n{table.read_text()}")


if __name__ == "__main__":
    main()
