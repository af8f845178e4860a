"""A server in a process of its own, as anybody would start it."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import threading
from collections import deque
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType

READY_S = 300.0
STOP_S = 60.0
SAYS = re.compile(r"serving grpc on (\S+) and http on (\S+)")
COMMAND = (sys.executable, "-m", "audiosvc", "serve")


class Server:
    """Started by ``with``, on free ports, with nothing in its data directory.

    address: HOST:PORT of gRPC. http_url: of HTTP. said: the last lines of its standard error.
    """

    def __init__(self, *, sessions: int, threads: int | None = None) -> None:
        """sessions: how many it takes at once. threads: None leaves them to the server."""
        self.said: deque[str] = deque(maxlen=200)
        self.address = self.http_url = ""
        self._options = ["--max-sessions", str(sessions)]
        if threads:
            self._options += ["--threads", str(threads)]
        self._folder = tempfile.TemporaryDirectory(prefix="audiosvc-bench-")

    def __enter__(self) -> Server:
        ports = ("--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0")
        folder = ("--data-dir", self._folder.name)
        self._process = subprocess.Popen(
            [*COMMAND, *ports, *folder, *self._options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        addresses: Queue[str] = Queue()
        self._listener = threading.Thread(target=self._listen, args=(addresses,), daemon=True)
        self._listener.start()
        try:
            self.address = addresses.get(timeout=READY_S)
        except Empty:
            self.address = ""
        if not self.address:
            self.__exit__(None, None, None)
            raise SystemExit("The server did not start:\n" + "".join(self.said))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join(STOP_S)
        self._folder.cleanup()

    def resident_bytes(self) -> int:
        """Resident memory of the server and all processes below it. Linux only."""
        if sys.platform != "linux":
            raise SystemExit("The memory of another process is measured on Linux only.")
        return sum(_resident_bytes(process) for process in _family(self._process.pid))

    def _listen(self, addresses: Queue[str]) -> None:
        """Reads to the end, so that the server never waits for a reader."""
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.said.append(line)
            if found := SAYS.search(line):
                self.http_url = f"http://{found[2]}"
                addresses.put(found[1])
        addresses.put("")


def _family(root: int) -> set[int]:
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # Behind the name, which may hold anything: the state, and the parent.
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended since
        parents[int(stat.parent.name)] = int(fields[1])
    family = {root}
    while below := {child for child, parent in parents.items() if parent in family} - family:
        family |= below
    return family


def _resident_bytes(process: int) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0
