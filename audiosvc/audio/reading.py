"""One pass over the sound of one container: where it is, and what it met.

Times are those that a player shows: what the file leaves out (a late start, a gap in a live
recording) is silence here, as long as the file's own clock makes sense. Damaged packets are
skipped and counted. A file that breaks off ends early. Both are told as notices.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream
from av.container import InputContainer

from audiosvc.audio.blocks import Chunk, Cut
from audiosvc.audio.guard import UNBOUNDED, Guard
from audiosvc.audio.resample import can_resample
from audiosvc.errors import AudioEmpty, AudioError, AudioUnreadable
from audiosvc.spans import Span
from audiosvc.types import Notice

# A shorter gap is jitter of the file's clock, and a longer one a clock that was set anew. What is
# filled in altogether has a limit, so that a small file cannot become days of silence.
SHORTEST_GAP_S = 0.1
LONGEST_GAP_S = 600.0
FILLED_LIMIT_S = 3600.0
WHOLE = Cut()
DTYPES = {"u8": "u1", "s16": "i2", "s32": "i4", "s64": "i8", "flt": "f4", "dbl": "f8"}


class Reading:
    """Chunks of sound, and what was met on the way to them.

    promised_s: the length that a header states, None if there is none; to be set by those who can
    tell. broke_off: whether the end came too early.
    """

    def __init__(
        self,
        name: str,
        container: InputContainer,
        stream: AudioStream,
        cut: Cut = WHOLE,
        guard: Guard = UNBOUNDED,
    ) -> None:
        self.promised_s: float | None = None
        self.broke_off = False
        self._name = name
        self._cut = cut
        self._guard = guard
        self._packets = container.demux(stream)
        self._origin_s = (container.start_time or 0) / av.time_base
        self._position_s = 0.0
        self._skipped = 0
        self._filled_s = 0.0
        self._cut_short = False

    def chunks(self) -> Iterator[Chunk]:
        """The sound from a little before the cut to a little behind it, as it comes."""
        expected_s = self._origin_s  # by the file's own clock
        for frame in self._frames():
            rate_hz = frame.sample_rate
            if not can_resample(rate_hz):
                raise AudioUnreadable(
                    f"{self._name} claims {rate_hz} samples a second, which cannot be: it is "
                    "damaged. Make the file anew."
                )
            if frame.time is not None:
                yield from self._silence(frame.time, expected_s, rate_hz)
                expected_s = frame.time + frame.samples / rate_hz
            begin_s = self._position_s
            self._advance(frame.samples / rate_hz)
            if not self._cut.is_before(self._position_s):
                yield Chunk(_channels(frame, self._name), rate_hz, begin_s)
            if self._cut.is_behind(self._position_s):
                self._cut_short = True
                return

    def _advance(self, length_s: float) -> None:
        self._position_s += length_s
        self._guard.admit(self._position_s, self._name)

    def _frames(self) -> Iterator[av.AudioFrame]:
        while True:
            self._guard.poll()
            try:
                packet = next(self._packets, None)
            except (av.error.FFmpegError, OSError):
                self.broke_off = True
                self._guard.poll()  # if that was it
                return
            except IndexError:
                # The library's own, at the end of a file in which another stream began late.
                return
            if packet is None:
                return
            try:
                yield from packet.decode()
            except av.error.FFmpegError:
                self._skipped += 1

    def _silence(self, time_s: float, expected_s: float, rate_hz: int) -> Iterator[Chunk]:
        """What the file's clock jumped over, but never more than puts this clock right again."""
        ahead_s = time_s - self._origin_s - self._position_s
        gap_s = min(time_s - expected_s, ahead_s)
        if not SHORTEST_GAP_S < gap_s < LONGEST_GAP_S or self._filled_s + gap_s > FILLED_LIMIT_S:
            return
        self._filled_s += gap_s
        missing = round(gap_s * rate_hz)
        while missing > 0:
            silence = np.zeros((1, min(missing, rate_hz)), np.float32)
            begin_s = self._position_s
            missing -= silence.shape[1]
            self._advance(silence.shape[1] / rate_hz)
            if not self._cut.is_before(self._position_s):
                yield Chunk(silence, rate_hz, begin_s)

    def empty(self) -> AudioError:
        """Why there was nothing to give."""
        if self._position_s:
            return AudioEmpty(
                f"{self._name} ends at {self._position_s:.2f} s, before the start that was asked "
                f"for ({self._cut.start_s:g} s)."
            )
        if self._skipped or self.broke_off or self.promised_s:
            return AudioUnreadable(
                f"Nothing in {self._name} could be decoded: it is damaged. Make the file anew, or "
                "convert it with the program that wrote it."
            )
        return AudioEmpty(f"{self._name} holds no sound: its length is zero.")

    def notices(self) -> Iterator[Notice]:
        """What the reader of a result has to know."""
        promised_s = self.promised_s or 0.0
        is_short = promised_s - self._position_s > max(1.0, 0.01 * promised_s)
        if is_short and not self._cut_short:
            yield Notice(
                "audio_truncated",
                f"{self._name} ends at {self._position_s:.1f} s, and its header promises "
                f"{promised_s:.1f} s. It is cut off or damaged.",
                Span(self._position_s, promised_s),
            )
        elif self.broke_off and not self._cut_short:
            yield Notice("audio_truncated", f"{self._name} breaks off at {self._position_s:.1f} s.")
        if self._skipped:
            packets = (
                "1 damaged packet" if self._skipped == 1 else f"{self._skipped} damaged packets"
            )
            yield Notice("audio_damaged", f"Left out of {self._name}: {packets}.")
        if self._filled_s:
            yield Notice(
                "audio_gaps",
                f"{self._filled_s:.1f} s that {self._name} left out were filled with silence.",
            )


def _channels(frame: av.AudioFrame, name: str) -> npt.NDArray[Any]:
    """The samples of a frame, ``(channels, n)``."""
    count = frame.layout.nb_channels
    dtype = DTYPES.get(frame.format.name.removesuffix("p"))
    if dtype is None:
        raise AudioUnreadable(
            f"{name} holds {frame.format.name} samples, which are not supported. "
            "Convert it to WAV or FLAC."
        )
    channels: npt.NDArray[Any]
    if frame.format.is_planar:
        # Of 8 channels and more the library lists planes that do not exist behind those that do.
        planes = [np.frombuffer(plane, dtype, frame.samples) for plane in frame.planes[:count]]
        channels = np.stack(planes)
    else:
        packed = np.frombuffer(frame.planes[0], dtype, frame.samples * count)
        channels = packed.reshape(-1, count).T
    return channels
