"""How far the work is, on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from audiosvc import events

LEAST_MEASURED_S = 1.0


def clock(seconds: float) -> str:
    """``1:02:03``, or ``2:03`` below an hour."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _is_terminal(stream: TextIO | None) -> bool:
    """A process may have been started without the stream."""
    return stream is not None and stream.isatty()


class _Times(ProgressColumn):
    """Audio time done, speed, time left."""

    def render(self, task: Task) -> Text:
        done = f"{clock(task.completed)}" + (f" of {clock(task.total)}" if task.total else "")
        elapsed_s = task.elapsed or 0.0
        if task.fields["stage"] != "transcribe" or elapsed_s < LEAST_MEASURED_S:
            return Text(done)
        rate = task.completed / elapsed_s
        if not rate or not task.total:
            return Text(done)
        left = clock((task.total - task.completed) / rate)
        return Text(f"{done}, {rate:.1f} times real time, {left} left")


class ProgressLine:
    """One line that is rewritten while a recording is worked on; silent when nobody watches."""

    def __init__(
        self, name: str, *, quiet: bool, now_s: Callable[[], float] = time.perf_counter
    ) -> None:
        self._now_s = now_s
        self._began_s = now_s()
        watched = not quiet and _is_terminal(sys.stderr)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            _Times(),
            console=Console(stderr=True),
            transient=True,
            disable=not watched,
            get_time=now_s,
            # On one screen the results stand above the line; otherwise they go their own way.
            redirect_stdout=_is_terminal(sys.stdout),
        )
        self._name = name
        self._stage = ""
        self._task = self._progress.add_task(name, total=None, stage="")

    @property
    def elapsed_s(self) -> float:
        """Seconds since the beginning."""
        return self._now_s() - self._began_s

    def show(self, progress: events.Progress) -> None:
        """Takes an event; a new stage begins anew."""
        if progress.stage != self._stage:
            self._stage = progress.stage
            self._progress.reset(self._task, description=self._name, stage=progress.stage)
        self._progress.update(self._task, completed=progress.done_s, total=progress.total_s)

    def __enter__(self) -> ProgressLine:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()
