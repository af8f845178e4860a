"""The client alone, in an environment that has little else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.grpc_server import FakeServer

pytestmark = pytest.mark.install

PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")
ASK = """
import sys
from audiosvc.client import Client
with Client(sys.argv[1]) as client:
    print(len(client.transcribe(b"x").segments), client.jobs.submit(b"y").id)
"""


def run(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, check=False, capture_output=True, text=True, timeout=600
    )


@pytest.fixture(scope="module")
def python(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Of an environment made as clients/README.md says."""
    folder = tmp_path_factory.mktemp("light")
    built = run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, repository)
    if built.returncode != 0 and "hatchling" in built.stderr:
        pytest.skip("the package index cannot be reached: no wheel was built and installed")
    assert built.returncode == 0, built.stdout + built.stderr
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    done = run(python, *PIP, "install", "--no-deps", next(folder.glob("*.whl")))
    assert done.returncode == 0, done.stderr
    text = (repository / "clients" / "README.md").read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith('pip install "grpcio'))
    done = run(python, *PIP, "install", "--no-compile", *re.findall(r'"([^"]+)"', line))
    assert done.returncode == 0, done.stderr
    yield python
    shutil.rmtree(folder / "env")


def test_it_transcribes_and_submits(python: Path, tmp_path: Path) -> None:
    server = FakeServer().start()
    done = run(python, "-c", ASK, server.address, cwd=tmp_path)
    server.stop()
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["3", "job-1"]


def test_it_is_small(python: Path) -> None:
    listed = run(python, *PIP, "list", "--format", "freeze").stdout
    packages = {line.partition("==")[0].lower() for line in listed.splitlines()}
    assert packages <= {
        *("audiosvc", "grpcio", "grpcio-status", "protobuf", "googleapis-common-protos"),
        *("google-crc32c", "numpy", "typing-extensions", "typing_extensions"),
        *("pip", "setuptools"),
    }
