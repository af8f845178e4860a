"""Values as typed, as the types that the service takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from audiosvc.errors import OptionError

if TYPE_CHECKING:
    from audiosvc.audio.container import RawFormat


def parse_time_s(text: str | None, option: str) -> float | None:
    """``90``, ``1:30`` or ``0:01:30.5`` in seconds. Raises OptionError."""
    if text is None:
        return None
    try:
        parts = [float(part) for part in text.split(":")]
    except ValueError:
        parts = []
    good = 1 <= len(parts) <= 3 and all(0.0 <= part < float("inf") for part in parts)
    if not good or any(part >= 60.0 for part in parts[1:]):
        raise OptionError(f"{option} takes seconds or h:mm:ss, not {text!r}.")
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60.0 + part
    return seconds


def parse_words(text: str | None) -> tuple[str, ...]:
    """``a, b c`` as ``a`` and ``b c``."""
    return tuple(filter(None, map(str.strip, (text or "").split(","))))


def parse_raw(text: str | None) -> RawFormat | None:
    """``RATE[,CHANNELS[,FORMAT]]``, such as ``16000`` or ``8000,2,mulaw``. Raises OptionError."""
    from audiosvc.audio.container import RawFormat  # noqa: PLC0415 - after --help

    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    numbers = parts[:2]
    if len(parts) > 3 or not all(re.fullmatch(r"[0-9]{1,9}", number) for number in numbers):
        raise OptionError(
            "--raw takes a sample rate in Hz, then, if they differ, the channels and the sample "
            f"format: 16000,1,s16le. It was {text!r}."
        )
    rate_hz, channels, sample_format = (*parts, *("1", "s16le")[len(parts) - 1 :])
    return RawFormat(int(rate_hz), int(channels), sample_format)
