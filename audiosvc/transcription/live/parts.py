"""What a live stream is made of."""

from __future__ import annotations

from dataclasses import dataclass

from audiosvc.ports import DraftingRecognizer, SpeakerActivity, VoiceEmbedder
from audiosvc.transcription.pool import FairPool


@dataclass(frozen=True, slots=True)
class LiveParts:
    """The models, and the threads that they run on, which recordings use as well."""

    recognizer: DraftingRecognizer
    activity: SpeakerActivity
    embedder: VoiceEmbedder
    pool: FairPool
