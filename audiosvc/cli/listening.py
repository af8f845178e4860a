"""What a recording is listened to for, as typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audiosvc.cli.values import parse_raw, parse_time_s, parse_words
from audiosvc.errors import OptionError
from audiosvc.types import Hints

if TYPE_CHECKING:
    from audiosvc.audio.container import RawFormat


@dataclass(frozen=True, slots=True)
class Listening:
    """The part of a recording that is wanted, what its bytes are, and what to expect in it."""

    hints: Hints
    start_s: float = 0.0
    end_s: float | None = None
    raw: RawFormat | None = None


def parse_listening(
    hotwords: str | None, start: str | None, end: str | None, raw: str | None
) -> Listening:
    """From the options of those names. Raises OptionError."""
    return Listening(
        hints=Hints(hotwords=parse_words(hotwords)),
        start_s=parse_time_s(start, "--start") or 0.0,
        end_s=parse_time_s(end, "--end"),
        raw=parse_raw(raw),
    )


def refuse_contradiction(language: str | None, language_per_window: bool | None) -> None:
    """Raises OptionError."""
    if language and language_per_window:
        raise OptionError("--language and --language-per-window contradict each other: drop one.")
