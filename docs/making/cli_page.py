"""Every command with its options, as ``--help`` knows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from audiosvc.cli.commands import app


def page() -> str:
    """Markdown."""
    root = typer.main.get_command(app)
    parts = ["# The command line", "What `audiosvc COMMAND --help` says, all on one page."]
    for command, path in _commands(root, "audiosvc"):
        parts += [f"## {path}", command.help or "", *_parameters(command, path)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _commands(command: Any, path: str) -> Iterator[tuple[Any, str]]:
    """Depth first: the leaves alone, as a group does nothing by itself."""
    members = getattr(command, "commands", None)
    if not members:
        yield command, path
        return
    for name, member in members.items():
        yield from _commands(member, f"{path} {name}")


def _parameters(command: Any, path: str) -> Iterator[str]:
    context = typer.Context(command)
    pieces = " ".join(command.collect_usage_pieces(context))
    yield f"```text\n{path} {pieces}\n```"
    rows = [
        f"| {_cell(names)} | {_cell(told)} |"
        for one in command.params
        if one.param_type_name == "option" and (record := one.get_help_record(context))
        for names, told in [record]
    ]
    if rows:
        yield "\n".join(["| option | |", "|---|---|", *rows])


def _cell(text: str) -> str:
    """Names as code; a stroke would end the cell."""
    text = " ".join(text.split()).replace("|", "\\|")
    return f"`{text}`" if text.startswith("-") else text.replace("<", "&lt;")
