"""Small models and the packages that carry them, made for a test."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from audiosvc.catalog import Catalog
from tests.unit.catalog.fakes import HALVES, SMALL, WHOLE, FakeHub, sha256


def write_card(cards: Path, name: str, text: str) -> Path:
    folder = cards / name
    folder.mkdir(parents=True)
    (folder / "model.toml").write_text(text)
    return folder


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two importable packages with half a model each, as data."""
    root = tmp_path / "site"
    for package, half in zip(("fake_half_one", "fake_half_two"), HALVES, strict=True):
        (root / package / "data").mkdir(parents=True)
        (root / package / "__init__.py").write_text("raise RuntimeError('only its data is used')")
        (root / package / "data" / "model.part").write_bytes(half)
    (root / "fake_half_one" / "data" / "config.json").write_bytes(SMALL)
    monkeypatch.syspath_prepend(str(root))
    importlib.invalidate_caches()
    yield root
    importlib.invalidate_caches()


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    """A folder of cards: one model of each origin."""
    folder = tmp_path / "cards"
    write_card(
        folder,
        "whisper-base",
        f"""
id = "whisper-base"
title = "Halves"
task = "recognizer"
licence = "MIT"
source = "test"
backend = "tests.unit.catalog.fakes:Recognizer"
origin = "assembled"
revision = "0123456789abcdef"
extra = "embedded"
aliases = ["base"]

[[files]]
name = "config.json"
size_bytes = {len(SMALL)}
sha256 = "{sha256(SMALL)}"
parts = ["fake_half_one:data/config.json"]

[[files]]
name = "model.bin"
size_bytes = {len(WHOLE)}
sha256 = "{sha256(WHOLE)}"
parts = ["fake_half_one:data/model.part", "fake_half_two:data/model.part"]
""",
    )
    beside = write_card(
        folder,
        "beside",
        f"""
id = "beside"
title = "Beside its card"
task = "embedder"
licence = "MIT"
source = "test"
backend = "tests.unit.catalog.fakes:Embedder"
origin = "card"
files = [{{ name = "beside.onnx", size_bytes = {len(WHOLE)}, sha256 = "{sha256(WHOLE)}" }}]
""",
    )
    (beside / "beside.onnx").write_bytes(WHOLE)
    write_card(
        folder,
        "hubbed",
        f"""
id = "hubbed"
title = "On the hub"
task = "recognizer"
licence = "MIT"
source = "test"
backend = "tests.unit.catalog.fakes:Recognizer"
origin = "hub"
repository = "org/hubbed"
aliases = ["hub"]
files = [{{ name = "model.bin", sha256 = "{sha256(WHOLE)}" }}]
""",
    )
    write_card(
        folder,
        "cascade",
        """
id = "cascade"
title = "Both"
task = "transcriber"
licence = "MIT"
source = "test"
backend = "tests.unit.catalog.fakes:Cascade"
origin = "parts"
parts = { recognizer = "whisper-base", embedder = "beside" }
""",
    )
    return folder


@pytest.fixture
def joint_cards(cards: Path) -> Path:
    """The same folder, with joint models, aligners and a diarizer."""
    for name, task, layout, more in (
        ("moss-transcribe-diarize", "joint", "safetensors", 'repository = "org/moss"'),
        ("vibevoice-asr", "joint", "safetensors", 'repository = "org/vibevoice"'),
        ("wav2vec2-english", "aligner", "safetensors", 'languages = ["en"]'),
        ("wav2vec2-german", "aligner", "safetensors", 'languages = ["de"]'),
        ("pyannote-community-1", "diarizer", "pyannote", 'repository = "org/pyannote"'),
    ):
        write_card(
            cards,
            name,
            f"""
id = "{name}"
title = "{name}"
task = "{task}"
licence = "MIT"
source = "test"
layout = "{layout}"
backend = "tests.unit.catalog.fakes:Computing"
origin = "hub"
{more}
""",
        )
    write_card(
        cards,
        "moss",
        """
id = "moss"
title = "Joint"
task = "transcriber"
licence = "MIT"
source = "test"
backend = "tests.unit.catalog.fakes:Joint"
origin = "parts"
parts = { model = "moss-transcribe-diarize", embedder = "beside" }
""",
    )
    return cards


@pytest.fixture
def joint_catalog(tmp_path: Path, joint_cards: Path, hub: FakeHub) -> Catalog:
    return Catalog(tmp_path / "cache", joint_cards)


@pytest.fixture
def catalog(tmp_path: Path, cards: Path) -> Catalog:
    return Catalog(tmp_path / "cache", cards)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    """A hub without a network, whose files land where the real client looks for them."""
    cache = tmp_path / "hub"
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    return FakeHub(cache)
