"""What the windows of one joint transcriber share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from audiosvc.ports import JointModel, VoiceEmbedder, WindowTranscriber, WordAligner
from audiosvc.transcription.pool import FairPool

Spare = Callable[[], WindowTranscriber | None]
"""Gives what transcribes where the model fails; None where nothing does."""

Aligner = Callable[[str | None], WordAligner | None]
"""Gives what finds word times in a language; None where nothing does."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The model, and what stands beside it."""

    model: JointModel
    embedder: VoiceEmbedder
    pool: FairPool
    spare: Spare | None = None
    aligner: Aligner | None = None

    def find_spare(self) -> WindowTranscriber | None:
        """What transcribes where the model fails."""
        return self.spare() if self.spare else None
