"""The line on standard error: on a terminal only, and apart from the results."""

from __future__ import annotations

import io
import sys

import pytest

from audiosvc.cli.output import say, write
from audiosvc.cli.progress import ProgressLine, clock
from audiosvc.events import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def watch(
    monkeypatch: pytest.MonkeyPatch, results: io.StringIO | None = None
) -> tuple[Terminal, io.StringIO]:
    """Standard error, which is a terminal, and standard output, which is not unless given."""
    screen, results = Terminal(), results or io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(sys, "stdout", results)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    return screen, results


def work(name: str = "talk.wav", *, quiet: bool = False) -> None:
    with ProgressLine(name, quiet=quiet) as line:
        line.show(Progress(30.0, 60.0, stage="listen"))
        line.show(Progress(0.0, 60.0))
        line.show(Progress(45.0, 60.0))
        write("a result")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, "0:00"), (-1.0, "0:00"), (59.6, "1:00"), (3599.0, "59:59"), (3723.0, "1:02:03")],
)
def test_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_a_terminal_shows_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, _ = watch(monkeypatch)
    work()
    assert "talk.wav" in screen.getvalue()
    assert "0:45 of 1:00" in screen.getvalue()


def test_speed_and_time_left_come_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, _ = watch(monkeypatch)
    time_s = [0.0]
    with ProgressLine("talk.wav", quiet=False, now_s=lambda: time_s[0]) as line:
        line.show(Progress(0.0, 60.0))
        time_s[0] = 5.0
        line.show(Progress(50.0, 60.0))
        assert line.elapsed_s == 5.0
    assert "0:50 of 1:00, 10.0 times real time, 0:01 left" in screen.getvalue()


def test_results_go_where_standard_output_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, results = watch(monkeypatch)
    work()
    assert results.getvalue() == "a result\n"
    assert "a result" not in screen.getvalue()


def test_on_one_screen_results_stand_above_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, results = watch(monkeypatch, Terminal())
    work()
    assert "\x1b[2Ka result\n" in screen.getvalue()
    assert results.getvalue() == ""


def test_a_name_is_not_taken_for_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, _ = watch(monkeypatch)
    work("minutes [/bold] [1].wav")
    assert "minutes [/bold] [1].wav" in screen.getvalue()


def test_quiet_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, results = watch(monkeypatch)
    work(quiet=True)
    assert (screen.getvalue(), results.getvalue()) == ("", "a result\n")


def test_a_file_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    work()
    assert capsys.readouterr() == ("a result\n", "")


def test_there_may_be_no_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    work()


def test_what_is_said_meanwhile_stands_on_a_line_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen, results = watch(monkeypatch)
    with ProgressLine("talk.wav", quiet=False) as line:
        line.show(Progress(30.0, 60.0))
        say("S3 above is S1")
    before, _, after = screen.getvalue().partition("audiosvc: S3 above is S1")
    assert before.endswith(("\r", "\x1b[2K"))
    assert after.startswith("\n")
    assert results.getvalue() == ""
