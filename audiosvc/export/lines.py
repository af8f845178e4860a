"""Reading line by line, with errors that name the line."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator

from audiosvc.errors import FormatError
from audiosvc.export.clock import parse_clock
from audiosvc.spans import Span

_LINE_END = re.compile(r"\r\n|\r|\n")
_TIMING = re.compile(r"\s*(?P<start>[0-9:.,]+)\s*-->\s*(?P<end>[0-9:.,]+)(?:\s.*)?")
_SHOWN = 60


def numbered_lines(text: str) -> list[tuple[int, str]]:
    """Lines with their numbers from 1; a byte order mark and any kind of line end are taken off."""
    return list(enumerate(_LINE_END.split(text.removeprefix("\ufeff")), start=1))


def records(text: str) -> Iterator[tuple[int, str]]:
    """Lines that say something: neither blank nor a comment, which begins with ``;``."""
    for number, line in numbered_lines(text):
        if line.strip() and not line.lstrip().startswith(";"):
            yield number, line


def wrong(number: int, problem: str, line: str | None = None) -> FormatError:
    """The error for one line. problem: what is wrong with it, without a full stop."""
    shown = "" if line is None else f": {line.strip()[:_SHOWN]!r}"
    return FormatError(f"Line {number}: {problem}{shown}.")


def number_at(number: int, field: str, what: str) -> float:
    """The field as a finite number that is not negative. Raises FormatError."""
    try:
        value = float(field.replace("_", "?"))
    except ValueError:
        raise wrong(number, f"the {what} is not a number", field) from None
    if not math.isfinite(value) or value < 0:
        raise wrong(number, f"the {what} has to be a finite number, 0 or more", field)
    return value


def one_recording(names: Collection[str]) -> None:
    """Raise FormatError when lines of more than one recording are mixed."""
    if len(names) > 1:
        shown = ", ".join(sorted(names)[:3])
        raise FormatError(
            f"The file holds {len(names)} recordings ({shown}); a transcript is of one. "
            "Split it by recording first."
        )


def span_at(number: int, start_s: float, end_s: float) -> Span:
    """The span. Raises FormatError when it ends before it begins."""
    if end_s < start_s:
        raise wrong(number, f"the end, {end_s:g} s, lies before the beginning, {start_s:g} s")
    return Span(start_s, end_s)


def is_timing(line: str) -> bool:
    """Whether the whole line has the form of a subtitle cue's times."""
    return _TIMING.fullmatch(line) is not None


def cue_span(number: int, line: str) -> Span:
    """The times of a subtitle cue's ``start --> end``; settings behind them are passed over."""
    match = _TIMING.fullmatch(line)
    start_s = parse_clock(match["start"]) if match else None
    end_s = parse_clock(match["end"]) if match else None
    if start_s is None or end_s is None:
        raise wrong(number, "expected a cue's times, as in 00:00:01.000 --> 00:00:02.500", line)
    return span_at(number, start_s, end_s)
