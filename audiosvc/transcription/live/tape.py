"""The last minute of a live stream."""

from __future__ import annotations

from collections import deque

import numpy as np

from audiosvc.spans import Span
from audiosvc.transcription.windows import join
from audiosvc.types import Audio

SAMPLE_RATE_HZ = 16_000


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
        """What is left of a stretch of the stream; it may be nothing."""
        pieces = [block for block in self._blocks if block.span.overlap_s(span) > 0.0]
        if not pieces:
            return Audio(np.zeros(0, np.float32), SAMPLE_RATE_HZ, span.start_s)
        return join(pieces).cut(span)

    def forget(self, before_s: float) -> None:
        """Drop what lies before a time."""
        while self._blocks and self._blocks[0].span.end_s <= before_s:
            self._blocks.popleft()
