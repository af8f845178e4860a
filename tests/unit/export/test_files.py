"""Writing: whole files or none."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from audiosvc.errors import OptionError, OutputError
from audiosvc.export.files import unique_stems, write_exports
from audiosvc.export.formats import FORMATS
from audiosvc.spans import Span
from audiosvc.types import Coverage, Segment, Transcript

TRANSCRIPT = Transcript(
    (Segment(0, Span(0, 1), "S1", "h\u00e9llo"),), (), "en", 1.0, Coverage(), "m"
)


def failing(code: int):
    def fail(*_args, **_kwargs):
        raise OSError(code, os.strerror(code))

    return fail


def test_every_format_lands_under_its_name(tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder"
    paths = write_exports(TRANSCRIPT, "talk", list(FORMATS), target)
    assert paths == [target / f"talk{item.suffix}" for item in FORMATS.values()]
    assert sorted(target.iterdir()) == sorted(paths)
    for path, item in zip(paths, FORMATS.values(), strict=True):
        assert path.read_bytes().decode() == item.serialise(TRANSCRIPT, "talk")


def test_the_names_that_scripts_rely_on(tmp_path: Path) -> None:
    paths = write_exports(TRANSCRIPT, "talk", ["json", "rttm", "seglst", "json"], tmp_path)
    assert [path.name for path in paths] == ["talk.json", "talk.rttm", "talk.seglst.json"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_files_follow_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        (path,) = write_exports(TRANSCRIPT, "talk", ["txt"], tmp_path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize(
    "failure",
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
@pytest.mark.parametrize(
    ("owner", "step"), [(os, "fsync"), (os, "open"), (Path, "replace"), (Path, "mkdir")]
)
def test_a_failure_leaves_what_was_there_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner, step: str, failure
) -> None:
    code, reason = failure
    (tmp_path / "talk.txt").write_text("old")
    with monkeypatch.context() as patch:
        patch.setattr(owner, step, failing(code))
        with pytest.raises(OutputError, match=reason) as caught:
            write_exports(TRANSCRIPT, "talk", ["txt", "json"], tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["talk.txt"]
    assert (tmp_path / "talk.txt").read_text() == "old"


def test_no_file_changes_when_a_later_one_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "talk.txt").write_text("old")
    synced: list[int] = []

    def full_after_the_first(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_after_the_first)
        with pytest.raises(OutputError, match=r"talk\.json cannot be written: the disk is full"):
            write_exports(TRANSCRIPT, "talk", ["txt", "json"], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["talk.txt"]
    assert (tmp_path / "talk.txt").read_text() == "old"


def test_an_interrupt_leaves_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_fd: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_exports(TRANSCRIPT, "talk", ["txt"], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_under_the_final_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "talk.json").mkdir()
    with pytest.raises(OutputError, match="a folder of that name is in the way"):
        write_exports(TRANSCRIPT, "talk", ["txt", "json"], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["talk.json"]


@pytest.mark.parametrize("inside", ["", "deeper"])
def test_a_file_where_a_folder_is_expected(tmp_path: Path, inside: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match=r"file.* cannot be written: .*Choose another folder"):
        write_exports(TRANSCRIPT, "talk", ["txt"], tmp_path / "file" / inside)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_that_may_not_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The mode of a folder does not stop root, under whom tests may run.
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", failing(errno.EACCES))
        with pytest.raises(OutputError, match="permission is denied"):
            write_exports(TRANSCRIPT, "talk", ["txt"], tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="the mode of a folder does not stop root",
)
def test_a_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="permission is denied"):
            write_exports(TRANSCRIPT, "talk", ["txt"], tmp_path)
    finally:
        tmp_path.chmod(0o700)


def test_a_name_too_long_for_the_disk(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="too long"):
        write_exports(TRANSCRIPT, "n" * 300, ["txt"], tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", ".", "..", "../up", "a/b", "nul\0"])
def test_a_name_cannot_lead_elsewhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="cannot be the name of a file"):
        write_exports(TRANSCRIPT, name, ["txt"], tmp_path / "in")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"no format 'docx'\. Choose from: json, txt"):
        write_exports(TRANSCRIPT, "talk", ["txt", "docx"], tmp_path / "in")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("paths", "stems"),
    [
        ([], []),
        (["x/a.wav", "y/b.mp3"], ["a", "b"]),
        (["a.wav", "b.wav", "x/b.mp3"], ["a", "b.wav", "b.mp3"]),
        (["a.wav", "A.mp3"], ["a.wav", "A.mp3"]),
        (["a.wav", "a.mp3", "a.wav.flac"], ["a.wav", "a.mp3", "a.wav.flac"]),
        (["a", "a.wav"], ["a", "a.wav"]),
        (["a.wav", "a.seglst.wav"], ["a.wav", "a.seglst.wav"]),
        (["caf\u00e9.wav", "cafe\u0301.mp3"], ["caf\u00e9.wav", "cafe\u0301.mp3"]),
    ],
)
def test_stems_that_do_not_meet(paths: list[str], stems: list[str]) -> None:
    assert unique_stems(paths) == stems
    assert unique_stems([Path(path) for path in paths]) == stems


@pytest.mark.parametrize("paths", [["a.wav", "a.wav"], ["x/a.wav", "y/a.wav"], ["a.WAV", "A.wav"]])
def test_recordings_of_one_name_are_refused(paths: list[str]) -> None:
    with pytest.raises(OptionError, match="different folders"):
        unique_stems(paths)
