"""Times as clocks show them, counted in whole milliseconds."""

from __future__ import annotations

import re

_CLOCK = re.compile(
    r"(?:(?P<hours>[0-9]{1,4}):)?(?P<minutes>[0-5]?[0-9]):(?P<seconds>[0-5]?[0-9])"
    r"(?:[.,](?P<fraction>[0-9]{1,9}))?"
)


def milliseconds(time_s: float) -> int:
    """The nearest millisecond; a time before the beginning counts as the beginning."""
    return max(0, round(float(time_s) * 1000))


def decimal(time_ms: int) -> str:
    """Seconds with three decimals, exact: 1500 is ``1.500``."""
    return f"{time_ms // 1000}.{time_ms % 1000:03d}"


def clock(time_ms: int, digits: int = 3, point: str = ".") -> str:
    """``HH:MM:SS.mmm`` with ``digits`` decimals (1 to 3), rounded; hours grow past 99."""
    unit_ms = 10 ** (3 - digits)
    seconds, fraction = divmod((time_ms + unit_ms // 2) // unit_ms, 10**digits)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{point}{fraction:0{digits}d}"


def parse_clock(text: str) -> float | None:
    """Seconds in ``[H:]MM:SS[.fff]``, with a point or a comma; None when it is no such time."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = (int(match[name] or 0) for name in ("hours", "minutes", "seconds"))
    whole_s = hours * 3600 + minutes * 60 + seconds
    return float(f"{whole_s}.{match['fraction'] or 0}")
