"""What happens in a recording that nobody recorded: who says what, when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audiosvc.spans import Span, merge_spans
from audiosvc.types import Audio, Word

RATE_HZ = 16_000
LOUDNESS = 0.1


@dataclass(frozen=True, slots=True)
class Line:
    """One voice, from when to when. Its words share the time evenly; it may have none."""

    speaker: str
    start_s: float
    end_s: float
    text: str = ""

    @property
    def span(self) -> Span:
        return Span(self.start_s, self.end_s)

    @property
    def words(self) -> list[Word]:
        """Written with spaces, or a character a word where the text has none and is not ASCII."""
        spaced = self.text.isascii() or " " in self.text
        texts = [f" {word}" for word in self.text.split()] if spaced else list(self.text)
        edges = np.linspace(self.start_s, self.end_s, len(texts) + 1).tolist()
        return [
            Word(text, Span(edges[place], edges[place + 1]), 0.9)
            for place, text in enumerate(texts)
        ]


@dataclass(frozen=True, slots=True)
class Script:
    """Lines, which may overlap."""

    lines: tuple[Line, ...]

    @property
    def speech(self) -> tuple[Span, ...]:
        return merge_spans(line.span for line in self.lines)

    @property
    def end_s(self) -> float:
        return max((line.end_s for line in self.lines), default=0.0)

    def heard_in(self, audio: Audio) -> list[tuple[Word, str]]:
        """The words whose middle lies in a piece and is no digital silence, with their speaker."""
        found = [
            (word, line.speaker)
            for line in self.lines
            if line.span.overlap_s(audio.span) > 0.0
            for word in line.words
            if is_heard(audio, word.span)
        ]
        return sorted(found, key=lambda entry: entry[0].span)

    def speakers_in(self, spans: Iterable[Span]) -> dict[str, float]:
        """For how many seconds of the spans each speaker is heard."""
        heard: dict[str, float] = {}
        for span in spans:
            for line in self.lines:
                shared_s = line.span.overlap_s(span)
                if shared_s > 0.0:
                    heard[line.speaker] = heard.get(line.speaker, 0.0) + shared_s
        return heard


def script(*lines: tuple[str, float, float, str]) -> Script:
    """A script of tuples: speaker, from, to, text."""
    return Script(tuple(Line(*line) for line in lines))


def read_script(stm: Path) -> Script:
    """The script of a test recording, from its stm file."""
    lines = []
    for row in stm.read_text("utf-8").splitlines():
        _, _, speaker, start_s, end_s, text = row.split(maxsplit=5)
        lines.append(Line(speaker, float(start_s), float(end_s), text))
    return Script(tuple(lines))


def is_heard(audio: Audio, span: Span) -> bool:
    """Whether a piece holds the middle of a span, and there is sound in it."""
    heard = audio.cut(span).samples
    return audio.span.holds(span.midpoint_s) and bool(np.any(heard != 0.0))


def clip(span: Span, within: Span) -> Span:
    """The part of a span that lies in another one; they overlap."""
    return Span(max(span.start_s, within.start_s), min(span.end_s, within.end_s))


def sound(end_s: float, start_s: float = 0.0) -> Audio:
    """A piece that is not silent."""
    samples = np.full(round((end_s - start_s) * RATE_HZ), LOUDNESS, np.float32)
    return Audio(samples, RATE_HZ, start_s)


def silence(end_s: float, start_s: float = 0.0) -> Audio:
    """A piece of zeros."""
    return Audio(np.zeros(round((end_s - start_s) * RATE_HZ), np.float32), RATE_HZ, start_s)


def spans(*pairs: tuple[float, float]) -> list[Span]:
    """Spans of pairs."""
    return [Span(*pair) for pair in pairs]


def texts(words: Sequence[Word]) -> list[str]:
    """What the words say."""
    return [word.text.strip() for word in words]
