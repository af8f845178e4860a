"""Recordings made on the fly, in every container and codec that the library can write."""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

Encode = Callable[..., bytes]
LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


def _tone(seconds: float, rate_hz: int, frequency_hz: float = 440.0, level: float = 0.5) -> Any:
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    return (level * np.sin(2 * np.pi * frequency_hz * time_s)).astype(np.float32)


def _encode(
    samples: npt.NDArray[np.float32],
    rate_hz: int,
    container_format: str,
    codec: str,
    *,
    video: str | None = None,
    video_s: float = 2.0,
    jumps_s: dict[int, float] | None = None,
) -> bytes:
    """samples: (n,) or (channels, n). jumps_s: seconds that the clock jumps before a frame."""
    channels = np.atleast_2d(samples)
    layout = LAYOUTS[len(channels)]
    file = io.BytesIO()
    with av.open(file, "w", format=container_format) as container:
        pictures = container.add_stream(video, rate=10) if video else None
        stream = container.add_stream(codec, rate=rate_hz, layout=layout)
        stream.time_base = Fraction(1, rate_hz)
        stream.codec_context.open()
        if pictures is not None:
            _write_video(container, pictures, video_s)
        frame_size = stream.codec_context.frame_size or 1024
        resampler = av.AudioResampler(format=stream.format.name, layout=layout, rate=rate_hz)
        pts = 0
        for number, first in enumerate(range(0, channels.shape[1], frame_size)):
            piece = channels[:, first : first + frame_size]
            packed = np.ascontiguousarray(piece.T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=layout)
            frame.sample_rate = rate_hz
            pts += round((jumps_s or {}).get(number, 0.0) * rate_hz)
            frame.pts, frame.time_base = pts, Fraction(1, rate_hz)
            pts += piece.shape[1]
            for converted in resampler.resample(frame):
                container.mux(stream.encode(converted))
        container.mux(stream.encode(None))
    return file.getvalue()


def _write_video(container: Any, stream: Any, seconds: float) -> None:
    stream.width = stream.height = 64
    stream.pix_fmt = "yuv420p"
    for number in range(round(10 * seconds)):
        picture = np.full((64, 64, 3), 10 * number % 255, np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, 10)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


@pytest.fixture
def tone() -> Callable[..., npt.NDArray[np.float32]]:
    return _tone


@pytest.fixture
def encode() -> Encode:
    return _encode
