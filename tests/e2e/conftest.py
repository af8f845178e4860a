"""A real server with the embedded models, and a browser that looks at its page."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import pytest

playwright = pytest.importorskip(
    "playwright.sync_api", reason="there is no browser to drive: make test-e2e"
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
ROOT = Path(__file__).parents[2]
MEETING = ROOT / "samples" / "meeting.flac"
SHOTS = ROOT / "out" / "e2e"
READY_S = 120.0


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a server as anybody would start it."""
    command = (sys.executable, "-m", "audiosvc", "serve", "--grpc", "127.0.0.1:0")
    data = ("--http", "127.0.0.1:0", "--data-dir", str(tmp_path_factory.mktemp("data")))
    with subprocess.Popen([*command, *data], stderr=subprocess.PIPE, text=True) as process:
        said: list[str] = []
        found: Queue[str] = Queue()

        def listen() -> None:
            assert process.stderr is not None
            for line in process.stderr:
                said.append(line)
                if match := re.search(r"http on (\S+)", line):
                    found.put(f"http://{match[1]}")
            found.put("")

        listener = threading.Thread(target=listen)
        listener.start()
        address = found.get(timeout=READY_S)
        assert address, "".join(said)
        yield address
        process.terminate()
        process.wait(30)
        listener.join(10)
        assert not any("Traceback" in line for line in said), "".join(said)


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty seconds of the sample meeting, as a microphone would hear them."""
    import wave

    import numpy as np

    from audiosvc.audio.resample import SAMPLE_RATE_HZ
    from audiosvc.audio.sources import FileSource

    path = tmp_path_factory.mktemp("voices") / "speech.wav"
    blocks = FileSource(MEETING, end_s=20.0).blocks()
    samples = np.concatenate([block.samples for block in blocks])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


@pytest.fixture(scope="session")
def browser(speech: Path) -> Iterator[object]:
    """Headless, with a microphone that plays the speech."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here: apt install chromium")
    with playwright.sync_playwright() as driver:
        flags = [*FLAGS, f"--use-file-for-fake-audio-capture={speech}"]
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield opened
        opened.close()


def delete_jobs(url: str) -> None:
    """What the test before has left."""
    with urllib.request.urlopen(f"{url}/v1/jobs") as response:
        jobs = json.load(response)["jobs"]
    for job in jobs:
        gone = urllib.request.Request(f"{url}/v1/jobs/{job['id']}", method="DELETE")
        urllib.request.urlopen(gone).close()


@pytest.fixture
def page(browser: object, url: str) -> Iterator[object]:
    """An empty browser at the page of a server without jobs; any error of its scripts fails."""
    delete_jobs(url)
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": 1180, "height": 900}, permissions=["microphone"], locale="en-GB"
    )
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on(
        "console",
        lambda message: (
            wrong.append(message.text)
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    opened.goto(url)
    yield opened
    context.close()
    assert not wrong


@pytest.fixture
def shoot(page: object) -> Callable[[str], None]:
    """Keeps what is seen, for people to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)

    def keep(name: str) -> None:
        page.screenshot(path=SHOTS / f"{name}.png")  # type: ignore[attr-defined]

    return keep
