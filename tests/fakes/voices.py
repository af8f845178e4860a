"""Fakes of ``SpeakerActivity`` and ``VoiceEmbedder``, played from a script."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from audiosvc.spans import Span
from audiosvc.types import Audio, ChunkActivity, Float32
from tests.fakes.script import Script

LOCAL_SPEAKERS = 3
SHORTEST_VOICE_S = 0.125


class FakeActivity:
    """Sees who of a script speaks, and numbers the speakers of each chunk at random.

    seed: of that numbering; None numbers them by name. spans: of all chunks it was given.
    """

    chunk_s = 5.0
    frame_s = 0.02

    def __init__(self, script: Script, *, seed: int | None = 0) -> None:
        self._script = script
        self._seed = seed
        self.spans: list[Span] = []

    def __call__(self, chunks: Sequence[Audio]) -> list[ChunkActivity]:
        self.spans += [chunk.span for chunk in chunks]
        return [self._hear(chunk) for chunk in chunks]

    def _hear(self, chunk: Audio) -> ChunkActivity:
        if chunk.duration_s > self.chunk_s + 1e-3:
            raise AssertionError(f"{chunk.duration_s} s is too long a chunk")
        frames = max(1, int(chunk.duration_s / self.frame_s + 1e-6))
        middles_s = chunk.start_s + (np.arange(frames) + 0.5) * self.frame_s
        step = round(self.frame_s * chunk.sample_rate_hz)
        loud = np.array(
            [bool(np.any(chunk.samples[n * step : (n + 1) * step])) for n in range(frames)]
        )
        heard = self._script.speakers_in([chunk.span])
        names = sorted(sorted(heard, key=lambda name: -heard[name])[:LOCAL_SPEAKERS])
        places = list(range(LOCAL_SPEAKERS))
        if self._seed is not None:
            random.Random(f"{self._seed} {chunk.start_s:.3f}").shuffle(places)
        active = np.zeros((frames, LOCAL_SPEAKERS), np.bool_)
        for place, name in zip(places, names, strict=False):
            for line in self._script.lines:
                if line.speaker == name:
                    inside = (line.start_s <= middles_s) & (middles_s < line.end_s)
                    active[:, place] |= inside & loud
        return ChunkActivity(active, self.frame_s, chunk.start_s)


class FakeEmbedder:
    """A fixed unit vector for each speaker of a script, and a little noise.

    noise: its length beside the voice's, which is 1. entries: all that was asked.
    """

    def __init__(self, script: Script, *, dimensions: int = 192, noise: float = 0.3) -> None:
        self._script = script
        self._dimensions = dimensions
        self._noise = noise
        self.entries: list[tuple[Span, ...]] = []

    def __call__(self, audio: Audio, spans: Sequence[Sequence[Span]]) -> npt.NDArray[np.float32]:
        self.entries += [tuple(entry) for entry in spans]
        vectors = np.zeros((len(spans), self._dimensions), np.float32)
        for row, entry in zip(vectors, spans, strict=True):
            pieces = [audio.cut(span) for span in entry]
            heard = [piece.span for piece in pieces if np.any(piece.samples)]
            speakers = self._script.speakers_in(heard)
            if sum(span.duration_s for span in heard) >= SHORTEST_VOICE_S and speakers:
                row[:] = self._mixed(speakers, heard[0].start_s)
        return vectors

    def _mixed(self, speakers: dict[str, float], start_s: float) -> Float32:
        total = sum(
            (seconds * voice_of(name, self._dimensions) for name, seconds in speakers.items()),
            np.zeros(self._dimensions, np.float32),
        )
        generator = np.random.default_rng(round(start_s * 1000) + 1)
        noise = generator.normal(size=self._dimensions)
        mixed = unit(total) + self._noise * unit(noise)
        return unit(mixed)


def voice_of(speaker: str, dimensions: int = 192) -> Float32:
    """The voice of a name: always the same, and nearly at right angles to any other."""
    generator = np.random.default_rng(list(speaker.encode()))
    return unit(generator.normal(size=dimensions))


def unit(vector: npt.NDArray[np.floating]) -> Float32:
    """The vector with a length of 1."""
    scaled: Float32 = (vector / np.linalg.norm(vector)).astype(np.float32)
    return scaled
