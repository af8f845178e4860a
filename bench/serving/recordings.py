"""What is sent, and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audiosvc.audio.sources import FileSource
from audiosvc.evaluate.manifest import load_manifest, select
from audiosvc.evaluate.normalise import normaliser_for
from audiosvc.evaluate.rates import ErrorRate
from audiosvc.evaluate.references import load_truth
from audiosvc.evaluate.words import word_errors
from audiosvc.spans import Span
from audiosvc.types import Segment

SAMPLE = Path(__file__).parents[2] / "samples" / "manifest.json"
RATE_HZ = 16_000


@dataclass(frozen=True)
class Recording:
    """One recording. turns: who speaks when, without names. words: None without a reference."""

    name: str
    audio: Path
    language: str | None
    turns: tuple[Span, ...]
    words: tuple[Segment, ...] | None

    def pcm(self) -> bytes:
        """All of it as 16 kHz mono, signed 16 bit, little endian."""
        samples = np.concatenate([block.samples for block in FileSource(self.audio).blocks()])
        pcm: bytes = (samples * 32_767.0).round().astype("<i2").tobytes()
        return pcm

    def errors(self, segments: Sequence[Segment]) -> ErrorRate | None:
        """The word errors of a transcript; None without a reference."""
        if self.words is None:
            return None
        return word_errors(self.words, segments, normaliser_for(self.language))


def recordings(manifest: Path, patterns: Sequence[str]) -> list[Recording]:
    """The entries of the manifest whose ids fit. Raises ManifestError, OptionError."""
    found = []
    for entry in select(load_manifest(manifest), (), tuple(patterns)):
        truth = load_truth(entry)
        turns = tuple(sorted(turn.span for turn in truth.turns or ()))
        found.append(Recording(entry.id, entry.audio, truth.language, turns, truth.words))
    return found
