"""The tests of the extra ``unified``; ``make test-unified`` runs them where it is installed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from audiosvc.types import Audio
from tests.unified.checkpoints import save_moss
from tests.unified.scripts import Script

HERE = Path(__file__).parent
LEFT_OUT = "audiosvc[unified] is not installed: make test-unified"
IS_INSTALLED = all(map(find_spec, ("torch", "transformers")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not IS_INSTALLED:
        left_out = pytest.mark.skip(reason=LEFT_OUT)
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(left_out)


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny MOSS; whoever damages it takes a copy."""
    return save_moss(tmp_path_factory.mktemp("moss"))


@pytest.fixture(scope="session")
def loaded(checkpoint: Path):
    from audiosvc.backends.moss import MossModel

    return MossModel(checkpoint, threads=2)


@pytest.fixture
def moss(loaded) -> Iterator:
    """A tiny MOSS in its right mind: it writes what its random weights say."""
    before = dict(vars(loaded.generator))
    yield loaded
    vars(loaded.generator).update(before)


@pytest.fixture
def script(moss) -> Script:
    """What it writes instead: see ``Script``."""
    moss.generator.steer = script = Script(moss)
    return script


def clip(duration_s: float, seed: int = 0) -> Audio:
    samples = np.random.default_rng(seed).normal(0.0, 0.1, round(duration_s * 16_000))
    return Audio(samples.astype(np.float32), 16_000, 0.0)
