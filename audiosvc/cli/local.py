"""Recordings transcribed by this process, with one loading of the models."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from audiosvc.cli.listening import Listening
from audiosvc.events import LiveEvent
from audiosvc.settings import Settings

if TYPE_CHECKING:
    from audiosvc.service import Models


class Local:
    """Opens recordings here: ``batch.Work``."""

    def __init__(self, settings: Settings, listening: Listening) -> None:
        self._settings = settings
        self._listening = listening
        self._models: Models | None = None

    @contextmanager
    def __call__(self, file: str) -> Iterator[Iterator[LiveEvent]]:
        """The events of one file. Raises AudioError, ModelError, OptionError."""
        from audiosvc import service  # noqa: PLC0415 - after --help
        from audiosvc.audio.open import open_source  # noqa: PLC0415

        asked = self._listening
        with open_source(file, start_s=asked.start_s, end_s=asked.end_s, raw=asked.raw) as source:
            _ = source.duration_s  # what cannot even be opened is told before any model is loaded
            self._models = self._models or service.load_models(self._settings)
            yield service.stream(source, self._settings, self._models, hints=asked.hints)
