"""Files without names: bounded, private, and gone with their call."""

from __future__ import annotations

import stat
import subprocess
import sys
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


def test_what_is_read_meanwhile_is_in_no_writer_s_way(spool: Spool) -> None:
    with closing(spool.open("it")) as file:
        file.write(b"one ")
        file.file.seek(0)
        assert file.file.read(2) == b"on"
        file.write(b"two")
        file.file.seek(0)
        assert file.file.read() == b"one two"


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


# A file that grows past 100 bytes is an error there, as on a disk that is full. In a process of its
# own: the limit holds for whatever the tests write their report to, as well.
FULL = """
import resource, signal, sys
from pathlib import Path
from audiosvc.errors import StorageFull
from audiosvc.server.spool import Spool

spool = Spool(Path(sys.argv[1]), max_file_bytes=1000, max_bytes=1500)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
file = spool.open("it")
try:
    file.write(bytes(500))
except StorageFull as error:
    file.close()
    print(spool.used_bytes, type(error).__name__)
"""


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "streams")],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.returncode) == ("0 StorageFull\n", 0), done.stderr


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(OutputError, match="Nothing can be kept"):
        Spool(tmp_path / "taken" / "streams", max_file_bytes=1, max_bytes=1)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
