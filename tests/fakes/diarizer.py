"""A fake of ``Diarizer``, played from a script."""

from __future__ import annotations

import random

from audiosvc.spans import Span
from audiosvc.types import Audio
from tests.fakes.script import Script


class FakeDiarizer:
    """Knows who of a script speaks in a piece, and names them anew for each.

    spans: of all pieces that it was given.
    """

    def __init__(self, script: Script) -> None:
        self._script = script
        self.spans: list[Span] = []

    def __call__(self, audio: Audio) -> list[tuple[Span, str]]:
        self.spans.append(audio.span)
        heard = [line for line in self._script.lines if line.span.overlap_s(audio.span) > 0.0]
        people = sorted({line.speaker for line in heard})
        random.Random(len(self.spans)).shuffle(people)
        turns = [
            (_inside(line.span, audio.span), f"SPEAKER_{people.index(line.speaker):02d}")
            for line in heard
        ]
        random.Random(len(self.spans)).shuffle(turns)
        return turns


def _inside(span: Span, whole: Span) -> Span:
    return Span(max(span.start_s, whole.start_s), min(span.end_s, whole.end_s))
