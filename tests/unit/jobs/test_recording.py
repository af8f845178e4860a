"""The samples of a job: kept once, read in ranges, the same as they were listened to."""

from __future__ import annotations

import errno
import io
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.audio.sources import ArraySource
from audiosvc.errors import StorageFull
from audiosvc.jobs.recording import Recorder, from_pcm, read_blocks, to_pcm
from audiosvc.jobs.spool import open_spool
from audiosvc.spans import Span
from audiosvc.transcription.windows import cut_windows
from audiosvc.types import Audio, Window


@given(st.binary(max_size=400).filter(lambda data: len(data) % 2 == 0))
def test_samples_of_16_bits_come_back_as_they_were(data: bytes) -> None:
    assert to_pcm(from_pcm(data)) == data


def test_louder_than_full_scale_is_full_scale() -> None:
    found = from_pcm(to_pcm(np.array([-2.0, 2.0, 0.5], np.float32)))
    assert found.tolist() == [-1.0, 32767 / 32768, 0.5]


@pytest.mark.parametrize("start_s", [0.0, 3.7])
def test_a_window_of_the_spool_is_a_window_of_the_recording(tmp_path: Path, start_s: float) -> None:
    samples = np.random.default_rng(1).normal(0, 0.1, 16_000 * 50).astype(np.float32)
    source = ArraySource(samples, 16_000, start_s=start_s)
    spool = open_spool(str(tmp_path))
    with spool.create("a", "pcm") as file:
        recorder = Recorder(source, file)
        blocks = list(recorder.blocks())
    whole = Span(blocks[0].start_s, blocks[-1].span.end_s)
    assert recorder.written_bytes == 2 * round(whole.duration_s * 16_000)
    drawn = recorder.waveform()
    seen_s = drawn.length * drawn.samples_per_point / drawn.sample_rate_hz
    assert seen_s == pytest.approx(whole.end_s, abs=drawn.samples_per_point / 16_000)
    assert max(drawn.extremes) > 30
    edges = [whole.start_s, 8.0, 16.1, 23.9999, 31.7, 41.0, whole.end_s]
    cores = [Span(*pair) for pair in pairwise(edges)]
    expected = list(cut_windows(blocks, cores, [], 2.5))
    for core, window in zip(cores, expected, strict=True):
        wanted = Span(core.start_s - 2.5, core.end_s + 2.5)
        read = read_blocks(spool, "a", "pcm", whole, wanted)
        (found,) = cut_windows(read, [core], [], 2.5)
        assert same(found, window)
        assert len(read) <= wanted.duration_s / 8.0 + 4


def same(one: Window, other: Window) -> bool:
    return (
        one.core == other.core
        and one.audio.start_s == other.audio.start_s
        and np.array_equal(one.audio.samples, other.audio.samples)
    )


def test_a_full_disk_is_told_as_one() -> None:
    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    def blocks() -> Iterator[Audio]:
        return Recorder(ArraySource(np.zeros(99_999, np.float32), 16_000), Full()).blocks()

    with pytest.raises(StorageFull):
        next(blocks())
