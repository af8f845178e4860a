"""An orderly end when the process is told to stop, or when nobody reads what it writes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from audiosvc.cli.exits import SIGNALLED

BROKEN_PIPE = 13  # SIGPIPE's number, also where there is no such signal


class Stopped(BaseException):
    """Not an Exception: nothing on the way may take it for an error and go on."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def exit_code(self) -> int:
        """As a shell names it."""
        return SIGNALLED + self.number


@contextmanager
def stopping_in_order() -> Iterator[None]:
    """Ctrl-C and a plea to terminate raise Stopped, once, so that everything is cleaned up.

    A signal that whoever started this process wants ignored stays ignored.
    """
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def leave(stopped: Stopped) -> None:
    """Ends the process without waiting for what models compute in other threads."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(stopped.exit_code)


def discard_output() -> None:
    """What is still held for a reader who has gone goes nowhere, without another complaint."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
            continue
        with suppress(OSError, ValueError, AttributeError):
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
