"""Samples in memory as the bytes that a server takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from audiosvc.errors import OptionError
from audiosvc.wire.config import Pcm

# Sent as they are. All others become 32-bit floats.
_ENCODINGS = {"int16": "s16le", "int32": "s32le", "uint8": "u8", "float32": "f32le"}
_MOST_CHANNELS = 8


def to_pcm(samples: npt.NDArray[Any], sample_rate_hz: int) -> tuple[memoryview, Pcm]:
    """The bytes of samples ``(n,)``, ``(channels, n)`` or ``(n, channels)``, and what they are.

    The shorter axis of two is the channels. Floats have their full scale at 1, integers at the
    largest value of their type. Raises OptionError for anything that cannot be samples.
    """
    if samples.dtype.kind not in "iuf" or samples.ndim not in (1, 2):
        raise OptionError(
            "Samples must be real numbers, (n,) or (channels, n); these are "
            f"{samples.dtype} {samples.shape}."
        )
    frames = samples[:, np.newaxis] if samples.ndim == 1 else samples
    if samples.ndim == 2 and frames.shape[0] < frames.shape[1]:
        frames = frames.T
    if frames.shape[1] > _MOST_CHANNELS:
        raise OptionError(f"A server takes up to {_MOST_CHANNELS} channels, not {frames.shape[1]}.")
    if frames.dtype.name not in _ENCODINGS:
        frames = to_float32(frames)
    encoding = _ENCODINGS[frames.dtype.name]
    little = np.ascontiguousarray(frames, frames.dtype.newbyteorder("<"))
    return little.reshape(-1).view(np.uint8).data, Pcm(sample_rate_hz, frames.shape[1], encoding)


def to_float32(samples: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Samples with their full scale at 1, of the same shape."""
    if samples.dtype.kind == "f":
        return samples.astype(np.float32)
    scale = 2.0 ** (8 * samples.dtype.itemsize - 1)
    offset = scale if samples.dtype.kind == "u" else 0.0
    return ((samples.astype(np.float64) - offset) / scale).astype(np.float32)
