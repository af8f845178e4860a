"""What recordings are located with: one map and one set of models for all callers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from audiosvc.catalog.finding import SERVER
from audiosvc.locating import Senses, World
from audiosvc.server.stopping import Stop, stoppable
from audiosvc.service import Models
from audiosvc.settings import AUTO, Settings


class SharedSenses:
    """The map is loaded when the server starts, what writes words when somebody first speaks."""

    def __init__(self, settings: Settings, load: Callable[[Settings], Senses]) -> None:
        self.settings = settings
        self._load = load
        self._senses: Senses | None = None

    def load(self) -> None:
        """Takes a second or two. Raises ModelError."""
        senses = self._load(self.settings)
        senses.world()
        self._senses = senses

    def until(self, stop: Stop) -> Senses:
        """The senses of one call, with which nothing is begun any more when it is over."""
        assert self._senses is not None, "calls are taken when everything is loaded"
        return stoppable_senses(self._senses, stop)


def for_locating(transcription: Settings, model: str | None) -> Settings:
    """The settings of transcriptions, as those of locating. model: to ask for its guess.

    A server that transcribes is one that writes words here, too, and nobody to ask.
    """
    if model is not None:
        return transcription.model_copy(update={"model": model})
    if transcription.model.startswith(SERVER):
        return transcription.model_copy(
            update={"model": AUTO, "model_server": transcription.model.removeprefix(SERVER)}
        )
    return transcription


def stoppable_senses(senses: Senses, stop: Stop) -> Senses:
    """The same senses, which raise Cancelled when it is time."""

    def models() -> Models:
        stop.check()
        return stoppable(senses.models(), stop)

    def polyglot() -> object:
        stop.check()
        return senses.polyglot()

    def world() -> World:
        stop.check()
        return senses.world()

    return replace(senses, models=models, polyglot=polyglot, world=world)
