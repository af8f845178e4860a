"""Sound of any rate and number of channels to consecutive blocks of 16 kHz mono, or 48 kHz."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from audiosvc.audio.downmix import Downmix
from audiosvc.audio.resample import SAMPLE_RATE_HZ, Resampler
from audiosvc.errors import OptionError
from audiosvc.types import Audio, Float32

BLOCK_S = 8.0
# Live, nothing waits for much to come together: a packet of many codecs is shorter than the first.
SHORTEST_LIVE_S = 0.05
LONGEST_LIVE_S = 0.25
# What is decoded comes in hundredths of a second, and to work on those costs twice as much.
CHUNK_S = 0.5
# Resampling begins and ends this much outside of what is asked for, so that a cut leaves no edge.
MARGIN_S = 0.1


@dataclass(frozen=True, slots=True)
class Chunk:
    """A short piece as it was decoded. channels: ``(channels, n)``, of any real type."""

    channels: npt.NDArray[Any]
    sample_rate_hz: int
    start_s: float


@dataclass(frozen=True, slots=True)
class Cut:
    """The part of a recording that is wanted. end_s: None is to the end. Raises OptionError."""

    start_s: float = 0.0
    end_s: float | None = None

    def __post_init__(self) -> None:
        end_s = math.inf if self.end_s is None else self.end_s
        if not (0.0 <= self.start_s < end_s and math.isfinite(self.start_s)):
            raise OptionError(
                f"The start ({self.start_s:g} s) must be 0 or more, and lie before the end "
                f"({end_s:g} s)."
            )

    def is_before(self, time_s: float) -> bool:
        """Whether nothing that ends at ``time_s`` is needed."""
        return time_s < self.start_s - MARGIN_S

    def is_behind(self, time_s: float) -> bool:
        """Whether nothing from ``time_s`` on is needed."""
        return self.end_s is not None and time_s > self.end_s + MARGIN_S

    def length_of(self, whole_s: float | None) -> float | None:
        """Seconds that are left of a recording of ``whole_s``; None when neither end is known."""
        if whole_s is None:
            return None if self.end_s is None else self.end_s - self.start_s
        end_s = whole_s if self.end_s is None else min(whole_s, self.end_s)
        return max(0.0, end_s - self.start_s)


def join_chunks(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """The same sound in chunks of ``CHUNK_S`` or more, where rate, channels and type allow it."""
    held: list[Chunk] = []
    held_samples = 0
    for chunk in chunks:
        full = held_samples >= CHUNK_S * chunk.sample_rate_hz
        if held and (full or _kind(chunk) != _kind(held[0])):
            yield _joined(held)
            held, held_samples = [], 0
        held.append(chunk)
        held_samples += chunk.channels.shape[1]
    if held:
        yield _joined(held)


def _kind(chunk: Chunk) -> tuple[int, int, Any]:
    return chunk.sample_rate_hz, chunk.channels.shape[0], chunk.channels.dtype


def _joined(chunks: list[Chunk]) -> Chunk:
    channels = np.concatenate([chunk.channels for chunk in chunks], axis=1)
    return Chunk(channels, chunks[0].sample_rate_hz, chunks[0].start_s)


def to_blocks(
    chunks: Iterable[Chunk], cut: Cut, downmix: Downmix, rate_hz: int = SAMPLE_RATE_HZ
) -> Iterator[Audio]:
    """Consecutive blocks of ``BLOCK_S``, the last one shorter; their times are recording times.

    rate_hz: of the blocks.
    """
    block_samples = round(BLOCK_S * rate_hz)
    first = round(cut.start_s * rate_hz)
    last = None if cut.end_s is None else round(cut.end_s * rate_hz)
    held: list[Float32] = []
    held_samples = 0
    for at, samples in _resampled(chunks, downmix, rate_hz):
        wanted = samples[max(0, first - at) : None if last is None else max(0, last - at)]
        held.append(wanted)
        held_samples += len(wanted)
        while held_samples >= block_samples:
            joined = np.concatenate(held)
            yield Audio(joined[:block_samples], rate_hz, first / rate_hz)
            first += block_samples
            held = [joined[block_samples:]]
            held_samples -= block_samples
    if held_samples:
        yield Audio(np.concatenate(held), rate_hz, first / rate_hz)


def to_live_blocks(
    chunks: Iterable[Chunk], downmix: Downmix, rate_hz: int = SAMPLE_RATE_HZ
) -> Iterator[Audio]:
    """Consecutive short blocks, each as soon as its chunks are there; their times are exact."""
    shortest = round(SHORTEST_LIVE_S * rate_hz)
    longest = round(LONGEST_LIVE_S * rate_hz)
    held = np.zeros(0, np.float32)
    at = 0
    for _, samples in _resampled(chunks, downmix, rate_hz):
        held = np.concatenate([held, samples])
        if len(held) < shortest:
            continue
        for first in range(0, len(held), longest):
            yield Audio(held[first : first + longest], rate_hz, (at + first) / rate_hz)
        at += len(held)
        held = held[:0]
    if len(held):
        yield Audio(held, rate_hz, at / rate_hz)


def _resampled(
    chunks: Iterable[Chunk], downmix: Downmix, to_hz: int = SAMPLE_RATE_HZ
) -> Iterator[tuple[int, Float32]]:
    """Pieces at ``to_hz``, each with the number of its first sample in the recording."""
    resampler: Resampler | None = None
    at = 0
    for chunk in chunks:
        samples = downmix(chunk.channels)
        if resampler is None:
            surplus = _off_the_grid(chunk, to_hz)
            samples = samples[surplus:]
            at = round((chunk.start_s + surplus / chunk.sample_rate_hz) * to_hz)
            resampler = Resampler(chunk.sample_rate_hz, to_hz)
        elif resampler.rate_hz != chunk.sample_rate_hz:
            rest = resampler.flush()
            yield at, rest
            at += len(rest)
            resampler = Resampler(chunk.sample_rate_hz, to_hz)
        ready = resampler.feed(samples)
        yield at, ready
        at += len(ready)
    if resampler is not None:
        yield at, resampler.flush()


def _off_the_grid(chunk: Chunk, to_hz: int) -> int:
    """How many samples to leave out, so that the next one falls on a sample of ``to_hz``.

    With this, a part of a recording comes out as it does in the whole.
    """
    rate_hz = chunk.sample_rate_hz
    surplus = -round(chunk.start_s * rate_hz) % (rate_hz // math.gcd(rate_hz, to_hz))
    # A rate that shares little with the other meets it too rarely.
    return surplus if surplus <= MARGIN_S / 2 * rate_hz else 0
