"""Any sample rate to 16 kHz, or another, as a stream, with an exact count of samples."""

from __future__ import annotations

import av
import numpy as np

from audiosvc.types import Float32

SAMPLE_RATE_HZ = 16_000
WIDE_RATE_HZ = 48_000  # for whoever listens to more than speech: birds reach up to 15 kHz
# The filter's memory grows with the rate, and its output grows as the rate falls: a damaged header
# must not fill the machine.
LOWEST_RATE_HZ = 500
HIGHEST_RATE_HZ = 2_000_000


def can_resample(rate_hz: int) -> bool:
    """Whether ``rate_hz`` can be the rate of a recording."""
    return LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ


class Resampler:
    """Takes mono float32 at ``rate_hz`` in pieces and gives ``to_hz``, 16 kHz, in [-1, 1].

    n samples become ``round(n * to_hz / rate_hz)`` after the flush, and none is shifted in time.
    """

    def __init__(self, rate_hz: int, to_hz: int = SAMPLE_RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.to_hz = to_hz
        self._taken = 0
        self._given = 0
        self._filter = av.AudioResampler(format="flt", layout="mono", rate=to_hz)

    def feed(self, samples: Float32) -> Float32:
        """What is ready of the next samples ``(n,)``."""
        self._taken += len(samples)
        if self.rate_hz == self.to_hz:
            return samples
        ready = self._push(samples)
        self._given += len(ready)
        return ready

    def flush(self) -> Float32:
        """The rest; the pass is over."""
        if self.rate_hz == self.to_hz or not self._taken:
            return np.zeros(0, np.float32)
        due = round(self._taken * self.to_hz / self.rate_hz) - self._given
        # The filter keeps its last half length back; silence pushes it out.
        silence = np.zeros(max(64, self.rate_hz // 20), np.float32)
        rest = np.concatenate([self._push(silence), self._push(None)])
        return rest[:due]

    def _push(self, samples: Float32 | None) -> Float32:
        frame = None
        if samples is not None:
            if not len(samples):
                return samples
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(samples, np.float32)[np.newaxis], format="flt", layout="mono"
            )
            frame.sample_rate = self.rate_hz
        ready = [out.to_ndarray()[0] for out in self._filter.resample(frame)]
        joined: Float32 = np.concatenate([np.zeros(0, np.float32), *ready])
        return joined.clip(-1.0, 1.0)
