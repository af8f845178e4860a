"""Names of places in a transcript, and how far each may be meant as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from audiosvc.geo.evidence.places.announcements import (
    Announcement,
    Kind,
    announcements,
    goes_on,
    is_stop_before,
)
from audiosvc.geo.evidence.places.finding import WORD, Found, find_names
from audiosvc.geo.evidence.places.meaning import MEANT, how_meant
from audiosvc.spans import Span
from audiosvc.types import Segment, Transcript

if TYPE_CHECKING:
    from audiosvc.geo.gazetteer import Gazetteer, Place

BEFORE_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that was heard. meant: how probable it is that it names one of the places, 0 to 1.

    quote: the name, with what announced it.
    """

    name: str
    kind: Kind
    meant: float
    quote: str
    spans: tuple[Span, ...]
    places: tuple[Place, ...]


def find_mentions(
    transcript: Transcript, gazetteer: Gazetteer, other_names: frozenset[str] = frozenset()
) -> list[Mention]:
    """One for each place and those of its name, by the most telling of its namings.

    other_names: what is no town unless it is announced, such as the names of countries.
    """
    small = _small_words(transcript) | other_names
    merged: dict[int, Mention] = {}
    tail = ""
    for segment in sorted(transcript.segments, key=lambda one: one.span):
        language = segment.language or transcript.language or ""
        for mention in _in_segment(segment, tail, language, gazetteer, small):
            key = mention.places[0].geoname_id
            merged[key] = _together(merged[key], mention) if key in merged else mention
        tail = (tail + segment.text)[-BEFORE_CHARACTERS:] + "\n"
    return [merged[key] for key in sorted(merged)]


def _together(first: Mention, other: Mention) -> Mention:
    order = list(MEANT)
    strong = min(first, other, key=lambda mention: (order.index(mention.kind), -mention.meant))
    return replace(strong, spans=first.spans + other.spans)


def _in_segment(
    segment: Segment, tail: str, language: str, gazetteer: Gazetteer, small: frozenset[str]
) -> Iterator[Mention]:
    text = tail + segment.text
    announced = announcements(text)
    last: tuple[int, Announcement] | None = None
    for found in find_names(text, len(tail), language, gazetteer, announced):
        last = _announced_before(found, text, announced, last)
        kind: Kind = "stop" if is_stop_before(text, found.end) else "talk"
        name, start = text[found.start : found.end], found.start
        if last is not None:
            kind, start = last[1].kind, last[1].start if found.start in announced else start
        meant = how_meant(found, text, kind, language, small)
        if meant > 0.0:
            quote = " ".join(text[start : found.end].split())
            yield Mention(name, kind, meant, quote, (_span(segment, name),), found.places)


def _announced_before(
    found: Found,
    text: str,
    announced: Mapping[int, Announcement],
    last: tuple[int, Announcement] | None,
) -> tuple[int, Announcement] | None:
    """The announcement that a name belongs to, with where its part of the list ends."""
    if found.start in announced:
        return found.end, announced[found.start]
    starts = [(offset, one) for offset, one in announced.items() if offset <= found.start]
    nearest = max(starts, key=lambda pair: pair[0], default=None)
    if last is None or (nearest is not None and nearest[0] > last[0]):
        last = nearest
    if last is not None and goes_on(text[last[0] : found.start]):
        return found.end, last[1]
    return None


def _small_words(transcript: Transcript) -> frozenset[str]:
    """Words that are written small somewhere, and so are no names where they begin a sentence."""
    return frozenset(
        word
        for segment in transcript.segments
        for word in WORD.findall(segment.text)
        if word != word.title() and word == word.lower()
    )


def _span(segment: Segment, name: str) -> Span:
    """Where the name was heard: its words if they have times, or else the segment."""
    parts = name.casefold().split()
    texts = [word.text.strip().casefold() for word in segment.words]
    for i in range(len(texts) - len(parts) + 1):
        if parts and all(part in texts[i + k] for k, part in enumerate(parts)):
            first, last = segment.words[i], segment.words[i + len(parts) - 1]
            return Span(first.span.start_s, last.span.end_s)
    return segment.span
