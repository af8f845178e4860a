"""Files without names: bounded, private, and gone with their call."""

from __future__ import annotations

import resource
import signal
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from audiosvc.errors import Cancelled, OutputError, StorageFull, TooLarge
from audiosvc.server.spool import Spool


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "streams", max_file_bytes=1000, max_bytes=1500)


def test_what_is_written_can_be_read(spool: Spool, tmp_path: Path) -> None:
    with closing(spool.open("it")) as file:
        file.write(b"one ")
        file.write(b"two")
        file.file.seek(0)
        assert file.file.read() == b"one two"
        assert list((tmp_path / "streams").iterdir()) == []
    assert stat.S_IMODE((tmp_path / "streams").stat().st_mode) == 0o700


def test_a_file_has_a_limit(spool: Spool) -> None:
    with closing(spool.open("it")) as file:
        file.write(bytes(1000))
        with pytest.raises(TooLarge, match="it has more than"):
            file.write(b"x")


def test_all_files_have_a_limit_and_room_comes_back(spool: Spool) -> None:
    with closing(spool.open("a")) as first, closing(spool.open("b")) as second:
        first.write(bytes(900))
        with pytest.raises(StorageFull) as caught:
            second.write(bytes(900))
        assert caught.value.retry_after_s
        first.close()
        first.close()
        assert spool.used_bytes == 0
        second.write(bytes(900))
        assert spool.used_bytes == 900


def test_a_file_that_is_closed_takes_nothing(spool: Spool) -> None:
    file = spool.open("it")
    file.close()
    with pytest.raises(Cancelled):
        file.write(b"x")
    assert spool.used_bytes == 0


@pytest.fixture
def _small_files() -> Iterator[None]:
    """A file that grows past 100 bytes is an error, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.usefixtures("_small_files")
def test_a_disk_that_is_full(spool: Spool) -> None:
    file = spool.open("it")
    with pytest.raises(StorageFull):
        file.write(bytes(500))
    file.close()
    assert spool.used_bytes == 0


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(OutputError, match="Nothing can be kept"):
        Spool(tmp_path / "taken" / "streams", max_file_bytes=1, max_bytes=1)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
