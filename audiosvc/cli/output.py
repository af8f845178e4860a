"""Results go to standard output, and what is said about them to standard error."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from contextlib import suppress
from io import TextIOWrapper

from audiosvc.cli.exits import exit_code, printable, sentence
from audiosvc.cli.stopping import BROKEN_PIPE, Stopped
from audiosvc.errors import OutputError


def never_fail_to_encode() -> None:
    """A character that standard output's encoding does not have is written as an escape."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def write(text: str) -> None:
    """Prints a result, at once.

    Raises OutputError when it cannot be written, Stopped when nobody reads it any more.
    """
    if sys.stdout is None:
        raise OutputError("Standard output is closed. Name a folder to write to: -o FOLDER.")
    try:
        sys.stdout.write(f"{text}\n")  # typer's echo would write into a progress line
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise Stopped(BROKEN_PIPE) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(f"Standard output cannot be written: {reason}.") from error


def say(text: str) -> None:
    """Prints one line for the person who waits; the work does not depend on it."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            sys.stderr.write(f"audiosvc: {printable(text)}\n")  # as in write
            sys.stderr.flush()


def tell(error: Exception) -> int:
    """Says what went wrong, in one line, and returns the exit code for it.

    AUDIOSVC_DEBUG in the environment shows where as well.
    """
    if os.environ.get("AUDIOSVC_DEBUG"):
        with suppress(OSError):
            traceback.print_exception(error)
    say(sentence(error))
    return exit_code(error)


class _Said(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        say(record.getMessage())


_SAID = _Said(logging.WARNING)


def say_warnings() -> None:
    """What the layers below warn of is said like everything else."""
    logging.getLogger("audiosvc").addHandler(_SAID)
