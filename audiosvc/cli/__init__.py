"""The command line: one subcommand a file."""

from __future__ import annotations

import os
import sys
from typing import Annotated, NoReturn

import click
import typer

from audiosvc.__about__ import __version__
from audiosvc.cli import doctor, evaluate, models, transcribe
from audiosvc.cli.exits import INTERRUPTED, UNEXPECTED, exit_code, sentence
from audiosvc.errors import AudiosvcError

app = typer.Typer(
    name="audiosvc",
    help="Who said what, when: transcribe recordings with speakers and times.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"audiosvc {__version__}")
        raise typer.Exit


@app.callback()
def _all(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version.")
    ] = False,
) -> None:
    """Take the options that all subcommands share."""


app.command()(transcribe.transcribe)
app.add_typer(models.app, name="models")
app.add_typer(evaluate.app, name="evaluate")
app.command()(doctor.doctor)


def main() -> NoReturn:
    """Run the command line and end the process; an error is one line on standard error."""
    try:
        code = app(standalone_mode=False)
    except AudiosvcError as error:
        code = exit_code(error)
        _say(sentence(error))
    except click.exceptions.Abort:
        code = INTERRUPTED
    except KeyboardInterrupt:
        code = INTERRUPTED
        _say("interrupted; nothing half-written was left behind")
    except click.ClickException as error:
        code = error.exit_code
        error.show()
    except BrokenPipeError:
        # Whoever read our output has gone. Python would complain once more while it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        if os.environ.get("AUDIOSVC_DEBUG"):
            raise
        code = UNEXPECTED
        what = f"{type(error).__name__}: {error}".partition("\n")[0]
        _say(f"unexpected error, a fault of audiosvc: {what} (AUDIOSVC_DEBUG=1 shows where)")
    sys.exit(code if isinstance(code, int) else 0)


def _say(text: str) -> None:
    typer.echo(f"audiosvc: {text}", err=True)
