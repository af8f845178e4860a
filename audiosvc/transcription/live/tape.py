"""The last minute of a live stream."""

from __future__ import annotations

from collections import deque

from audiosvc.spans import Span
from audiosvc.transcription.windows import join
from audiosvc.types import Audio


class Tape:
    """Consecutive blocks, of which the oldest are forgotten."""

    def __init__(self) -> None:
        self._blocks: deque[Audio] = deque()
        self.end_s = 0.0

    def append(self, block: Audio) -> None:
        """The next block."""
        self._blocks.append(block)
        self.end_s = block.span.end_s

    def cut(self, span: Span) -> Audio:
        """What is left of a stretch of the stream. Raises ValueError when that is nothing."""
        return join([block for block in self._blocks if block.span.overlap_s(span) > 0.0]).cut(span)

    def forget(self, before_s: float) -> None:
        """Drop what lies before a time."""
        while self._blocks and self._blocks[0].span.end_s <= before_s:
            self._blocks.popleft()
