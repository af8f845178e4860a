"""What a live stream is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from audiosvc.ports import DraftingRecognizer, SpeakerActivity, VoiceEmbedder
from audiosvc.transcription.pool import FairPool


@dataclass(frozen=True, slots=True)
class LiveParts:
    """The models, and the threads that they run on, which recordings use as well."""

    recognizer: DraftingRecognizer
    activity: SpeakerActivity
    embedder: VoiceEmbedder
    pool: FairPool


@runtime_checkable
class HasLiveParts(Protocol):
    """What a window transcriber may be as well: one whose models can listen along."""

    @property
    def live_parts(self) -> LiveParts | None:
        """None when they cannot."""
        ...
