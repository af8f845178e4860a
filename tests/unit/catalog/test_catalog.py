"""Models by name: found, refused with a hint, and loaded once for everybody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from audiosvc.catalog import Catalog, shared
from audiosvc.errors import AudiosvcError, ModelCorrupt, ModelFailed, ModelMissing, ModelUnknown
from tests.unit.catalog.fakes import WHOLE, Cascade, Embedder, FakeHub, Recognizer


def change(cards: Path, old: str, new: str, card: str = "beside") -> None:
    path = cards / card / "model.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_model_has_an_id_and_other_names(catalog: Catalog) -> None:
    assert catalog.find("whisper-base") is catalog.find("base")
    assert {card.id for card in catalog.list()} == {"whisper-base", "beside", "hubbed", "cascade"}


def test_an_unknown_name_is_answered_with_the_nearest_one(catalog: Catalog) -> None:
    with pytest.raises(ModelUnknown, match="'bsae'; did you mean 'base'"):
        catalog.find("bsae")


@pytest.mark.parametrize("name", ["", "../etc/passwd", "a/b/c", "/no/such/folder", "org/", "-x/y"])
def test_what_is_no_name_is_unknown(catalog: Catalog, name: str) -> None:
    with pytest.raises(ModelUnknown):
        catalog.find(name)


@pytest.mark.parametrize("name", ["a--b/c", "a/b..c", "org/x."])
def test_a_name_that_the_hub_would_not_take_is_missing(catalog: Catalog, name: str) -> None:
    with pytest.raises(ModelMissing):
        catalog.path(name)
    with pytest.raises(ModelUnknown):
        catalog.pull(name)


def test_one_file_is_given_by_its_path(catalog: Catalog, cards: Path) -> None:
    assert catalog.path("beside") == cards / "beside" / "beside.onnx"


def test_damaged_weights_are_never_loaded(catalog: Catalog, cards: Path) -> None:
    assert catalog.load("beside").weights == WHOLE
    (cards / "beside" / "beside.onnx").write_bytes(WHOLE[:-1] + b"!")
    with pytest.raises(ModelCorrupt, match=r"beside\.onnx is damaged.*Install audiosvc again"):
        Catalog(catalog.cache_dir, cards).load("beside")
    (cards / "beside" / "beside.onnx").unlink()
    with pytest.raises(ModelMissing, match=r"has no .*beside\.onnx"):
        Catalog(catalog.cache_dir, cards).load("beside")


def test_all_threads_share_one_loaded_model(catalog: Catalog) -> None:
    with ThreadPoolExecutor(8) as pool:
        models = list(pool.map(lambda _: catalog.load("beside", threads=2), range(32)))
    assert {id(model) for model in models} == {id(models[0])}
    assert catalog.load("beside", threads=1) is not models[0]


def test_a_model_with_parts_is_built_of_shared_ones(catalog: Catalog, packages: Path) -> None:
    cascade = catalog.load("cascade", threads=3)
    assert isinstance(cascade, Cascade)
    assert isinstance(cascade.embedder, Embedder)
    assert cascade.embedder is catalog.load("beside", threads=3)
    assert cascade.recognizer is catalog.load("base", threads=3)
    assert cascade.recognizer.folder == catalog.path("base")
    with pytest.raises(ModelUnknown, match="its parts have: whisper-base, beside"):
        catalog.path("cascade")
    assert len(catalog.verify("cascade")) == 3
    assert catalog.state("cascade") == "verified"


def test_a_recognizer_transcribes_as_part_of_the_cascade(
    catalog: Catalog, packages: Path, hub: FakeHub
) -> None:
    assert catalog.transcriber("base", threads=2) is catalog.transcriber("base", threads=2)
    catalog.pull("hub", hub)
    other = catalog.transcriber("hub", threads=2)
    assert isinstance(other, Cascade)
    assert isinstance(other.recognizer, Recognizer)
    assert other.recognizer.folder == catalog.path("hub")
    with pytest.raises(ModelUnknown, match="does not transcribe"):
        catalog.transcriber("beside")


@pytest.mark.parametrize(
    ("backend", "error", "message"),
    [
        ("tests.unit.catalog.absent:X", ModelMissing, "no module 'tests.unit.catalog.absent'"),
        ("tests.unit.catalog.fakes:Absent", ModelMissing, "has no 'Absent'"),
        ("tests.unit.catalog.fakes", ModelMissing, "not of the form"),
        (
            "tests.unit.catalog.fakes:NeedsAbsentLibrary",
            ModelMissing,
            r"needs the package 'library_that_is_absent', .*pip install",
        ),
        (
            "tests.unit.catalog.fakes:NeedsNewerLibrary",
            ModelMissing,
            r'other versions of its packages .*pip install --upgrade "audiosvc" .*what_a_newer',
        ),
        (
            "tests.unit.catalog.fakes:Breaks",
            ModelFailed,
            "Beside its card could not be loaded: out of luck$",
        ),
    ],
)
def test_a_backend_that_cannot_be_loaded_is_told_in_a_sentence(
    tmp_path: Path, cards: Path, backend: str, error: type[AudiosvcError], message: str
) -> None:
    change(cards, "tests.unit.catalog.fakes:Embedder", backend)
    with pytest.raises(error, match=message):
        Catalog(tmp_path / "cache", cards).load("beside")


def test_a_package_is_used_where_it_lies(tmp_path: Path, cards: Path, packages: Path) -> None:
    change(cards, 'origin = "card"', 'origin = "package"')
    change(cards, "{ name", '{ parts = ["fake_half_one:data/model.part"], name')
    catalog = Catalog(tmp_path / "cache", cards)
    with pytest.raises(ModelCorrupt, match="force-reinstall fake-half-one"):
        catalog.path("beside")
    piece = packages / "fake_half_one" / "data" / "model.part"
    piece.write_bytes(WHOLE)
    assert catalog.path("beside") == piece
    piece.unlink()
    with pytest.raises(ModelMissing, match="fake-half-one"):
        catalog.path("beside")


def test_a_process_has_one_catalogue_for_a_cache(tmp_path: Path) -> None:
    assert shared(tmp_path) is shared(tmp_path)
    assert shared(tmp_path).cache_dir == tmp_path
