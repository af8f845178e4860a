"""How the speakers of a joint model's segments sound, and who of them is one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from audiosvc.spans import Span, subtract_spans, total_s
from audiosvc.transcription.speakers import SpeakerMemory
from audiosvc.types import Float32, LocalSegment, Voice

# As the utterances of the cascade: a voice is the mean of many of them.
LONGEST_S = 4.0
SHORTEST_S = 0.3


@dataclass(frozen=True, slots=True)
class Part:
    """Where in a segment its voice is heard, alone if possible."""

    span: Span
    heard: tuple[Span, ...]


def parts_of(span: Span, others: Sequence[Span]) -> list[Part]:
    """A segment in parts of a few seconds. others: when somebody else speaks."""
    count = max(1, -(-int(span.duration_s * 1000) // int(LONGEST_S * 1000)))
    edges = np.linspace(span.start_s, span.end_s, count + 1).tolist()
    found = []
    for start_s, end_s in pairwise(edges):
        part = Span(start_s, end_s)
        alone = subtract_spans([part], others)
        heard = alone if total_s(alone) >= SHORTEST_S else (part,)
        if total_s(heard) >= SHORTEST_S:
            found.append(Part(part, heard))
    return found


def to_voices(speaker: str, parts: Sequence[Part], vectors: Float32) -> list[Voice]:
    """Parts with their vectors, ``(n, dim)``; a row of zeros is no voice."""
    return [
        Voice(speaker, vector, total_s(part.heard), part.span)
        for part, vector in zip(parts, vectors, strict=True)
        if vector.any()
    ]


class WindowSpeakers:
    """Who is who among all that was written about one window.

    The first attempt's names hold through it. What is written later, by another attempt or another
    model, has names of its own, which are brought home by their voices.
    """

    def __init__(self) -> None:
        self._memory = SpeakerMemory()
        self._unnamed = SpeakerMemory()
        self._first: list[Voice] = []
        self._names: dict[int, str] | None = None

    def note(self, voices: Sequence[Voice]) -> None:
        """Voices of the first attempt, by its own names."""
        self._first += voices

    def name_unknown(self, voices: Sequence[Voice]) -> str:
        """A name for a segment whose speaker the model left out, by its voice alone."""
        named = [replace(voice, speaker="") for voice in voices]
        return f"?{self._unnamed.assign(named).get('', '')}"

    def bring_home(
        self, segments: Sequence[LocalSegment], voices: Sequence[Voice]
    ) -> tuple[list[LocalSegment], list[Voice]]:
        """A later attempt's segments and voices under the names of this window."""
        if self._names is None:
            identities = self._memory.assign(self._first)
            self._names = {identity: name for name, identity in identities.items()}
        taken = self._memory.assign(voices)
        home = {
            name: self._names.setdefault(identity, f"+{identity}")
            for name, identity in taken.items()
        }
        return (
            [
                replace(one, speaker=home.get(one.speaker, f"+{one.speaker}"))
                if one.speaker
                else one
                for one in segments
            ],
            [replace(one, speaker=home[one.speaker]) for one in voices],
        )
