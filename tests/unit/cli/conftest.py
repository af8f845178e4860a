"""The command line in this process, over models that play a script."""

from __future__ import annotations

import sys
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from audiosvc import cli, service
from tests.fakes import RATE_HZ, FakeDetector, FakeTranscriber, Script, script

TALK = script(
    ("ann", 0.5, 2.0, "Good morning to everybody."),
    ("ben", 2.5, 4.0, "Good morning, Ann."),
)


@dataclass(frozen=True)
class Ended:
    """How a call ended. loads: how often the models were loaded for it."""

    code: int
    out: str
    err: str
    loads: int

    @property
    def said(self) -> list[str]:
        return [line.removeprefix("audiosvc: ") for line in self.err.splitlines()]


class Stage:
    """What the models are for the next calls. reason: why these, if nobody named them."""

    def __init__(self) -> None:
        self.loads = 0
        self.reason: str | None = None
        self.play(TALK)

    def play(self, lines: Script, **options: object) -> FakeTranscriber:
        self.transcriber = FakeTranscriber(lines, **options)  # type: ignore[arg-type]
        self._detector = FakeDetector(lines)
        return self.transcriber

    def load(self, settings: object) -> service.Models:
        self.loads += 1
        return service.Models("script", lambda: self.transcriber, self._detector, self.reason)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage()
    monkeypatch.setattr(service, "load_models", stage.load)
    return stage


Run = Callable[..., Ended]


@pytest.fixture
def audiosvc(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Calls the command line as if it were typed."""

    def call(*words: str | Path) -> Ended:
        loaded = stage.loads
        monkeypatch.setattr(sys, "argv", ["audiosvc", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        captured = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return Ended(end.value.code, captured.out, captured.err, stage.loads - loaded)

    return call


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """Five seconds of sound; what is said in it stands in the script."""
    return write_sound(tmp_path / "talk.wav")


def write_sound(path: Path, seconds: float = 5.0) -> Path:
    samples = np.full(round(seconds * RATE_HZ), 3000, "<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())
    return path
