"""A time for every written word, from the words where they fit the text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audiosvc.export.text import breakable, flat, text_of
from audiosvc.spans import Span
from audiosvc.types import Segment, Word


@dataclass(frozen=True, slots=True)
class TimedText:
    """A piece of a segment's text. glued: no blank stands between it and the piece before."""

    text: str
    span: Span
    glued: bool = False
    probability: float | None = None


def timed_text(segment: Segment) -> list[TimedText]:
    """The segment's text in pieces without blanks, in order; nothing is left out.

    The text is what counts, and the words lend it their times: where they spell it, or are as
    many as its own. Otherwise the segment's time is shared out by length, to single characters in
    scripts without blanks.
    """
    text = text_of(segment)
    words = [word for word in segment.words if flat(word.text)]
    tokens = text.split()
    spelled = _spelled(text, words)
    if spelled is not None:
        return spelled
    if len(words) == len(tokens):
        return [
            TimedText(token, word.span, probability=word.probability)
            for token, word in zip(tokens, words, strict=True)
        ]
    parts = [(part, place > 0) for one in tokens for place, part in enumerate(breakable(one))]
    spans = shares(segment.span, [part for part, _ in parts])
    return [TimedText(part, span, glued) for (part, glued), span in zip(parts, spans, strict=True)]


def shares(span: Span, parts: Sequence[str]) -> list[Span]:
    """The span cut into one stretch for each part, as long as the part has characters."""
    total = sum(len(part) for part in parts)
    spans, done = [], 0
    for part in parts:
        begin_s = span.start_s + span.duration_s * done / total
        done += len(part)
        spans.append(Span(begin_s, span.start_s + span.duration_s * done / total))
    return spans


def _spelled(text: str, words: Iterable[Word]) -> list[TimedText] | None:
    """The pieces when the words, in order, spell the whole text; None otherwise."""
    pieces: list[TimedText] = []
    at = 0
    for word in words:
        written = flat(word.text)
        begin = at + (text[at : at + 1] == " ")
        if not text.startswith(written, begin):
            return None
        tokens = written.split()
        for index, (token, span) in enumerate(zip(tokens, shares(word.span, tokens), strict=True)):
            glued = index == 0 and begin == at and at > 0
            pieces.append(TimedText(token, span, glued, word.probability))
        at = begin + len(written)
    return pieces if at == len(text) and pieces else None
