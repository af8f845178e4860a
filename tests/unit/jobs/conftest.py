"""A database and what lies in it, new for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from audiosvc.jobs import JobSettings
from audiosvc.jobs.stores import Stores


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    made = Stores(
        JobSettings(
            data_dir=tmp_path / "data",
        )
    )
    yield made
    made.close()
