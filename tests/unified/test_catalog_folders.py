"""Folders with tiny models of every layout, loaded through the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from audiosvc.catalog import Catalog, extras
from audiosvc.errors import ModelCorrupt, OptionError
from audiosvc.spans import Span
from audiosvc.transcription.cascade import Cascade
from audiosvc.transcription.joint import Joint
from audiosvc.types import Hints, Window
from tests.unified.conftest import clip
from tests.unified.ctc import save_ctc
from tests.unified.pipelines import FIRST, save_pipeline
from tests.unified.vibevoice_checkpoints import save_vibevoice

pytest.importorskip("torch")


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return Catalog(tmp_path / "cache")


def test_the_packages_are_seen() -> None:
    assert extras.is_installed("unified")


def test_a_folder_with_moss_becomes_a_transcriber(
    catalog: Catalog, checkpoint: Path, tmp_path: Path
) -> None:
    words = save_ctc(tmp_path / "ctc")
    card = catalog.find(str(checkpoint))
    assert (card.task, card.layout) == ("joint", "safetensors")
    wishes = {"threads": 2, "device": "cpu", "dtype": "float32"}
    made = catalog.transcriber(str(checkpoint), align=str(words), **wishes)  # type: ignore[arg-type]
    assert isinstance(made, Joint)
    sound = clip(3.0)
    list(made(Window(sound, sound.span, (Span(0.5, 2.5),)), Hints(language="en")))
    with pytest.raises(OptionError):
        catalog.transcriber(str(checkpoint), diarization=str(words))


def test_a_folder_with_vibevoice_becomes_a_transcriber(catalog: Catalog, tmp_path: Path) -> None:
    folder = save_vibevoice(tmp_path / "vibevoice")
    assert catalog.find(str(folder)).task == "joint"
    made = catalog.transcriber(str(folder), threads=2, device="cpu", align="off")
    assert isinstance(made, Joint)


def test_a_folder_with_a_pipeline_tells_the_cascade_who_speaks(
    catalog: Catalog, tmp_path: Path
) -> None:
    folder = save_pipeline(tmp_path / "pipeline", hears=FIRST)
    assert catalog.find(str(folder)).task == "diarizer"
    turns = catalog.load(str(folder), device="cpu")(clip(12.0))
    assert {type(name) for _, name in turns} == {str}
    if catalog.state("base") != "missing":
        made = catalog.transcriber("base", diarization=str(folder), device="cpu")
        assert isinstance(made, Cascade)


def test_weights_that_were_cut_off_are_not_handed_to_the_library(
    catalog: Catalog, tmp_path: Path
) -> None:
    folder = save_ctc(tmp_path / "ctc")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(ModelCorrupt, match=r"not whole: .*model\.safetensors has"):
        catalog.load(str(folder))
