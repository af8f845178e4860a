"""Signals become one orderly end."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator

import pytest

from audiosvc.cli.stopping import BROKEN_PIPE, Stopped, stopping_in_order

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="a process cannot send itself these signals there"
)


@pytest.fixture(autouse=True)
def not_in_the_background() -> Iterator[None]:
    """A test run in the background ignores Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_once_and_is_then_as_before(number: signal.Signals, code: int) -> None:
    before = signal.getsignal(number)
    again = 0
    with pytest.raises(Stopped) as stopped, stopping_in_order():
        try:
            os.kill(os.getpid(), number)
            time.sleep(5)
        finally:
            os.kill(os.getpid(), number)  # whoever is impatient must not break the cleaning up
            again += 1
    assert stopped.value.exit_code == code
    assert again == 1
    assert signal.getsignal(number) is before


def test_what_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stopping_in_order():
            os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_it_cannot_be_taken_for_an_error() -> None:
    assert not issubclass(Stopped, Exception)
    assert Stopped(BROKEN_PIPE).exit_code == 141
