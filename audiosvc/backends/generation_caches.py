"""Caches of a fixed shape, which let decoding be compiled: on CUDA alone."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from audiosvc.backends.generation_decoding import Row

BATCHES = (1, 2, 4, 8, 12, 16)
LENGTH_STEP = 1024
# To compile takes tens of seconds for each shape; a text shorter than this is written sooner.
LEAST_TOKENS = 1024
MOST_SHAPES = 64

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class StaticCache:
    """Keys and values of up to ``height`` rows of ``length`` tokens; content is the library's."""

    height: int
    length: int
    content: Any


class StaticCaches:
    """Keeps the one that was used last: the same shape again needs no new compilation."""

    def __init__(
        self,
        model: Any,
        *,
        works: bool = False,
        least: int = LEAST_TOKENS,
        step: int = LENGTH_STEP,
    ) -> None:
        """model: its text configuration tells the layers. works: elsewhere than on CUDA as well,
        where nothing is compiled. least: how long a text has to be. step: between two lengths.
        """
        self._config = model.config.get_text_config(decoder=True)
        self._compiles = model.device.type == "cuda"
        self._works = works or self._compiles
        self._least = least
        self._step = step
        self._last: StaticCache | None = None
        self._threads = threading.local()

    def take(self, rows: list[Row]) -> StaticCache | None:
        """An empty cache with room for the rows; None where one that grows does better."""
        if not self._works or max(row.left for row in rows) < self._least:
            return None
        height = next((size for size in BATCHES if size >= len(rows)), len(rows))
        tokens = max(row.length for row in rows) + max(row.usual for row in rows)
        length = -(-tokens // self._step) * self._step
        if self._last and (self._last.height, self._last.length) == (height, length):
            self._last.content.reset()
            return self._last
        self.drop()
        try:
            self._last = self._make(height, length)
        except Exception as error:  # noqa: BLE001 - a compiler fails in its own ways
            self.give_up(error)
        return self._last

    def drop(self) -> None:
        """Hold no memory."""
        self._last = None

    def give_up(self, error: Exception) -> None:
        """Compilation, or what it made, failed: grow caches from now on. Said once."""
        self.drop()
        if self._works:
            reason = (str(error).strip() or type(error).__name__).partition("\n")[0]
            _log.warning("decoding is not compiled here, and slower for it: %s", reason)
        self._works = False

    def _make(self, height: int, length: int) -> StaticCache:
        from transformers import StaticCache as Content

        if self._compiles and not hasattr(self._threads, "ready"):
            _prepare_thread()
            self._threads.ready = True
        return StaticCache(height, length, Content(config=self._config, max_cache_len=length))


def _prepare_thread() -> None:
    """Allow as many shapes as there may be, and CUDA graphs in this thread: their trees are kept by
    thread, and made only for the one that imported them.
    """
    from torch._dynamo import config
    from torch._inductor import cudagraph_trees

    config.recompile_limit = MOST_SHAPES
    if not hasattr(cudagraph_trees.local, "tree_manager_containers"):
        cudagraph_trees.local.tree_manager_containers = {}
        cudagraph_trees.local.tree_manager_locks = defaultdict(threading.Lock)
