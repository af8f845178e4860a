"""Senses are loaded once, and rest when a call is over."""

from __future__ import annotations

import pytest

from audiosvc.errors import Cancelled, ModelMissing
from audiosvc.locating import Senses
from audiosvc.server.sensing import SharedSenses, for_locating
from audiosvc.server.stopping import Stop
from audiosvc.service import Models
from audiosvc.settings import Settings
from tests.fakes import FakeDetector, FakeTranscriber, script
from tests.fakes.world import FakeWorld

TALK = script(("ann", 0.5, 2.0, "Hello."))


class Stage:
    """What is loaded, in order."""

    def __init__(self) -> None:
        self.loaded: list[str] = []

    def load(self, _: Settings) -> Senses:
        self.loaded.append("senses")
        return Senses(FakeDetector(TALK), self._models, lambda: "polyglot", self._world)

    def _models(self) -> Models:
        self.loaded.append("models")
        return Models("fake", lambda: FakeTranscriber(TALK), FakeDetector(TALK))

    def _world(self) -> FakeWorld:
        self.loaded.append("world")
        return FakeWorld()


def test_the_map_comes_first_and_words_when_they_are_needed() -> None:
    stage = Stage()
    shared = SharedSenses(Settings(), stage.load)
    assert stage.loaded == []
    shared.load()
    assert stage.loaded == ["senses", "world"]
    assert shared.until(Stop()).models().name == "fake"
    assert stage.loaded == ["senses", "world", "models"]


def test_nothing_is_begun_when_the_call_is_over() -> None:
    shared = SharedSenses(Settings(), Stage().load)
    shared.load()
    mine, others = Stop(), Stop()
    senses = shared.until(mine)
    assert senses.polyglot() == "polyglot"
    mine()
    for begin in (senses.models, senses.polyglot, senses.world):
        with pytest.raises(Cancelled):
            begin()
    assert shared.until(others).polyglot() == "polyglot"


def test_what_is_missing_ends_the_start() -> None:
    def load(_: Settings) -> Senses:
        raise ModelMissing("The map is not installed.")

    with pytest.raises(ModelMissing, match="map"):
        SharedSenses(Settings(), load).load()


def test_a_server_that_transcribes_is_not_asked_for_guesses() -> None:
    address = "http://127.0.0.1:8000/v1#moss"
    found = for_locating(Settings(model=f"openai:{address}"), None)
    assert (found.model, found.model_server) == ("auto", address)
    assert for_locating(Settings(model="small"), None).model == "small"
    assert for_locating(Settings(model="small"), "qwen2.5-omni").model == "qwen2.5-omni"
