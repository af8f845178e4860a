"""What a recording is listened to for, as typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from audiosvc.cli.values import parse_raw, parse_time_s, parse_words
from audiosvc.errors import OptionError
from audiosvc.settings import AUTO, Settings
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


def parse_hints(hotwords: str | None, prompt: str | None, events: bool) -> Hints:
    """From the options of those names."""
    return Hints(hotwords=parse_words(hotwords), prompt=prompt or None, events=events)


def parse_listening(hints: Hints, start: str | None, end: str | None, raw: str | None) -> Listening:
    """From the options of those names. Raises OptionError."""
    return Listening(
        hints=hints,
        start_s=parse_time_s(start, "--start") or 0.0,
        end_s=parse_time_s(end, "--end"),
        raw=parse_raw(raw),
    )


def refuse_contradiction(language: str | None, language_per_window: bool | None) -> None:
    """Raises OptionError."""
    if language and language_per_window:
        raise OptionError("--language and --language-per-window contradict each other: drop one.")


def refuse_two_models(settings: Settings, model_server: str | None) -> None:
    """Raises OptionError for a model server that was typed and would not be asked."""
    if model_server is not None and settings.model != AUTO:
        raise OptionError(
            f"--model-server is for --model auto, and the model is {settings.model}. To have a "
            "server write it down whatever else is here: --model openai:URL."
        )
