"""Recordings transcribed by this process, with one loading of the models."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from audiosvc.cli.listening import Listening
from audiosvc.cli.report import tell_model
from audiosvc.events import Event, LiveEvent, Progress
from audiosvc.settings import Settings

if TYPE_CHECKING:
    from audiosvc.service import Models


LISTEN = "listen"  # the stage before the model is needed


class Local:
    """Opens recordings here: ``batch.Work``."""

    def __init__(self, settings: Settings, listening: Listening, *, quiet: bool = False) -> None:
        """quiet: do not say which model was chosen, and why."""
        self._settings = settings
        self._listening = listening
        self._models: Models | None = None
        self._told = quiet

    @contextmanager
    def __call__(self, file: str) -> Iterator[Iterator[LiveEvent]]:
        """The events of one file. Raises AudioError, ModelError, OptionError."""
        from audiosvc import service  # noqa: PLC0415 - after --help
        from audiosvc.audio.open import open_source  # noqa: PLC0415

        asked = self._listening
        with open_source(file, start_s=asked.start_s, end_s=asked.end_s, raw=asked.raw) as source:
            _ = source.duration_s  # what cannot even be opened is told before any model is loaded
            self._models = self._models or service.load_models(self._settings)
            events = service.stream(source, self._settings, self._models, hints=asked.hints)
            yield self._telling(events, self._models)

    def _telling(self, events: Iterator[Event], models: Models) -> Iterator[Event]:
        """The same events. Says which model it is as soon as it is loaded and begins."""
        for event in events:
            is_listening = isinstance(event, Progress) and event.stage == LISTEN
            if not (self._told or is_listening):
                self._told = True
                tell_model(models.name, models.reason)
            yield event
