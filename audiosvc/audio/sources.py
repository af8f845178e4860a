"""Recordings that can be read from their beginning as often as needed: ``ports.AudioSource``.

Each of them is a context manager, and only a spooled stream has something to close. ``notices``
are those of the last complete reading.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from io import BytesIO
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from audiosvc.audio.blocks import Chunk, Cut, to_blocks
from audiosvc.audio.container import RawFormat
from audiosvc.audio.decode import decode, hint_length_s
from audiosvc.audio.downmix import Downmix
from audiosvc.audio.guard import UNBOUNDED, Guard
from audiosvc.audio.resample import SAMPLE_RATE_HZ, WIDE_RATE_HZ, can_resample
from audiosvc.errors import AudioEmpty, OptionError
from audiosvc.types import Audio, Notice


class Source(ABC):
    """What all sources share. cut: the part that is read, in the recording's own time."""

    def __init__(self, name: str, cut: Cut) -> None:
        self.name = name
        self.notices: tuple[Notice, ...] = ()
        self._cut = cut

    @property
    @abstractmethod
    def duration_s(self) -> float | None:
        """How many seconds ``blocks`` will give, as far as can be told beforehand.

        Raises AudioError.
        """

    @abstractmethod
    def blocks(self) -> Iterator[Audio]:
        """The recording as consecutive blocks of a few seconds, 16 kHz mono. Raises AudioError."""

    def wide_blocks(self) -> Iterator[Audio]:
        """The same at 48 kHz, with as much of the high tones as there is. Raises AudioError."""
        chunks = (
            Chunk(block.samples[np.newaxis], block.sample_rate_hz, block.start_s)
            for block in self.blocks()
        )
        return to_blocks(chunks, self._cut, Downmix(), WIDE_RATE_HZ)

    def close(self) -> None:  # noqa: B027 - only a spooled stream has something to remove
        """Removes what was kept for this source."""

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class FileSource(Source):
    """A file. It is opened when it is read, each time anew."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        start_s: float = 0.0,
        end_s: float | None = None,
        raw: RawFormat | None = None,
        name: str | None = None,
        guard: Guard = UNBOUNDED,
    ) -> None:
        """raw: for a file without a header. name: for messages, in place of the path.

        guard: what each reading may cost.
        """
        super().__init__(name or os.fspath(path), Cut(start_s, end_s))
        self._path = path
        self._raw = raw
        self._guard = guard

    @property
    def duration_s(self) -> float | None:
        """By the header or by a guess; None when neither tells. Raises AudioError."""
        return self._cut.length_of(hint_length_s(self._open(), name=self.name, raw=self._raw))

    def blocks(self) -> Iterator[Audio]:
        """The recording as consecutive blocks of a few seconds, 16 kHz mono. Raises AudioError."""
        return self._decode(SAMPLE_RATE_HZ)

    def wide_blocks(self) -> Iterator[Audio]:
        """The same at 48 kHz. Raises AudioError."""
        return self._decode(WIDE_RATE_HZ)

    def _decode(self, rate_hz: int) -> Iterator[Audio]:
        notices: list[Notice] = []
        yield from decode(
            self._open(),
            name=self.name,
            raw=self._raw,
            start_s=self._cut.start_s,
            end_s=self._cut.end_s,
            notices=notices,
            guard=self._guard,
            rate_hz=rate_hz,
        )
        self.notices = tuple(notices)

    def _open(self) -> str | os.PathLike[str] | BinaryIO:
        return self._path


class BytesSource(FileSource):
    """The bytes of a file, in memory. The rest as for a file."""

    def __init__(
        self,
        data: bytes,
        *,
        name: str = "the given bytes",
        start_s: float = 0.0,
        end_s: float | None = None,
        raw: RawFormat | None = None,
        guard: Guard = UNBOUNDED,
    ) -> None:
        super().__init__(name, start_s=start_s, end_s=end_s, raw=raw, guard=guard)
        self._data = data

    def _open(self) -> BinaryIO:
        return BytesIO(self._data)


class ArraySource(Source):
    """Samples in memory, of any real type, ``(n,)``, ``(channels, n)`` or ``(n, channels)``.

    The shorter axis of two is the channels. Floats have their full scale at 1, integers at the
    largest value of their type.
    """

    def __init__(
        self,
        samples: npt.NDArray[Any],
        sample_rate_hz: int,
        *,
        name: str = "the given samples",
        start_s: float = 0.0,
        end_s: float | None = None,
    ) -> None:
        """Raises OptionError for anything that cannot be samples."""
        super().__init__(name, Cut(start_s, end_s))
        if samples.dtype.kind not in "iuf" or samples.ndim not in (1, 2):
            raise OptionError(
                f"Samples must be real numbers, (n,) or (channels, n); these are "
                f"{samples.dtype} {samples.shape}."
            )
        if not can_resample(sample_rate_hz):
            raise OptionError(
                f"A sample rate lies from 500 Hz to 2 MHz, not at {sample_rate_hz} Hz."
            )
        channels = samples[np.newaxis] if samples.ndim == 1 else samples
        is_upright = samples.ndim == 2 and channels.shape[0] > channels.shape[1]
        self._channels = channels.T if is_upright else channels
        self._sample_rate_hz = sample_rate_hz

    @property
    def duration_s(self) -> float | None:
        """How many seconds ``blocks`` will give."""
        return self._cut.length_of(self._channels.shape[1] / self._sample_rate_hz)

    def blocks(self) -> Iterator[Audio]:
        """The recording as consecutive blocks of a few seconds, 16 kHz mono. Raises AudioEmpty."""
        return self._read(SAMPLE_RATE_HZ)

    def wide_blocks(self) -> Iterator[Audio]:
        """The same at 48 kHz. Raises AudioEmpty."""
        return self._read(WIDE_RATE_HZ)

    def _read(self, rate_hz: int) -> Iterator[Audio]:
        downmix = Downmix()
        empty = True
        for block in to_blocks(self._chunks(), self._cut, downmix, rate_hz):
            empty = False
            yield block
        if empty:
            raise AudioEmpty(f"There is no sound between start and end of {self.name}.")
        self.notices = tuple(downmix.notices(self.name))

    def _chunks(self) -> Iterator[Chunk]:
        rate_hz = self._sample_rate_hz
        count = self._channels.shape[1] if self._channels.size else 0
        for first in range(0, count, rate_hz):
            piece = self._channels[:, first : first + rate_hz]
            if self._cut.is_behind(first / rate_hz):
                return
            if not self._cut.is_before((first + piece.shape[1]) / rate_hz):
                yield Chunk(piece, rate_hz, first / rate_hz)
