"""A server in a process of its own, as anybody would start it."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue

READY_S = 90.0


@contextmanager
def serving(data_dir: Path, *options: str) -> Iterator[str]:
    """Its address; the process has ended when the block has."""
    ports = ("--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0")
    command = (sys.executable, "-m", "audiosvc", "serve", *ports, "--data-dir", str(data_dir))
    with subprocess.Popen([*command, *options], stderr=subprocess.PIPE, text=True) as process:
        said: list[str] = []
        addresses: Queue[str] = Queue()
        listener = threading.Thread(target=_listen, args=(process, said, addresses))
        listener.start()
        try:
            yield addresses.get(timeout=READY_S)
        except Empty:
            raise AssertionError("".join(said)) from None
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
            listener.join(10)


def _listen(process: subprocess.Popen[str], said: list[str], addresses: Queue[str]) -> None:
    """Reads to the end, so that the server never waits for a reader."""
    assert process.stderr is not None
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"serving grpc on (\S+)", line):
            addresses.put(found[1])
    addresses.put("")
