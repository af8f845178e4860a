"""Models without a card of ours: in folders, in other repositories, on servers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audiosvc.catalog import Catalog
from audiosvc.errors import ModelCorrupt, ModelMissing, ModelUnknown, OptionError
from tests.unit.catalog.fakes import (
    CTC_FILES,
    MOSS_FILES,
    PYANNOTE_FILES,
    SHARDS,
    UNWANTED,
    Computing,
    FakeHub,
    write,
)

FIRST, SECOND = SHARDS


@pytest.mark.parametrize(
    ("files", "task"),
    [(MOSS_FILES, "joint"), (CTC_FILES, "aligner"), (PYANNOTE_FILES, "diarizer")],
)
def test_a_folder_is_used_like_the_model_it_holds(
    joint_catalog: Catalog, tmp_path: Path, files: dict[str, bytes], task: str
) -> None:
    folder = write(tmp_path / "mine", files)
    card = joint_catalog.find(str(folder))
    assert (card.origin, card.task, card.licence) == ("folder", task, "unknown")
    assert joint_catalog.path(str(folder)) == folder
    assert joint_catalog.state(str(folder)) == "there"
    loaded = joint_catalog.load(str(folder), threads=2)
    assert isinstance(loaded, Computing)
    assert loaded.where == folder


def test_a_folder_that_was_copied_half_is_damaged(joint_catalog: Catalog, tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", MOSS_FILES)
    (folder / SECOND).write_bytes(SHARDS[SECOND][:-1])
    assert joint_catalog.state(str(folder)) == "damaged"
    with pytest.raises(ModelCorrupt, match=rf"not whole: .*{SECOND} has .* Copy the whole model"):
        joint_catalog.path(str(folder))
    checks = {check.path.name: check.correct for check in joint_catalog.verify(str(folder))}
    assert checks[SECOND] is False
    assert checks[FIRST] is None  # nothing says what it should be


def test_a_folder_like_a_model_that_has_no_card_is_unknown(
    catalog: Catalog, tmp_path: Path
) -> None:
    folder = write(tmp_path / "mine", MOSS_FILES)
    with pytest.raises(ModelUnknown, match="like moss-transcribe-diarize, which has no card"):
        catalog.find(str(folder))


def test_a_repository_is_asked_what_it_holds_and_then_fetched(
    joint_catalog: Catalog, hub: FakeHub
) -> None:
    hub.files = {**MOSS_FILES, **dict.fromkeys(UNWANTED, b"unwanted")}
    with pytest.raises(ModelMissing, match="audiosvc models pull some/moss"):
        joint_catalog.path("some/moss")
    assert joint_catalog.state("some/moss") == "missing"
    (folder,) = joint_catalog.pull("some/moss", hub)
    assert hub.calls[0]["patterns"] == ["config.json", "config.yaml"]
    assert {path.name for path in folder.iterdir()} == {*MOSS_FILES}
    card = joint_catalog.find("some/moss")
    assert (card.task, card.layout, card.source) == (
        "joint",
        "safetensors",
        "https://huggingface.co/some/moss",
    )
    assert joint_catalog.path("some/moss") == folder
    assert joint_catalog.state("some/moss") == "verified"
    asked = len(hub.calls)
    joint_catalog.pull("some/moss", hub)
    assert len(hub.calls) == asked + 1  # what it holds is known


def test_the_configuration_alone_is_no_model(joint_catalog: Catalog, hub: FakeHub) -> None:
    hub.files = {"config.json": MOSS_FILES["config.json"]}
    with pytest.raises(ModelCorrupt, match=r"not a model for transformers: .*pickles are not"):
        joint_catalog.pull("some/moss", hub)
    assert joint_catalog.find("some/moss").task == "joint"
    with pytest.raises(ModelMissing, match="audiosvc models pull some/moss"):
        joint_catalog.path("some/moss")


def test_a_repository_of_something_else_is_refused_before_it_is_fetched(
    joint_catalog: Catalog, hub: FakeHub
) -> None:
    hub.files = {**MOSS_FILES, "config.json": b'{"model_type": "bert"}'}
    with pytest.raises(ModelUnknown, match="some/bert holds a model of another kind: bert"):
        joint_catalog.pull("some/bert", hub)
    assert len(hub.calls) == 1
    with pytest.raises(ModelUnknown, match="bert"):
        joint_catalog.find("some/bert")


def test_the_makers_layout_is_refused_with_the_way_out(
    joint_catalog: Catalog, hub: FakeHub
) -> None:
    original = {"model_type": "moss_transcribe_diarize", "auto_map": {"AutoConfig": "x.Y"}}
    hub.files = {**MOSS_FILES, "config.json": json.dumps(original).encode()}
    with pytest.raises(ModelUnknown, match=r"is never run.*audiosvc models pull moss"):
        joint_catalog.pull("OpenMOSS-Team/MOSS-Transcribe-Diarize", hub)


def test_half_a_download_is_said_and_mended(joint_catalog: Catalog, hub: FakeHub) -> None:
    hub.files = {name: data for name, data in MOSS_FILES.items() if name != SECOND}
    with pytest.raises(ModelCorrupt, match=SECOND):
        joint_catalog.pull("moss-transcribe-diarize", hub)
    assert joint_catalog.state("moss-transcribe-diarize") == "damaged"
    with pytest.raises(
        ModelCorrupt,
        match=rf"not whole: .*{SECOND} is not there. .*models pull moss-transcribe-diarize",
    ):
        joint_catalog.load("moss-transcribe-diarize")
    hub.files[SECOND] = MOSS_FILES[SECOND]
    joint_catalog.pull("moss-transcribe-diarize", hub)
    assert joint_catalog.state("moss-transcribe-diarize") == "verified"


def test_a_truncated_file_is_said_and_fetched_again(joint_catalog: Catalog, hub: FakeHub) -> None:
    hub.files = dict(MOSS_FILES)
    (folder, _) = joint_catalog.pull("moss", hub)
    blob = (folder / FIRST).resolve()
    blob.write_bytes(blob.read_bytes()[:-3])
    assert joint_catalog.state("moss") == "damaged"
    with pytest.raises(ModelCorrupt, match=rf"{FIRST} has .* audiosvc models pull"):
        joint_catalog.path("org/moss")
    joint_catalog.pull("moss", hub)
    assert joint_catalog.state("moss-transcribe-diarize") == "verified"


def test_a_model_with_parts_is_pulled_part_by_part(joint_catalog: Catalog, hub: FakeHub) -> None:
    hub.files = dict(MOSS_FILES)
    folder, embedder = joint_catalog.pull("moss", hub)
    assert [call["repository"] for call in hub.calls] == ["org/moss"]
    assert (folder / "config.json").is_file()
    assert embedder == joint_catalog.path("beside")


def test_a_pipeline_lies_in_folders_of_its_own(joint_catalog: Catalog, hub: FakeHub) -> None:
    hub.files = {**PYANNOTE_FILES, **dict.fromkeys(UNWANTED, b"unwanted")}
    (folder,) = joint_catalog.pull("org/pyannote", hub)
    fetched = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert fetched == {*PYANNOTE_FILES}
    assert joint_catalog.path("pyannote-community-1") == folder
    assert all(check.correct for check in joint_catalog.verify("pyannote-community-1"))
    (folder / "embedding/pytorch_model.bin").resolve().write_bytes(b"another pickle")
    with pytest.raises(ModelCorrupt, match=r"pytorch_model\.bin is damaged"):
        joint_catalog.load("pyannote-community-1")


@pytest.mark.parametrize(
    ("typed", "id_"),
    [
        ("openai:http://gpu:8000", "openai:http://gpu:8000/v1"),
        ("openai:http://gpu:8000/v1/#org/moss", "openai:http://gpu:8000/v1#org/moss"),
        ("openai:https://gpu/v1/audio/transcriptions#a%20b", "openai:https://gpu/v1#a%20b"),
    ],
)
def test_a_model_server_has_one_card_however_it_is_written(
    catalog: Catalog, typed: str, id_: str
) -> None:
    card = catalog.find(typed)
    assert card == catalog.find(id_)
    assert (card.id, card.task, card.origin, card.licence) == (id_, "joint", "server", "unknown")
    assert card.source == id_.removeprefix("openai:")
    assert catalog.state(typed) == "there"
    for call in (catalog.path, catalog.verify, catalog.pull):
        with pytest.raises(ModelUnknown, match=r"gpu.* runs on that server: it has no weights"):
            call(typed)


@pytest.mark.parametrize(
    "address", ["ftp://h", "http://me:hunter2@h/v1", "http://h/v1?key=hunter2"]
)
def test_an_address_that_is_none_is_refused_without_its_secrets(
    catalog: Catalog, address: str
) -> None:
    with pytest.raises(OptionError) as caught:
        catalog.find(f"openai:{address}")
    assert "hunter2" not in str(caught.value)


def test_auto_is_not_a_model(catalog: Catalog) -> None:
    with pytest.raises(ModelUnknown, match="'auto' is not the name of a model"):
        catalog.find("auto")
