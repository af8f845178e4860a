"""What the command line ends with, for each kind of error."""

from __future__ import annotations

from audiosvc.errors import (
    AccessError,
    AudiosvcError,
    InputError,
    JobError,
    LimitError,
    ModelError,
    OptionError,
    OutputError,
    ServerError,
)

OK, UNEXPECTED, USAGE, INPUT, MODEL, OUTPUT, SERVER, JOB = 0, 1, 2, 3, 4, 5, 6, 7
SIGNALLED = 128  # and the signal's number: 130 after Ctrl-C

# The first class that fits decides.
CODES: tuple[tuple[type[AudiosvcError], int], ...] = (
    (OptionError, USAGE),
    (InputError, INPUT),
    (ModelError, MODEL),
    (OutputError, OUTPUT),
    (AccessError, SERVER),
    (LimitError, SERVER),
    (ServerError, SERVER),
    (JobError, JOB),
)


def exit_code(error: Exception) -> int:
    """The exit code of an error."""
    return next((code for kind, code in CODES if isinstance(error, kind)), UNEXPECTED)


def sentence(error: Exception) -> str:
    """The error in one line that is safe to print: names of files may hold anything."""
    if isinstance(error, AudiosvcError):
        text = str(error) or type(error).__name__
    else:
        what = f"{type(error).__name__}: {error}".partition("\n")[0]
        text = f"unexpected error, a fault of audiosvc: {what} (AUDIOSVC_DEBUG=1 shows where)"
    return printable(" ".join(text.split()))


def printable(text: str) -> str:
    """The text with what a terminal would obey or could not show written as an escape."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )
