"""What every test may use."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parent.parent

# A slow machine is no failure of the code, so that no profile has a deadline.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# The extra `evaluate` compiles a part of itself; a machine without Python's headers does without.
HAS_METRICS = find_spec("meeteval") is not None
NEEDS_METRICS = ("import meeteval", "from pyannote", "audiosvc.evaluate")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    if HAS_METRICS or collection_path.suffix != ".py":
        return None
    text = collection_path.read_text("utf-8")
    return True if any(words in text for words in NEEDS_METRICS) else None


def pytest_report_header() -> str:
    return "" if HAS_METRICS else "audiosvc[evaluate] is not installed: its tests are left out"


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of the short test recordings; its CARD.md says what each holds."""
    return REPOSITORY / "tests" / "data"


@pytest.fixture(scope="session")
def sample_meeting() -> Path:
    return REPOSITORY / "samples" / "meeting.flac"


@pytest.fixture(scope="session")
def dev_set() -> Path:
    """The development set, which is not part of the repository."""
    folder = REPOSITORY.parent / "shared" / "eval" / "dev"
    if not (folder / "manifest.json").is_file():
        pytest.skip("the development set is not here (../shared/eval/dev): not measured on it")
    return folder
