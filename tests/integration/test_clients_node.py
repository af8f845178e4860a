"""The samples in TypeScript: against a server that fails when it is told to, and a real one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.grpc_server import DROPPED, FakeServer
from tests.integration.servers import serving

NPM, NODE = shutil.which("npm"), shutil.which("node")
SOUND = os.urandom(5 * 256 * 1024 + 17)


@pytest.fixture(scope="module")
def samples(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled samples, in a copy: nothing is installed in the checkout."""
    if NPM is None or NODE is None:
        pytest.skip("node and npm are not here: the samples in TypeScript were not run")
    folder = tmp_path_factory.mktemp("samples")
    left = shutil.ignore_patterns("node_modules", "dist")
    shutil.copytree(repository / "clients" / "node", folder / "clients" / "node", ignore=left)
    shutil.copytree(repository / "protos", folder / "protos")
    home = folder / "clients" / "node"
    options = ("--ignore-scripts", "--no-audit", "--no-fund")
    done = run(NPM, "ci", *options, cwd=home)
    if done.returncode != 0 and ("ENOTFOUND" in done.stderr or "network" in done.stderr.lower()):
        pytest.skip("the package registry cannot be reached: the samples were not run")
    assert done.returncode == 0, done.stderr
    built = run(NPM, "run", "build", cwd=home)
    assert built.returncode == 0, built.stdout + built.stderr
    return home / "dist"


@pytest.fixture
def fake() -> Iterator[FakeServer]:
    fake = FakeServer().start()
    yield fake
    fake.stop()


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.wav"
    path.write_bytes(SOUND)
    return path


def run(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )


def test_file(samples: Path, fake: FakeServer, talk: Path) -> None:
    done = run(str(NODE), samples / "file.js", fake.address, talk)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1] == "    1.0  S2: Sentence 1."
    assert bytes(fake.audio) == SOUND


def test_job_over_breaks(samples: Path, fake: FakeServer, talk: Path) -> None:
    fake.refusals["CreateJob"].append(DROPPED)
    fake.breaks += [300_000, 1]
    fake.watch_breaks += [2, 3]
    done = run(str(NODE), samples / "job.js", fake.address, talk)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "md of job-1\n"
    (job,) = fake.jobs.values()
    assert bytes(job.data) == SOUND
    assert fake.watched_from == [0, 2, 3]


def test_a_server_that_refuses(samples: Path, fake: FakeServer, talk: Path) -> None:
    fake.refusals["Transcribe"].append(PermissionError("secret"))  # type: ignore[arg-type]
    done = run(str(NODE), samples / "file.js", fake.address, talk)
    assert done.returncode == 1
    assert "fault of its own" in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.model
def test_both_against_a_real_server(samples: Path, recordings: Path, tmp_path: Path) -> None:
    with serving(tmp_path / "data") as address:
        for sample in ("file", "job"):
            done = run(str(NODE), samples / f"{sample}.js", address, recordings / "dialogue.flac")
            assert done.returncode == 0, done.stderr
            assert "bridge" in done.stdout
