"""Transcribers: a cascade around a recognizer, a joint model with what stands beside it."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest

from audiosvc.catalog import Catalog
from audiosvc.errors import ModelMissing, ModelUnknown, OptionError
from tests.unit.catalog.fakes import (
    CTC_FILES,
    MOSS_FILES,
    PYANNOTE_FILES,
    Cascade,
    Computing,
    Embedder,
    FakeHub,
    Joint,
    write,
)


def pull(catalog: Catalog, hub: FakeHub, name: str, files: dict[str, bytes]) -> None:
    hub.files = dict(files)
    catalog.pull(name, hub)


@pytest.fixture
def pulled(joint_catalog: Catalog, hub: FakeHub) -> Catalog:
    pull(joint_catalog, hub, "moss", MOSS_FILES)
    return joint_catalog


def joint(catalog: Catalog, name: str = "moss", **options: object) -> Joint:
    return cast(Joint, catalog.transcriber(name, **options))  # type: ignore[arg-type]


def test_a_joint_model_gets_its_embedder(pulled: Catalog) -> None:
    made = joint(pulled, threads=3)
    assert isinstance(made, Joint)
    assert made.threads == 3
    assert made.model is pulled.load("moss-transcribe-diarize", threads=3)
    assert made.embedder is pulled.load("beside", threads=3)
    assert made.model.where == pulled.path("moss-transcribe-diarize")


def test_every_thread_gets_the_same_for_the_same_wishes(pulled: Catalog) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: pulled.transcriber("moss", threads=2), range(16)))
    assert {id(one) for one in made} == {id(made[0])}
    assert pulled.transcriber("moss-transcribe-diarize", threads=2) is made[0]
    other = joint(pulled, threads=2, align="off")
    assert other is not made[0]
    assert other.model is cast(Joint, made[0]).model


def test_only_a_joint_model_hears_of_the_number_type(
    pulled: Catalog, cards: Path, tmp_path: Path
) -> None:
    path = cards / "beside" / "model.toml"
    path.write_text(path.read_text().replace("fakes:Embedder", "fakes:Computing"))
    catalog = Catalog(tmp_path / "cache", cards)
    made = joint(catalog, device="cuda:1", dtype="float16")
    assert made.model.options == {"device": "cuda:1", "dtype": "float16"}
    assert cast(Computing, made.embedder).options == {"device": "cuda:1"}
    plain = joint(catalog)
    assert plain.model.options == {}


def test_a_part_that_is_loaded_alone_is_the_one_of_the_whole(pulled: Catalog) -> None:
    whole = pulled.load("moss", threads=2, dtype="float16")
    assert isinstance(whole, Joint)
    assert whole.model is pulled.load("moss-transcribe-diarize", threads=2, dtype="float16")
    assert isinstance(whole.embedder, Embedder)


def test_a_folder_with_a_joint_model_is_transcribed_with(
    joint_catalog: Catalog, tmp_path: Path
) -> None:
    folder = write(tmp_path / "mine", MOSS_FILES)
    made = joint(joint_catalog, str(folder))
    assert made.model.where == folder
    assert isinstance(made.embedder, Embedder)


def test_a_server_is_called_with_its_address(
    joint_catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = "tests.unit.catalog.fakes:Computing"
    monkeypatch.setattr("audiosvc.catalog.finding.SERVER_BACKEND", backend)
    made = joint(joint_catalog, "openai:http://gpu:8000#org/moss", threads=2)
    assert made.model.where == "http://gpu:8000/v1#org/moss"


def test_the_spare_is_the_embedded_cascade_once_it_is_asked_for(
    pulled: Catalog, packages: Path
) -> None:
    made = joint(pulled, threads=2)
    assert made.spare is not None
    cascade = made.spare()
    assert isinstance(cascade, Cascade)
    assert cascade is pulled.load("cascade", threads=2)
    assert made.spare() is cascade


def test_without_the_packages_there_is_no_spare_until_they_come(
    pulled: Catalog, request: pytest.FixtureRequest
) -> None:
    made = joint(pulled)
    assert made.spare is not None
    assert made.spare() is None
    request.getfixturevalue("packages")
    assert isinstance(made.spare(), Cascade)


def test_a_spare_that_cannot_be_loaded_is_told_once(
    pulled: Catalog, packages: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (packages / "fake_half_two" / "data" / "model.part").write_bytes(b"something else")
    made = joint(pulled)
    assert made.spare is not None
    with caplog.at_level(logging.WARNING):
        assert made.spare() is None
        assert made.spare() is None
    (record,) = caplog.records
    assert "not transcribed by another: model.bin of Halves is damaged" in record.message


def test_an_aligner_is_taken_for_its_language_once_it_is_here(
    pulled: Catalog, hub: FakeHub
) -> None:
    made = joint(pulled)
    assert made.aligner is not None
    assert made.aligner("en") is None
    pull(pulled, hub, "wav2vec2-english", CTC_FILES)
    found = made.aligner("en-GB")
    assert found is pulled.load("wav2vec2-english", threads=1)
    assert made.aligner("de") is None
    assert made.aligner("fr") is None
    assert made.aligner(None) is None


def test_a_damaged_aligner_is_not_taken(pulled: Catalog, hub: FakeHub) -> None:
    pull(pulled, hub, "wav2vec2-english", CTC_FILES)
    made = joint(pulled)
    weights = pulled.path("wav2vec2-english") / "model.safetensors"
    weights.resolve().write_bytes(b"cut")
    assert made.aligner is not None
    assert made.aligner("en") is None


def test_nobody_has_to_align(pulled: Catalog) -> None:
    assert joint(pulled, align="off").aligner is None


def test_an_aligner_that_is_named_is_taken_for_every_language(
    pulled: Catalog, hub: FakeHub, tmp_path: Path
) -> None:
    for name in ("wav2vec2-english", "some/ctc"):
        with pytest.raises(ModelMissing, match=f"audiosvc models pull {name}"):
            pulled.transcriber("moss", align=name)
        pull(pulled, hub, name, CTC_FILES)
        made = joint(pulled, align=name)
        assert made.aligner is not None
        assert made.aligner("de") is made.aligner(None) is pulled.load(name, threads=1)
    with pytest.raises(ModelUnknown, match="Beside its card is no aligner: it is for embedder"):
        pulled.transcriber("moss", align="beside")


def test_a_diarizer_takes_its_place_in_the_cascade(
    joint_catalog: Catalog, hub: FakeHub, packages: Path
) -> None:
    with pytest.raises(ModelMissing, match="audiosvc models pull pyannote-community-1"):
        joint_catalog.transcriber("base", diarization="org/pyannote")
    pull(joint_catalog, hub, "org/pyannote", PYANNOTE_FILES)
    made = joint_catalog.transcriber("base", threads=2, diarization="org/pyannote")
    assert isinstance(made, Cascade)
    diarizer = joint_catalog.load("pyannote-community-1", threads=2)
    assert made.diarizer is diarizer
    assert joint_catalog.transcriber("cascade", threads=2, diarization="org/pyannote") is made
    plain = joint_catalog.transcriber("base", threads=2)
    assert isinstance(plain, Cascade)
    assert plain.diarizer is None
    with pytest.raises(ModelUnknown, match="Beside its card is no diarizer"):
        joint_catalog.transcriber("base", diarization="beside")


@pytest.mark.parametrize("name", ["moss", "moss-transcribe-diarize", "openai:http://gpu:8000"])
def test_a_joint_model_takes_no_diarizer(joint_catalog: Catalog, name: str) -> None:
    with pytest.raises(OptionError, match="tells by itself who speaks") as caught:
        joint_catalog.transcriber(name, diarization="org/pyannote")
    assert caught.value.field == "diarization"


@pytest.mark.parametrize("name", ["wav2vec2-english", "pyannote-community-1"])
def test_what_helps_a_transcriber_is_none(joint_catalog: Catalog, name: str) -> None:
    with pytest.raises(ModelUnknown, match="does not transcribe"):
        joint_catalog.transcriber(name)


def test_what_answers_questions_does_not_transcribe(joint_catalog: Catalog) -> None:
    with pytest.raises(ModelUnknown, match="does not transcribe: it is for audio_language"):
        joint_catalog.transcriber("openai-chat:http://gpu:8000#org/omni")
