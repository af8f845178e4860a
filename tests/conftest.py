"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parent.parent

# A slow machine is no failure of the code, so that no profile has a deadline.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


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
