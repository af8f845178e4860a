"""How much of a recording is on its way, on standard error."""

from __future__ import annotations

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn


class SendLine:
    """One line that is rewritten while a recording is sent; silent when nobody watches."""

    def __init__(self, name: str, *, quiet: bool) -> None:
        watched = not quiet and sys.stderr is not None and sys.stderr.isatty()
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            DownloadColumn(),
            TransferSpeedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not watched,
        )
        self._task = self._progress.add_task(name, total=None)

    def show(self, sent_bytes: int, size_bytes: int | None) -> None:
        """From whichever thread sends."""
        self._progress.update(self._task, completed=sent_bytes, total=size_bytes)

    def __enter__(self) -> SendLine:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()
