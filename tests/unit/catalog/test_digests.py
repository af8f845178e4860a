"""Files are read whole once, and again as soon as anything about them has changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.catalog.digests import Stamps, digest_of
from tests.unit.catalog.fakes import sha256


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"right")
    return path


def test_digests_are_those_that_other_programs_compute(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"hello\n")
    assert (
        digest_of(path, "0" * 40) == "ce013625030ba8dba906f756967f9e9ca394464a"
    )  # git hash-object
    assert digest_of(path, "0" * 64) == (
        "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"  # sha256sum
    )


def test_a_file_is_stamped_only_once_it_was_found_right(tmp_path: Path, weights: Path) -> None:
    stamps = Stamps(tmp_path / "stamps")
    assert not stamps.check(weights, sha256(b"wrong"))
    assert not stamps.holds(weights, sha256(b"wrong"))
    assert not stamps.holds(weights, sha256(b"right"))
    assert stamps.check(weights, sha256(b"right"))
    assert stamps.holds(weights, sha256(b"right"))


@given(data=st.binary(max_size=8).filter(lambda data: data != b"right"))
def test_other_bytes_are_noticed_even_with_size_and_time_as_before(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("stamps")
    weights = folder / "weights.bin"
    weights.write_bytes(b"right")
    stamps = Stamps(folder / "stamps")
    assert stamps.check(weights, sha256(b"right"))
    before = weights.stat()
    weights.write_bytes(data)
    os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not stamps.check(weights, sha256(b"right"))


def test_a_stamp_says_nothing_about_another_digest_or_another_file(
    tmp_path: Path, weights: Path
) -> None:
    stamps = Stamps(tmp_path / "stamps")
    assert stamps.check(weights, sha256(b"right"))
    copy = tmp_path / "copy.bin"
    copy.write_bytes(b"right")
    assert not stamps.holds(weights, sha256(b"wrong"))
    assert not stamps.holds(copy, sha256(b"right"))


@pytest.mark.parametrize("note", [b"", b"[]", b"{}", b"\xff\xfe"])
def test_a_damaged_stamp_counts_for_nothing(tmp_path: Path, weights: Path, note: bytes) -> None:
    stamps = Stamps(tmp_path / "stamps")
    assert stamps.check(weights, sha256(b"right"))
    for path in (tmp_path / "stamps").iterdir():
        path.write_bytes(note)
    assert not stamps.holds(weights, sha256(b"right"))
    assert stamps.check(weights, sha256(b"right"))


def test_without_a_place_for_stamps_every_check_reads_the_file(
    tmp_path: Path, weights: Path
) -> None:
    (tmp_path / "file").write_text("a file where the folder should be")
    stamps = Stamps(tmp_path / "file" / "stamps")
    assert stamps.check(weights, sha256(b"right"))
    assert not stamps.holds(weights, sha256(b"right"))
    weights.write_bytes(b"wrong")
    assert not stamps.check(weights, sha256(b"right"))


def test_a_forgotten_stamp_is_gone(tmp_path: Path, weights: Path) -> None:
    stamps = Stamps(tmp_path / "stamps")
    assert stamps.check(weights, sha256(b"right"))
    stamps.forget(weights)
    stamps.forget(weights)
    assert not stamps.holds(weights, sha256(b"right"))
