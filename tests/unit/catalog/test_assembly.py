"""A model from packages: whole, checked, mended, and safe with several processes."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from audiosvc.catalog import Catalog
from audiosvc.errors import ModelCorrupt, ModelMissing, OutputError
from tests.unit.catalog.fakes import SMALL, WHOLE

# Waits until every process is ready, so that all of them find the cache empty.
RACER = """
import sys, time
from pathlib import Path
from audiosvc.catalog import Catalog
cache, cards, gate, name = map(Path, sys.argv[1:])
catalog = Catalog(cache, cards)
(gate / name).touch()
while len(list(gate.iterdir())) < 3:
    time.sleep(0.001)
folder = catalog.path("base")
assert (folder / "model.bin").read_bytes() == b"first half, second half"
print(folder)
"""


@pytest.fixture
def folder(catalog: Catalog, packages: Path) -> Path:
    return catalog.path("base")


def test_the_halves_are_joined_in_the_cache(catalog: Catalog, folder: Path) -> None:
    assert folder == catalog.cache_dir / "models" / "whisper-base-01234567"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "config.json": SMALL,
        "model.bin": WHOLE,
    }
    assert catalog.state("base") == "verified"


def test_two_processes_may_start_at_once(cards: Path, packages: Path, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    gate.mkdir()
    arguments = [sys.executable, "-c", RACER, str(tmp_path / "cache"), str(cards), str(gate)]
    environment = {**os.environ, "PYTHONPATH": str(packages)}
    racers = [
        subprocess.Popen(
            [*arguments, str(number)], env=environment, stdout=subprocess.PIPE, text=True
        )
        for number in range(2)
    ]
    while len(list(gate.iterdir())) < 2:
        time.sleep(0.001)
        assert all(racer.poll() is None for racer in racers)
    (gate / "go").touch()
    folders = {racer.communicate(timeout=30)[0].strip() for racer in racers}
    assert [racer.returncode for racer in racers] == [0, 0]
    assert len(folders) == 1
    assert sorted(path.name for path in Path(folders.pop()).iterdir()) == [
        "config.json",
        "model.bin",
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe to stop a process half-way")
def test_a_process_killed_half_way_leaves_nothing_under_the_final_name(
    cards: Path, packages: Path, tmp_path: Path, catalog: Catalog
) -> None:
    second = packages / "fake_half_two" / "data" / "model.part"
    data = second.read_bytes()
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from audiosvc.catalog import assembly, cards, files\n"
        "card = cards.read_cards(Path(sys.argv[1]))['whisper-base']\n"
        "assembly.package_files = lambda *_: [Path(sys.argv[3]), Path(sys.argv[4])]\n"
        "assembly.assemble(card, card.files[1], Path(sys.argv[2]))\n"
    )
    target = catalog.cache_dir / "models" / "whisper-base-01234567" / "model.bin"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    first = packages / "fake_half_one" / "data" / "model.part"
    arguments = [str(cards), str(target), str(first), str(pipe)]
    with (
        subprocess.Popen([sys.executable, "-c", program, *arguments]) as process,
        pipe.open("wb"),  # opens once the process reads it, after the first half
    ):
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
    left = list(target.parent.iterdir())
    assert len(left) == 1
    assert left[0].name.startswith(".model.bin.")
    old_s = time.time() - 2 * 3600
    os.utime(left[0], (old_s, old_s))
    assert (catalog.path("base") / "model.bin").read_bytes() == WHOLE
    assert not left[0].exists()
    assert second.read_bytes() == data


@pytest.mark.parametrize("damage", [b"", WHOLE[:-1], WHOLE[:-1] + b"!"])
def test_a_damaged_file_is_made_again_and_that_is_said(
    catalog: Catalog, folder: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "model.bin").write_bytes(damage)
    with caplog.at_level(logging.WARNING):
        assert catalog.path("base") == folder
    assert (folder / "model.bin").read_bytes() == WHOLE
    assert [record.message for record in caplog.records] == [
        f"{folder / 'model.bin'} is damaged: it is not what the card of Halves says; "
        "it has been made again from its packages."
    ]


def test_a_missing_file_is_made_again(catalog: Catalog, folder: Path) -> None:
    (folder / "config.json").unlink()
    assert catalog.state("base") == "made when used"
    assert (catalog.path("base") / "config.json").read_bytes() == SMALL


def test_the_packages_are_not_needed_once_it_is_made(
    cards: Path, folder: Path, packages: Path, catalog: Catalog
) -> None:
    for package in packages.iterdir():
        package.rename(package.with_name(f"gone_{package.name}"))
    assert Catalog(catalog.cache_dir, cards).path("base") == folder
    (folder / "model.bin").write_bytes(b"damaged")
    with pytest.raises(ModelCorrupt, match=r"model\.bin is damaged.*audiosvc models pull base"):
        catalog.path("base")


def test_missing_packages_say_which_extra_brings_them(catalog: Catalog) -> None:
    assert catalog.state("base") == "missing"
    with pytest.raises(ModelMissing, match=r'fake-half-one.*pip install "audiosvc\[embedded\]"'):
        catalog.path("base")


def test_damaged_packages_are_named_and_nothing_is_left(catalog: Catalog, packages: Path) -> None:
    (packages / "fake_half_two" / "data" / "model.part").write_bytes(b"something else")
    with pytest.raises(ModelCorrupt, match=r"force-reinstall.*fake-half-one fake-half-two"):
        catalog.path("base")
    left = [path.name for path in catalog.cache_dir.rglob("*") if path.is_file()]
    assert "model.bin" not in left
    assert not any(name.endswith(".part") for name in left)


def test_a_cache_that_cannot_be_written_is_said(
    tmp_path: Path, cards: Path, packages: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OutputError, match=r"cannot be put into .*AUDIOSVC_CACHE_DIR"):
        Catalog(tmp_path / "file", cards).path("base")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_file_that_finds_no_room_is_said(
    catalog: Catalog, packages: Path, tmp_path: Path
) -> None:
    program = (
        "import os, resource, signal, sys\n"
        "from pathlib import Path\n"
        "from audiosvc.catalog import Catalog\n"
        "from audiosvc.errors import OutputError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))\n"
        "try:\n    Catalog(Path(sys.argv[1]), Path(sys.argv[2])).path('base')\n"
        "except OutputError as error:\n    print(error)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(catalog.cache_dir), str(tmp_path / "cards")],
        env={**os.environ, "PYTHONPATH": str(packages)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "File too large" in result.stdout
    assert not list(catalog.cache_dir.rglob("*.part"))


def test_verify_reads_whole_whatever_the_stamp_says(catalog: Catalog, folder: Path) -> None:
    stamps = {path: path.read_bytes() for path in (catalog.cache_dir / "verified").iterdir()}
    assert len(stamps) == 2
    assert all(check.correct for check in catalog.verify("base"))
    (folder / "model.bin").write_bytes(b"damaged")
    checks = {check.path.name: check.correct for check in catalog.verify("base")}
    assert checks == {"config.json": True, "model.bin": False}
    assert (folder / "model.bin").read_bytes() == b"damaged"
    assert catalog.pull("base") == (folder,)
    assert all(check.correct for check in catalog.verify("base"))
