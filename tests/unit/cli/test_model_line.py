"""Which model was chosen, and why, is one line for people; what is piped stays clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from audiosvc import service
from audiosvc.errors import ModelMissing
from tests.fakes import FakeDetector, FakeTranscriber
from tests.unit.cli.conftest import TALK, Run, Stage

LINE = "Model: script (no GPU here)"


@pytest.fixture(autouse=True)
def _chosen(stage: Stage) -> None:
    stage.reason = "no GPU here"


def test_it_is_said_once_and_beside_the_transcript(audiosvc: Run, talk: Path) -> None:
    ended = audiosvc("transcribe", talk, talk)
    assert ended.code == 0
    assert ended.said[0] == LINE
    assert ended.said.count(LINE) == 1
    assert "Model" not in ended.out


def test_quiet_does_not_say_it(audiosvc: Run, talk: Path) -> None:
    assert audiosvc("transcribe", talk, "-q").err == ""


def test_a_model_that_was_named_needs_no_reason(audiosvc: Run, talk: Path, stage: Stage) -> None:
    stage.reason = None
    assert "Model" not in audiosvc("transcribe", talk).err


def test_what_goes_wrong_before_there_is_work_is_one_line(
    audiosvc: Run, talk: Path, tmp_path: Path
) -> None:
    noise = tmp_path / "noise.wav"
    noise.write_bytes(b"no sound at all")
    for words, code in (([noise], 3), ([talk, "--language", "xx"], 2)):
        ended = audiosvc("transcribe", *words)
        assert (ended.code, len(ended.said)) == (code, 1)


def test_a_model_that_cannot_be_loaded_is_one_line(
    audiosvc: Run, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> FakeTranscriber:
        raise ModelMissing("The device 'cuda' is not here.")

    models = service.Models("script", missing, FakeDetector(TALK), "no GPU here")
    monkeypatch.setattr(service, "load_models", lambda settings: models)
    ended = audiosvc("transcribe", talk)
    assert (ended.code, ended.said) == (4, ["The device 'cuda' is not here."])


def test_it_stands_above_what_goes_wrong_later(audiosvc: Run, talk: Path, stage: Stage) -> None:
    stage.transcriber = FakeTranscriber(TALK, raises=(1.0, RuntimeError("out of luck")))
    ended = audiosvc("transcribe", talk)
    assert (ended.code, len(ended.said)) == (4, 2)
    assert ended.said[0] == LINE
    assert "out of luck" in ended.said[1]
