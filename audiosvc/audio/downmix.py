"""Any number of channels to one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from audiosvc.types import Float32, Notice

# Lossy codecs overshoot full scale a little, and nothing is lost when that is cut off. Samples
# twice as large mean a recording that was never brought to [-1, 1].
OVERSHOOT = 2.0
# Independent voices add their powers. Channels that leave a tenth of that cancel each other.
CANCELLED = 0.1
INAUDIBLE = 1e-7


def to_float(samples: npt.NDArray[Any]) -> Float32:
    """Samples of any real type as float32, full scale at 1. Integers keep their silence at 0."""
    kind, bits = samples.dtype.kind, 8 * samples.dtype.itemsize
    with np.errstate(over="ignore", invalid="ignore"):
        floats: Float32 = samples.astype(np.float32, copy=False)
    if kind in "iu":
        floats = floats * np.float32(2.0 ** (1 - bits))
    return floats - np.float32(1.0) if kind == "u" else floats


class Downmix:
    """The mean of all channels, so that no voice is dropped and nothing can clip.

    A voice in one channel of two comes out at half its level. Where the channels cancel each other
    (one wired the wrong way round), the loudest channel stands for all. Samples that are not
    numbers become 0, and what lies beyond full scale is cut off there; the notices tell.
    """

    def __init__(self) -> None:
        self.not_finite = 0
        self.too_large = 0
        self.cancelled = False

    def __call__(self, samples: npt.NDArray[Any]) -> Float32:
        """Mono ``(n,)`` in [-1, 1]. samples: ``(channels, n)``, of any real type."""
        channels = self._bounded(to_float(samples))
        mono: Float32 = channels.mean(axis=0) if len(channels) > 1 else channels[0]
        powers = np.einsum("cn,cn->c", channels, channels)
        expected = float(powers.sum()) / len(channels) ** 2
        if expected > INAUDIBLE * len(mono) and float(mono @ mono) < CANCELLED * expected:
            self.cancelled = True
            mono = channels[powers.argmax()]
        return mono

    def notices(self, name: str) -> Iterator[Notice]:
        """What the reader of a result has to know. name: of the recording."""
        if self.not_finite:
            yield Notice(
                "audio_not_finite",
                f"{self.not_finite} samples of {name} are not numbers and were set to 0.",
            )
        if self.too_large:
            yield Notice(
                "audio_too_large",
                f"{self.too_large} samples of {name} lie far outside of [-1, 1] and were cut off "
                "at full scale. Bring the recording to [-1, 1].",
            )
        if self.cancelled:
            yield Notice(
                "audio_out_of_phase",
                f"The channels of {name} cancel each other in places. The loudest was taken there.",
            )

    def _bounded(self, channels: Float32) -> Float32:
        lowest, highest = np.min(channels, initial=0.0), np.max(channels, initial=0.0)
        if lowest >= -1.0 and highest <= 1.0:  # false for a NaN
            return channels
        finite = np.isfinite(channels)
        self.not_finite += int(finite.size - np.count_nonzero(finite))
        channels = np.where(finite, channels, np.float32(0.0))
        self.too_large += int(np.count_nonzero(np.abs(channels) > OVERSHOOT))
        return np.clip(channels, -1.0, 1.0)
