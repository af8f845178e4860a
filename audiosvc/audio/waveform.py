"""How loud a recording is over its time, in as many points as somebody can see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from audiosvc.types import Audio, Float32

# The width of a large screen, and how finely a short recording is drawn.
MOST_POINTS = 4096
FINEST_S = 0.01
_FULL_SCALE = 128.0


@dataclass(frozen=True, slots=True)
class Waveform:
    """The lowest and the highest sample of each point, from -128 to 127, by turns.

    The first point begins with the recording; a beginning that was left out is silent.
    """

    sample_rate_hz: int
    samples_per_point: int
    extremes: tuple[int, ...]

    @property
    def length(self) -> int:
        """How many points there are."""
        return len(self.extremes) // 2


class Waveformer:
    """Draws a recording that comes in blocks, whose length nobody knows: coarser as it grows."""

    def __init__(self, sample_rate_hz: int) -> None:
        """sample_rate_hz: of all blocks."""
        self._sample_rate_hz = sample_rate_hz
        self._samples_per_point = max(1, round(FINEST_S * sample_rate_hz))
        self._extremes = np.zeros((0, 2), np.int8)
        self._rest = np.zeros(0, np.float32)
        self._count = 0

    def take(self, block: Audio) -> None:
        """The next block; what lies between it and the one before is silent."""
        silent = round(block.start_s * self._sample_rate_hz) - self._count
        minute = 60 * self._sample_rate_hz
        for begin in range(0, silent, minute):
            self._add(np.zeros(min(minute, silent - begin), np.float32))
        self._add(block.samples)

    def waveform(self) -> Waveform:
        """All of it so far."""
        extremes = self._extremes
        if len(self._rest):
            extremes = np.concatenate((extremes, _extremes(self._rest[np.newaxis])))
        points = tuple(extremes.ravel().tolist())
        return Waveform(self._sample_rate_hz, self._samples_per_point, points)

    def _add(self, samples: Float32) -> None:
        self._count += len(samples)
        waiting = np.concatenate((self._rest, samples))
        while len(waiting) >= self._samples_per_point:
            room = MOST_POINTS - len(self._extremes)
            count = min(room, len(waiting) // self._samples_per_point)
            end = count * self._samples_per_point
            points = _extremes(waiting[:end].reshape(count, -1))
            self._extremes = np.concatenate((self._extremes, points))
            waiting = waiting[end:]
            if len(self._extremes) == MOST_POINTS:
                self._coarsen()
        self._rest = waiting

    def _coarsen(self) -> None:
        pairs = self._extremes.reshape(-1, 2, 2)
        self._extremes = np.stack((pairs[:, :, 0].min(1), pairs[:, :, 1].max(1)), 1)
        self._samples_per_point *= 2


def _extremes(points: Float32) -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
    """(points, samples) → (points, 2)."""
    found = np.stack((points.min(1), points.max(1)), 1) * _FULL_SCALE
    return np.clip(np.rint(found), -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int8)
