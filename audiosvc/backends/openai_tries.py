"""Asks a model server until it has answered, or patience ends."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from audiosvc.backends.openai_address import TIMEOUT, Patience
from audiosvc.backends.openai_faults import Passing, Unreachable
from audiosvc.errors import ModelFailed, ModelMissing

T = TypeVar("T")


async def try_until_done(
    once: Callable[[], Awaitable[T]], server: str, audio_s: float, patience: Patience
) -> T:
    """What ``once`` gives; it is called again for a fault that may pass.

    audio_s: the length of the clip, which has its share in how long it may take. Raises
    ModelFailed, or ModelMissing where nothing answers.
    """
    total_s = patience.total_s(audio_s)
    tries = _Tries(patience, total_s)

    async def until_done() -> T:
        while True:
            try:
                return await once()
            except Passing as fault:
                await asyncio.sleep(tries.wait_s(fault))

    try:
        return await asyncio.wait_for(until_done(), total_s)
    except asyncio.TimeoutError as error:
        before = f" Before that: {tries.last}" if tries.last else ""
        raise ModelFailed(
            f"The model server at {server} took longer than {total_s:.0f} s for {audio_s:.0f} s of "
            f"audio. Give it less at once, or more time with {TIMEOUT}.{before}"
        ) from error


class _Tries:
    """The tries of one clip. last: what the one before came to."""

    def __init__(self, patience: Patience, total_s: float) -> None:
        self._patience = patience
        self._until_s = time.monotonic() + total_s
        self._failed = 0
        self.last: Passing | None = None

    def wait_s(self, fault: Passing) -> float:
        """How long to wait before the next try. Raises ModelFailed, or ModelMissing, when there is
        none.
        """
        patience = self._patience
        backoff_s = patience.first_wait_s * patience.factor**self._failed
        wait_s = (fault.retry_after_s or 0.0) + backoff_s * (0.5 + random.random() / 2)  # noqa: S311
        self._failed += 1
        self.last = fault
        if self._failed >= patience.tries or time.monotonic() + wait_s > self._until_s:
            times = f" It was tried {self._failed} times." if self._failed > 1 else ""
            kind = ModelMissing if isinstance(fault, Unreachable) else ModelFailed
            raise kind(f"{fault}{times}") from fault
        return wait_s
