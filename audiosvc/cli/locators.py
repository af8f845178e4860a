"""Where the work of ``audiosvc locate`` is done: here, or by a server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from audiosvc.estimates import Context, GeoEstimate, Precision
from audiosvc.settings import Settings

if TYPE_CHECKING:
    from audiosvc.client import Client
    from audiosvc.locating import Senses

Locator = Callable[[str], GeoEstimate]
"""Locates one file. Raises what ``audiosvc.locate`` raises, and what goes wrong on the way."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is the same for all files of one call. directory: None prints the first format."""

    settings: Settings
    context: Context
    formats: tuple[str, ...]
    directory: Path | None
    precision: Precision
    top: int = 5
    guess: bool = True
    quiet: bool = False
    start_s: float = 0.0
    end_s: float | None = None


class LocalLocator:
    """Models and map are loaded for the first file, and serve all."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._senses: Senses | None = None

    def __call__(self, file: str) -> GeoEstimate:
        """Where it was made."""
        from audiosvc import locating  # noqa: PLC0415 - after --help
        from audiosvc.audio.open import open_source  # noqa: PLC0415

        asked = self._asked
        with open_source(file, start_s=asked.start_s, end_s=asked.end_s) as source:
            _ = source.duration_s  # what cannot even be opened is told before any model is loaded
            self._senses = self._senses or locating.load_senses(asked.settings)
            found = locating.locate(
                source, asked.settings, asked.context, top=asked.top, senses=self._senses
            )
        return locating.shown(found, asked.settings, precision=asked.precision, guess=asked.guess)


class RemoteLocator:
    """Sends files to a server, which tells no more than was asked for."""

    def __init__(self, client: Client, asked: Asked) -> None:
        self._client = client
        self._asked = asked

    def __call__(self, file: str) -> GeoEstimate:
        """Where it was made."""
        asked = self._asked
        return self._client.locate(
            file,
            context=asked.context,
            top=asked.top,
            precision=asked.precision,
            guess=asked.guess,
            language=asked.settings.language,
            start_s=asked.start_s,
            end_s=asked.end_s,
        )
