"""What is served, and under which names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from audiosvc import service
from audiosvc.catalog import Catalog
from audiosvc.errors import ModelUnknown, OptionError
from audiosvc.server.grpc_models import to_model
from audiosvc.server.served import Served
from audiosvc.service import Models
from audiosvc.settings import Settings
from audiosvc.types import Limits, SpeakerCount
from audiosvc.wire.config import Wish
from tests.fakes import FakeDetector, FakeTranscriber, script

LIMITS = Limits(window_s=30.0, margin_s=3.0, languages=frozenset({"de", "en"}))


def load(settings: Settings) -> Models:
    transcriber = FakeTranscriber(script(), limits=LIMITS)
    return Models(settings.model, lambda: transcriber, FakeDetector(script()))


def loaded(settings: Settings | None = None, *names: str) -> Served:
    served = Served(settings or Settings(), names, load=load)
    served.load()
    return served


def test_only_what_the_operator_named_is_served() -> None:
    served = loaded(Settings(model="base"), "large-v3-turbo")
    assert [model.id for model in served.list()] == ["whisper-base", "whisper-large-v3-turbo"]
    assert [model.is_default for model in served.list()] == [True, False]
    assert served.choose(Wish())[0].name == "whisper-base"
    assert served.choose(Wish(model="turbo"))[0].name == "whisper-large-v3-turbo"
    for name in ("small", "org/name", ".", "/", "~", "models/whisper-base", "cascade"):
        with pytest.raises(ModelUnknown, match="It serves: whisper-base, base"):
            served.check(Wish(model=name))


def test_a_folder_is_served_under_its_last_name(tmp_path: Path) -> None:
    folder = tmp_path / "secret place" / "my-whisper"
    folder.mkdir(parents=True)
    (folder / "model.bin").touch()  # of a Whisper
    served = loaded(Settings(model=str(folder)))
    models, settings = served.choose(Wish(model="my-whisper"))
    assert (models.name, settings.model) == ("my-whisper", str(folder))
    with pytest.raises(ModelUnknown) as caught:
        served.check(Wish(model=str(folder)))
    assert str(caught.value).count(str(tmp_path)) == 1  # as it was asked for, and no more


def test_a_model_server_is_served_under_its_model_s_name_alone() -> None:
    served = loaded(Settings(model="openai:http://10.0.0.7:8000/v1#org/moss"))
    (model,) = served.list()
    assert (model.id, model.device) == ("org/moss", "model server")
    assert served.choose(Wish())[0].name == "org/moss"
    message = to_model(model)
    assert "10.0.0.7" not in str(message)
    (unnamed,) = loaded(Settings(model="openai:http://10.0.0.7:8000/v1")).list()
    assert unnamed.id == "model-server"


def test_a_wish_changes_the_settings_of_the_operator() -> None:
    served = loaded(Settings(language="de", max_speakers=3))
    assert served.choose(Wish())[1].language == "de"
    wish = Wish(language="en-GB", speakers=SpeakerCount(exact=2))
    _, settings = served.choose(wish)
    assert (settings.language, settings.speaker_count) == ("en", SpeakerCount(exact=2))


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish(language="xx"), "transcription.language_code"),
        (Wish(language="?"), "transcription.language_code"),
        (
            Wish(speakers=SpeakerCount(exact=2, at_most=3)),
            "transcription.speaker_count",
        ),
    ],
)
def test_what_cannot_be_names_its_field(wish: Wish, field: str) -> None:
    with pytest.raises(OptionError) as caught:
        loaded().check(wish)
    assert caught.value.field == field


def test_an_unknown_model_of_the_operator_ends_the_start() -> None:
    with pytest.raises(ModelUnknown):
        Served(Settings(), ["no-such-model"], load=load)


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What ``auto`` was decided by, each time that it was."""
    asked: list[dict[str, object]] = []

    def choose(catalog: Catalog, **about: object) -> SimpleNamespace:
        asked.append(about)
        return SimpleNamespace(model="small", reason="it is the only one here")

    monkeypatch.setattr(service, "choose", choose)
    return asked


def test_auto_is_decided_once_and_callers_see_what_it_is(
    chosen: list[dict[str, object]], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "audiosvc"):
        served = loaded(Settings(model="auto", device="cpu"), "base")
    assert caplog.messages == ["the model is whisper-small (it is the only one here)"]
    assert [model.id for model in served.list()] == ["whisper-small", "whisper-base"]
    for wish in (Wish(), Wish(model="auto"), Wish(model="small")):
        models, settings = served.choose(wish)
        assert (models.name, settings.model) == ("whisper-small", "small")
    assert served.choose(Wish(model="base"))[0].name == "whisper-base"
    assert chosen == [{"model_server": None, "device": "cpu"}]


def test_auto_in_a_request_is_the_operator_s_model() -> None:
    served = loaded(Settings(model="base"), "small")
    assert served.choose(Wish(model="auto"))[0].name == "whisper-base"


def test_a_device_that_the_operator_named_is_listed() -> None:
    (model,) = loaded(Settings(model="base", device="cuda:1")).list()
    assert model.device == "cuda:1"


def test_windows_are_as_long_as_the_operator_says() -> None:
    (model,) = loaded(Settings(model="base", window_s=90.0)).list()
    assert model.limits is not None
    assert model.limits.window_s == 90.0


def test_a_window_that_a_model_cannot_take_ends_the_start() -> None:
    short = FakeTranscriber(script(), limits=replace(LIMITS, longest_s=60.0))
    served = Served(
        Settings(model="base", window_s=90.0),
        load=lambda settings: Models(settings.model, lambda: short, FakeDetector(script())),
    )
    with pytest.raises(OptionError, match="ask for 60 s or less"):
        served.load()


def test_before_they_are_loaded_models_are_listed_as_such() -> None:
    (model,) = Served(Settings(), load=load).list()
    assert model.limits is None
