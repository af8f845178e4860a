"""Whether the server takes calls, and which ones it is busy with."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import Enum

from audiosvc.errors import ServerUnavailable

RETRY_STARTING_S, RETRY_STOPPING_S = 2.0, 5.0
CUT_OFF_S = 2.0


class Phase(Enum):
    """Starting: models load. Draining: what runs may end, and nothing begins. Quitting: it goes."""

    STARTING = "starting"
    SERVING = "serving"
    DRAINING = "draining"
    QUITTING = "quitting"


class Lifecycle:
    """The phase, and the calls in progress."""

    def __init__(self) -> None:
        self.phase = Phase.STARTING
        self._calls: dict[asyncio.Task[object], bool] = {}
        self._cut_off: set[asyncio.Task[object] | None] = set()
        self._changed = asyncio.Condition()

    @property
    def is_cut_off(self) -> bool:
        """Whether the server, and not the caller, has ended the call that runs."""
        return asyncio.current_task() in self._cut_off

    def check(self) -> None:
        """Raises ServerUnavailable unless calls are taken."""
        if self.phase is Phase.STARTING:
            raise ServerUnavailable(
                "The server is starting: its models load.", retry_after_s=RETRY_STARTING_S
            )
        if self.phase is not Phase.SERVING:
            raise self.stopping()

    def stopping(self) -> ServerUnavailable:
        """What a call is told that comes too late, or that lasts too long."""
        return ServerUnavailable("The server is stopping.", retry_after_s=RETRY_STOPPING_S)

    async def enter(self, phase: Phase) -> None:
        """From now on."""
        async with self._changed:
            self.phase = phase
            self._changed.notify_all()

    async def wait(self, *phases: Phase) -> None:
        """Until one of the phases is there."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.phase in phases)

    @contextmanager
    def call(self, *, endless: bool) -> Iterator[None]:
        """One call, in its own task. endless: one that nobody waits for at the end."""
        task = asyncio.current_task()
        assert task is not None
        self._calls[task] = endless
        try:
            yield
        finally:
            del self._calls[task]

    async def drain(self, timeout_s: float) -> int:
        """Waits so long for calls to end, but for those without an end, and cuts off the rest.

        How many were cut off that might have ended by themselves.
        """
        await self.enter(Phase.DRAINING)
        ending = [task for task, endless in self._calls.items() if not endless]
        late = (await asyncio.wait(ending, timeout=timeout_s))[1] if ending else set()
        await self.enter(Phase.QUITTING)
        self._cut(rest := list(self._calls))
        if rest:
            await asyncio.wait(rest, timeout=CUT_OFF_S)
        return len(late)

    def _cut(self, tasks: Iterable[asyncio.Task[object]]) -> None:
        for task in tasks:
            self._cut_off.add(task)
            task.cancel()
