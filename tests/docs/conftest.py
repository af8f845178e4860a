"""One server for all pages, started as the tutorial says, and the folder that a reader is in."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

import av
import numpy as np
import pytest

READY_S = 90.0
LENGTH_S, RATE_HZ = 10.0, 16_000


@dataclass(frozen=True)
class Addresses:
    grpc: str
    http: str

    def put_into(self, text: str) -> str:
        """The text with these in place of the ports that a server takes unless told otherwise."""
        return text.replace("127.0.0.1:50051", self.grpc).replace("127.0.0.1:8080", self.http)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    data = tmp_path_factory.mktemp("served")
    ports = ("--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0")
    command = (sys.executable, "-m", "audiosvc", "serve", *ports, "--data-dir", str(data))
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        found: Queue[Addresses | None] = Queue()
        said: list[str] = []
        listener = threading.Thread(target=_listen, args=(process, said, found))
        listener.start()
        try:
            addresses = found.get(timeout=READY_S)
            assert addresses, "".join(said)
            yield addresses
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
            listener.join(10)


def _listen(
    process: subprocess.Popen[str], said: list[str], found: Queue[Addresses | None]
) -> None:
    """Reads to the end, so that the server never waits for a reader."""
    assert process.stderr is not None
    for line in process.stderr:
        said.append(line)
        if match := re.search(r"serving grpc on (\S+) and http on (\S+)", line):
            found.put(Addresses(match[1], match[2]))
    found.put(None)


@pytest.fixture(scope="session")
def short_sample(tmp_path_factory: pytest.TempPathFactory, recordings: Path) -> Path:
    """What lies under the name of the sample: ten seconds of two voices, with references.

    What a page says about the sample itself is tested elsewhere.
    """
    samples = tmp_path_factory.mktemp("short") / "samples"
    samples.mkdir()
    with av.open(str(recordings / "dialogue.flac")) as container:
        sound = np.concatenate(
            [frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)]
        )[: int(LENGTH_S * RATE_HZ)]
    (samples / "talk.pcm").write_bytes(sound.astype("<i2").tobytes())
    with av.open(str(samples / "meeting.flac"), "w") as container:
        stream = container.add_stream("flac", rate=RATE_HZ, layout="mono")
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE_HZ
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    for suffix in ("stm", "rttm"):
        lines = (recordings / f"dialogue.{suffix}").read_text("utf-8").splitlines(keepends=True)
        begun = [line for line in lines if float(line.split()[3]) < LENGTH_S]
        (samples / f"meeting.{suffix}").write_text("".join(begun), "utf-8")
    return samples


@pytest.fixture
def folder(tmp_path: Path, short_sample: Path) -> Path:
    """A folder with the recordings that the pages name."""
    shutil.copytree(short_sample, tmp_path / "samples")
    (tmp_path / "samples" / "talk.pcm").rename(tmp_path / "talk.pcm")
    return tmp_path
