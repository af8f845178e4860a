"""What the command line ends with, for each kind of error."""

from __future__ import annotations

from audiosvc.errors import AudiosvcError, InputError, ModelError, OptionError, OutputError

OK, UNEXPECTED, USAGE, INPUT, MODEL, OUTPUT, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

# The first class that fits decides.
CODES: tuple[tuple[type[AudiosvcError], int], ...] = (
    (OptionError, USAGE),
    (InputError, INPUT),
    (ModelError, MODEL),
    (OutputError, OUTPUT),
)


def exit_code(error: AudiosvcError) -> int:
    """The exit code of an error."""
    return next((code for kind, code in CODES if isinstance(error, kind)), UNEXPECTED)


def sentence(error: AudiosvcError) -> str:
    """The error in one line."""
    return " ".join(str(error).split()) or type(error).__name__
