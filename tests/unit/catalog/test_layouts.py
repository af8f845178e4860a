"""What files a model consists of, and how it shows that some are missing or cut off."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.catalog.layouts import LAYOUTS
from audiosvc.catalog.safetensors import find_damage
from tests.unit.catalog.fakes import (
    CTC_FILES,
    MOSS_FILES,
    PYANNOTE_FILES,
    SHARDS,
    UNWANTED,
    WHISPER_FILES,
    safetensors,
    write,
)

WHOLE = {
    "whisper": WHISPER_FILES,
    "safetensors": MOSS_FILES,
    "pyannote": PYANNOTE_FILES,
}
TENSORS = safetensors({"weights": b"0123456789", "bias": b""})


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_whole_model_lacks_nothing_and_nothing_else_is_taken(tmp_path: Path, name: str) -> None:
    layout, files = LAYOUTS[name], WHOLE[name]
    write(tmp_path, {**files, **dict.fromkeys(UNWANTED, b"unwanted")})
    assert layout.missing(tmp_path) is None
    assert layout.damage(tmp_path) == {}
    found = {path.relative_to(tmp_path).as_posix() for path in layout.files(tmp_path)}
    assert found == {*files}


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_code_is_asked_for_and_pickles_are_pyannote_s_alone(name: str) -> None:
    asked = [
        file
        for file in (*UNWANTED, "embedding/pytorch_model.bin", "sub/model.py", "model.pt")
        if any(fnmatch(file, pattern) for pattern in LAYOUTS[name].patterns)
    ]
    assert asked == (["embedding/pytorch_model.bin"] if name == "pyannote" else [])


@pytest.mark.parametrize(
    ("lacking", "told"),
    [
        ("config.json", "config.json"),
        ("model.safetensors.index.json", "model.safetensors or model.safetensors.index.json"),
        ("processor_config.json", "preprocessor_config.json or processor_config.json"),
        ("tokenizer.json", "tokenizer.json or vocab.json"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, lacking: str, told: str) -> None:
    write(tmp_path, {name: data for name, data in MOSS_FILES.items() if name != lacking})
    missing = LAYOUTS["safetensors"].missing(tmp_path)
    assert missing is not None
    assert missing.startswith(f"it has no {told} (")


def test_an_aligner_needs_no_index(tmp_path: Path) -> None:
    layout = LAYOUTS["safetensors"]
    assert layout.missing(write(tmp_path, CTC_FILES)) is None
    assert layout.damage(tmp_path) == {}


def test_a_shard_that_is_named_and_absent_is_damage(tmp_path: Path) -> None:
    write(tmp_path, MOSS_FILES)
    absent = tmp_path / next(iter(SHARDS))
    absent.unlink()
    assert LAYOUTS["safetensors"].missing(tmp_path) is None
    assert LAYOUTS["safetensors"].damage(tmp_path) == {absent: "is not there"}


@pytest.mark.parametrize(
    "index", [b"", b"[]", b"{}", b'{"weight_map": {}}', b'{"weight_map": {"a": "../other"}}']
)
def test_an_index_that_names_no_weights_of_its_folder_is_damage(
    tmp_path: Path, index: bytes
) -> None:
    write(tmp_path, {**MOSS_FILES, "model.safetensors.index.json": index})
    assert [path.name for path in LAYOUTS["safetensors"].damage(tmp_path)] == [
        "model.safetensors.index.json"
    ]


@pytest.mark.parametrize("lacking", [name for name in PYANNOTE_FILES if name != "config.yaml"])
def test_a_pipeline_needs_every_part_that_it_names(tmp_path: Path, lacking: str) -> None:
    write(tmp_path, {name: data for name, data in PYANNOTE_FILES.items() if name != lacking})
    assert LAYOUTS["pyannote"].damage(tmp_path) == {tmp_path / lacking: "is not there"}


@given(kept=st.integers(0, len(TENSORS) - 1))
def test_wherever_a_safetensors_file_is_cut_off_it_shows(
    tmp_path_factory: pytest.TempPathFactory, kept: int
) -> None:
    path = tmp_path_factory.mktemp("cut") / "model.safetensors"
    path.write_bytes(TENSORS[:kept])
    assert find_damage(path) is not None
    path.write_bytes(TENSORS)
    assert find_damage(path) is None


@given(data=st.binary(max_size=64))
def test_other_bytes_are_no_safetensors_file(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("other") / "model.safetensors"
    path.write_bytes(data)
    assert find_damage(path) is not None


def test_what_is_wrong_is_told_in_bytes(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(TENSORS + b"?")
    assert find_damage(path) == (
        f"has {len(TENSORS) + 1:,} bytes where its header says {len(TENSORS):,}"
    )
    path.write_bytes(TENSORS[:20])
    assert find_damage(path) == "ends after 20 bytes, in the midst of its header"
    path.write_bytes(b"\xff" * 20)
    assert find_damage(path) == "is no safetensors file"
