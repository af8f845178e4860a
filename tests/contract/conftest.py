"""Recordings, and one loaded model of each kind for all contract tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audiosvc import catalog
from audiosvc.audio.sources import FileSource
from audiosvc.types import Audio
from tests.fakes import Script, read_script

Load = Callable[[str], Audio]
Plot = Callable[[str], Script]

SOUND = {".flac", ".wav"}
FAKE = pytest.param("fake")


def real(name: str) -> Any:
    """A parameter for a model of the catalogue."""
    return pytest.param(name, marks=pytest.mark.model)


@pytest.fixture(scope="session")
def load(recordings: Path) -> Load:
    """A test recording by name, whole."""

    @cache
    def read(name: str) -> Audio:
        (path,) = (path for path in recordings.glob(f"{name}.*") if path.suffix in SOUND)
        blocks = list(FileSource(path).blocks())
        return Audio(np.concatenate([block.samples for block in blocks]), 16_000)

    return read


@pytest.fixture(scope="session")
def plot(recordings: Path) -> Plot:
    """What is said in a test recording; nothing where it has no stm file."""

    def read(name: str) -> Script:
        path = recordings / f"{name}.stm"
        return read_script(path) if path.exists() else Script(())

    return read


@pytest.fixture(scope="session")
def model() -> Callable[..., Any]:
    """A model of the catalogue, loaded once."""
    return catalog.shared().load
