"""The contract: the code is that of the protos, and the protos break nobody."""

from __future__ import annotations

import importlib.util
import runpy
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

BASELINE = "v1.binpb"


@pytest.fixture
def buf(repository: Path) -> list[str]:
    """How to call buf in the folder of the protos."""
    beside = Path(sys.executable).with_name("buf")
    found = str(beside) if beside.exists() else shutil.which("buf")
    if found is None:
        pytest.skip("buf is not installed (pip install buf-bin): the protos are not checked")
    return [found]


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, check=False, capture_output=True, text=True, timeout=60
    )


def generated_by(repository: Path) -> str:
    """The version of the generator that wrote the checked-in code."""
    head = (repository / "audiosvc/v1/jobs_pb2_grpc.py").read_text("utf-8")
    return head.partition("GRPC_GENERATED_VERSION = '")[2].partition("'")[0]


def test_the_generated_code_is_not_stale(repository: Path, tmp_path: Path) -> None:
    try:
        installed = version("grpcio-tools")
    except PackageNotFoundError:
        pytest.skip("grpcio-tools is not installed: nobody knows whether audiosvc/v1 is stale")
    if importlib.util.find_spec("grpc_tools") is None or installed != generated_by(repository):
        pytest.skip(f"grpcio-tools is {installed}, not the one that wrote audiosvc/v1")
    generate = runpy.run_path(str(repository / "protos/generate.py"))["generate"]
    fresh = {path.name: path.read_text("utf-8") for path in generate(tmp_path)}
    here = {
        path.name: path.read_text("utf-8")
        for path in (repository / "audiosvc/v1").glob("*_pb2*.py*")
    }
    assert sorted(here) == sorted(fresh)
    stale = [name for name in fresh if fresh[name] != here[name]]
    assert stale == [], "run: python protos/generate.py"


def test_the_protos_follow_the_style_guide(repository: Path, buf: list[str]) -> None:
    done = run([*buf, "lint"], repository / "protos")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_protos_break_nobody(repository: Path, buf: list[str]) -> None:
    done = run([*buf, "breaking", "--against", BASELINE], repository / "protos")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_broken_contract_would_be_noticed(
    repository: Path, buf: list[str], tmp_path: Path
) -> None:
    shutil.copytree(repository / "protos", tmp_path / "protos")
    config = tmp_path / "protos/audiosvc/v1/config.proto"
    text = config.read_text("utf-8")
    assert "  string model = 1;" in text
    config.write_text(text.replace("  string model = 1;", "  string model = 99;"), "utf-8")
    done = run([*buf, "breaking", "--against", BASELINE], tmp_path / "protos")
    assert done.returncode != 0
    assert "model" in done.stdout
