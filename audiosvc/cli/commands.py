"""All commands together."""

from __future__ import annotations

from typing import Annotated, Any, cast

import typer
from typer.core import TyperGroup

from audiosvc.__about__ import __version__
from audiosvc.cli import doctor, evaluate, jobs, keys, locate, models, serve, transcribe, worker
from audiosvc.cli.exits import USAGE
from audiosvc.cli.output import say, say_warnings, tell
from audiosvc.cli.stopping import BROKEN_PIPE, Stopped

# What the parser of options raises. Its own module is not public, and moves between versions.
WrongUsage = cast(type[Exception], typer.BadParameter.__mro__[2])


class _Commands(TyperGroup):
    """A reader who has gone is no error of ours, and must not reach the parser, which says so."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as the base has it
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise Stopped(BROKEN_PIPE) from error


app = typer.Typer(
    name="audiosvc",
    cls=_Commands,
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
app.command()(locate.locate)
app.command()(serve.serve)
app.command()(worker.worker)
app.add_typer(jobs.app, name="jobs")
app.add_typer(keys.app, name="keys")
app.add_typer(models.app, name="models")
app.add_typer(evaluate.app, name="evaluate")
app.command()(doctor.doctor)


def run() -> int:
    """Run what was typed, and return the exit code; an error is one line on standard error."""
    say_warnings()
    try:
        code = app(standalone_mode=False)
    except WrongUsage as error:
        return _wrong_usage(error)
    except typer.Abort:
        return USAGE
    except Exception as error:  # noqa: BLE001 - the last resort, which says so
        return tell(error)
    return code if isinstance(code, int) else 0


def _wrong_usage(error: Any) -> int:  # noqa: ANN401 - see WrongUsage
    """One line, and where to read on; a command without any words shows its help."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "audiosvc"
    message = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(message, err=True)
    else:
        line = " ".join(message.split())
        end = "" if line.endswith((".", "?", "!")) else "."
        say(f"{line}{end} See {path} --help.")
    return USAGE
