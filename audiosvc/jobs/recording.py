"""The audio of a job: as it was sent, and as the samples that its windows are made of."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from audiosvc.audio.blocks import BLOCK_S
from audiosvc.audio.container import RawFormat
from audiosvc.audio.guard import UNBOUNDED, Guard
from audiosvc.audio.resample import SAMPLE_RATE_HZ
from audiosvc.audio.sources import FileSource, Source
from audiosvc.audio.waveform import Waveform, Waveformer
from audiosvc.jobs.records import Job
from audiosvc.jobs.spool import Spool, explained
from audiosvc.spans import Span
from audiosvc.types import Audio, Float32

SAMPLE_BYTES = 2
FULL_SCALE = 32768.0
BLOCK_SAMPLES = round(BLOCK_S * SAMPLE_RATE_HZ)


class SpooledSource(FileSource):
    """What was uploaded for a job."""

    def __init__(self, spool: Spool, job: Job, guard: Guard = UNBOUNDED) -> None:
        """Raises OptionError for raw samples that cannot be."""
        pcm = job.pcm
        super().__init__(
            job.job_id,
            start_s=job.wish.start_s,
            end_s=job.wish.end_s,
            raw=RawFormat(pcm.sample_rate_hz, pcm.channels, pcm.encoding) if pcm else None,
            name=job.display_name or "the recording",
            guard=guard,
        )
        self._spool = spool
        self._job_id = job.job_id
        self._size_bytes = job.upload.committed_bytes
        self._files: list[BinaryIO] = []

    def close(self) -> None:
        """Closes what was opened."""
        for file in self._files:
            file.close()

    def _open(self) -> BinaryIO:
        file = self._spool.open_audio(self._job_id, self._size_bytes)
        self._files.append(file)
        return file


class Recorder(Source):
    """Reads a source once, keeps its samples as 16-bit PCM, and draws how loud they are.

    What is listened to is what is kept, so that the plan and the windows are of the same samples.
    """

    def __init__(self, source: Source, file: BinaryIO) -> None:
        """file: takes s16le."""
        super().__init__(source.name, source._cut)
        self._source = source
        self._file = file
        self._waveformer = Waveformer(SAMPLE_RATE_HZ)
        self.written_bytes = 0

    @property
    def duration_s(self) -> float | None:
        """As the source says. Raises AudioError."""
        return self._source.duration_s

    def blocks(self) -> Iterator[Audio]:
        """The blocks of the source. Raises AudioError, StorageFull."""
        for block in self._source.blocks():
            data = to_pcm(block.samples)
            with explained("written"):
                self._file.write(data)
            self.written_bytes += len(data)
            kept = Audio(from_pcm(data), block.sample_rate_hz, block.start_s)
            self._waveformer.take(kept)
            yield kept
        self.notices = self._source.notices

    def waveform(self) -> Waveform:
        """How loud what was read so far is."""
        return self._waveformer.waveform()


def to_pcm(samples: Float32) -> bytes:
    """Samples in [-1, 1] as s16le."""
    scaled = np.clip(np.rint(samples * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1)
    data: bytes = scaled.astype("<i2").tobytes()
    return data


def from_pcm(data: bytes) -> Float32:
    """Samples of s16le; those that were made of s16le come back as they were."""
    samples: Float32 = np.frombuffer(data, dtype="<i2").astype(np.float32) / np.float32(FULL_SCALE)
    return samples


def read_blocks(spool: Spool, job_id: str, name: str, whole: Span, wanted: Span) -> list[Audio]:
    """The blocks in which ``wanted`` lies, cut as ``Recorder`` gave them. whole: what was kept."""
    first = max(0, math.floor((wanted.start_s - whole.start_s) / BLOCK_S) - 1)
    last = max(first, math.ceil((wanted.end_s - whole.start_s) / BLOCK_S)) + 1
    bytes_a_block = BLOCK_SAMPLES * SAMPLE_BYTES
    count = (last - first) * bytes_a_block
    data = spool.read(job_id, name, first * bytes_a_block, count)
    begin = round(whole.start_s * SAMPLE_RATE_HZ) + first * BLOCK_SAMPLES
    return [
        Audio(
            from_pcm(data[at : at + bytes_a_block]),
            SAMPLE_RATE_HZ,
            (begin + at // SAMPLE_BYTES) / SAMPLE_RATE_HZ,
        )
        for at in range(0, len(data), bytes_a_block)
    ]
