"""Tells a process that fell over its work from one that was killed.

Whoever falls over leaves a trace in a file of its own before it is gone; who is killed cannot.
"""

from __future__ import annotations

import faulthandler
from contextlib import suppress
from pathlib import Path
from typing import IO


class CrashWatch:
    """Traces of the workers that keep their data in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mine: tuple[Path, IO[bytes]] | None = None

    def start(self, executor_id: str) -> None:
        """From now on this process leaves a trace, unless it leaves one elsewhere already."""
        if faulthandler.is_enabled():
            return
        with suppress(OSError):  # without it, a crash is taken for a kill
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._folder / executor_id
            file = path.open("wb", buffering=0)
            faulthandler.enable(file, all_threads=False)
            self._mine = (path, file)

    def stop(self) -> None:
        """Ends that."""
        if self._mine is None:
            return
        path, file = self._mine
        faulthandler.disable()
        file.close()
        path.unlink(missing_ok=True)

    def take(self, executor_id: str) -> bool:
        """Whether a worker that is gone had fallen over; its trace is then gone, too."""
        path = self._folder / executor_id
        try:
            fell = path.stat().st_size > 0
            path.unlink()
        except OSError:
            return False
        return fell
