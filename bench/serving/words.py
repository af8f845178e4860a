"""The running text of a stream, word by word."""

from __future__ import annotations

import unicodedata
from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from audiosvc.events import Interim, SegmentReady, SegmentRevised
from audiosvc.types import Segment, Word
from serving.log import Log, final_segments


@dataclass(frozen=True, slots=True)
class Text:
    """What a reader sees at one moment. Words are in order of time.

    final: of all segments that have come. confirmed, tentative: of the utterance in progress.
    """

    at_s: float
    final: tuple[str, ...]
    confirmed: tuple[str, ...] = ()
    tentative: tuple[str, ...] = ()


def running_text(log: Log) -> Iterator[Text]:
    """The text as it changes.

    Segments of one moment come one by one, one a speaker: only together are they a text. They
    replace the interim before them.
    """
    words = _Words()
    pending_s: float | None = None
    for arrival in log:
        event = arrival.event
        if isinstance(event, (SegmentReady, SegmentRevised)):
            words.put(event.segment)
            pending_s = arrival.at_s
            continue
        if pending_s is not None:
            yield Text(pending_s, words.texts)
            pending_s = None
        if isinstance(event, Interim):
            confirmed, tentative = stripped(event.confirmed), stripped(event.tentative)
            yield Text(arrival.at_s, words.texts, confirmed, tentative)
    if pending_s is not None:
        yield Text(pending_s, words.texts)


@dataclass
class _Words:
    """The words of segments that may be replaced, in order of time."""

    _segments: dict[int, Segment] = field(default_factory=dict)
    _order: list[tuple[float, int, int, str]] = field(default_factory=list)

    def put(self, segment: Segment) -> None:
        if segment.id in self._segments:
            self._order = [entry for entry in self._order if entry[1] != segment.id]
        self._segments[segment.id] = segment
        for number, word in enumerate(segment.words):
            insort(self._order, (word.span.start_s, segment.id, number, word.text.strip()))

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(text for _, _, _, text in self._order)


def final_words(log: Log) -> list[Word]:
    """The words of the final transcript in order of time."""
    words = [word for segment in final_segments(log) for word in segment.words]
    return sorted(words, key=lambda word: word.span.start_s)


def stripped(words: Sequence[str]) -> tuple[str, ...]:
    """Without the blanks around them."""
    return tuple(text for word in words if (text := word.strip()))


def bare(word: str) -> str:
    """Without case and punctuation, for a word that is still to be written properly."""
    kept = (letter for letter in word.casefold() if unicodedata.category(letter)[0] in "LNM")
    return "".join(kept)


def matches(heard: Sequence[str], final: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places at which both have the same word, in order; as many as can be."""
    matcher = SequenceMatcher(None, list(map(bare, heard)), list(map(bare, final)), autojunk=False)
    return [
        (block.a + step, block.b + step)
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    ]
