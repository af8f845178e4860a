"""What ``audiosvc doctor`` found, as lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import typer

from audiosvc.cli.models import columns

CLIP = Path(__file__).with_name("ten_seconds.ogg")
CLIP_S = 10.0

Mark = Literal["ok", "-", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. ``bad``: a transcription cannot work like this; ``-``: it can do without."""

    mark: Mark
    subject: str
    text: str


def show(title: str, findings: Iterable[Finding]) -> int:
    """Prints them under a title: how many are bad."""
    found = list(findings)
    typer.echo(f"{title}:")
    for line in columns([(f"  {each.mark}", each.subject, each.text) for each in found]):
        typer.echo(line)
    return sum(each.mark == "bad" for each in found)
