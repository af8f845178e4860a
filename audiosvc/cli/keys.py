"""``audiosvc keys``: who may use a server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from audiosvc.cli.output import say, write

app = typer.Typer(help="API keys: who may use a server.")

File = Annotated[
    Path, typer.Option("--keys-file", metavar="FILE", help="Where the server looks for its keys.")
]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Whose key it will be.")],
    keys_file: File,
    max_sessions: Annotated[
        int | None, typer.Option(metavar="N", help="Streams at once; else what the server says.")
    ] = None,
    max_jobs: Annotated[
        int | None, typer.Option(metavar="N", help="Unfinished jobs; else what the server says.")
    ] = None,
    locate_per_minute: Annotated[
        int | None,
        typer.Option(metavar="N", help="Recordings to locate; 0 is none. Else as the server says."),
    ] = None,
) -> None:
    """Make a key and print it, this once. The file keeps only its digest."""
    from audiosvc.server.callers import Quotas  # noqa: PLC0415 - after --help
    from audiosvc.server.keys import add_key  # noqa: PLC0415

    entry, key = add_key(keys_file, name, Quotas(max_sessions, max_jobs, locate_per_minute))
    say(f"key {entry.id} for {entry.name}; keep it well, it cannot be shown again")
    write(key)


@app.command("list")
def list_keys(keys_file: File) -> None:
    """The keys of a file: id, name, day, and what each may have at once."""
    from audiosvc.cli.models import columns  # noqa: PLC0415
    from audiosvc.server.keys import read_keys  # noqa: PLC0415

    table = [("ID", "NAME", "SINCE", "SESSIONS", "JOBS", "LOCATES")]
    for entry in read_keys(keys_file):
        since = entry.created.date().isoformat()
        limits = (entry.max_sessions, entry.max_jobs, entry.locate_per_minute)
        sessions, jobs, locates = ("" if limit is None else str(limit) for limit in limits)
        table.append((entry.id, entry.name, since, sessions, jobs, locates))
    for line in columns(table):
        write(line)


@app.command()
def remove(
    key: Annotated[str, typer.Argument(help="The id or the name of a key.")], keys_file: File
) -> None:
    """Remove a key. A server that runs takes it no more from the next call on."""
    from audiosvc.server.keys import remove_key  # noqa: PLC0415

    entry = remove_key(keys_file, key)
    say(f"removed key {entry.id} of {entry.name}")
