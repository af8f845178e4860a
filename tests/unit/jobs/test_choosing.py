"""Which models a job is done with."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from audiosvc import service
from audiosvc.jobs.work import choose_from
from audiosvc.service import Models
from audiosvc.settings import Settings
from audiosvc.wire.config import Wish
from tests.fakes import FakeDetector, FakeTranscriber, script


def load(settings: Settings) -> Models:
    return Models(settings.model, lambda: FakeTranscriber(script()), FakeDetector(script()))


def test_a_job_that_names_no_model_has_the_worker_s() -> None:
    choose = choose_from(Settings(model="small", device="cpu"), load)
    for wish in (Wish(), Wish(model="auto")):
        models, settings = choose(wish)
        assert (models.name, settings.model, settings.device) == ("small", "small", "cpu")
    assert choose(Wish(model="base"))[0].name == "base"


def test_auto_is_decided_once_so_that_all_windows_are_of_one_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = iter(["base", "moss"])  # such as after `models pull moss`

    def choose_model(catalog: object, **about: object) -> SimpleNamespace:
        return SimpleNamespace(model=next(found), reason="it is here")

    monkeypatch.setattr(service, "choose", choose_model)
    choose = choose_from(Settings(model="auto"), load)
    assert [choose(Wish(language="de"))[0].name for _ in range(3)] == ["base"] * 3
