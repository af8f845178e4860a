"""Names of places in a transcript, and how far each may be meant as one."""

from __future__ import annotations

import re
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
from audiosvc.geo.evidence.places.words import (
    NAMES,
    PLACED_WORDS,
    PREPOSITIONS,
    STATIONS,
    STREETS_AFTER,
    STREETS_BEFORE,
    SURE_PREPOSITIONS,
    TITLES,
    WORDS,
)
from audiosvc.spans import Span
from audiosvc.types import Segment, Transcript

if TYPE_CHECKING:
    from audiosvc.geo.gazetteer import Gazetteer, Place

BEFORE_CHARACTERS = 60
# How probable it is that a place is meant, by the kind of naming.
MEANT = {"stop": 0.85, "destination": 0.7, "talk": 0.4}
BEHIND_PREPOSITION = 1.5
ALONE = 0.6
AMONG_NAMES = 0.25
# People of a town whose name a loudspeaker hardly says but for it, and the least for a village.
SERVED_PEOPLE = 50_000
LEAST_SERVED = 0.25
# Of one with fewer people than a name needs to be taken for a place: others near it must speak up.
TOO_SMALL = 0.25
# People of the largest place of a name that is only talked about: behind a preposition, and not.
PLACED_PEOPLE = 15_000
UNPLACED_PEOPLE = 100_000
# Where every noun has a capital.
NOUN_TIMES = 3
# In scripts without capitals, and in those without spaces, where two characters may be any word.
UNCASED_PEOPLE = 500_000
UNSPACED_PEOPLE = 300_000
UNSPACED_SHORT_PEOPLE = 1_000_000
SHORT_NAME_PEOPLE = 500_000

_SENTENCE_END = re.compile(r"(?:^|[.!?…:。！？]['\"”»]?|[-–—]|\n)\s*$")
_PLACED_UNSPACED = re.compile("(?:在|到|去|从|從|往|至|来自|來自|离|住)$")
_PLACED_BEHIND = re.compile("(?:市|省|县|縣|府|都|駅|站|で|に|へ|から|まで|出身|行き)")
_NEXT_WORD = re.compile(r"[ -]([^\W\d_]+)")


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
        meant = _meant(found, text, kind, language, small)
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


def _meant(found: Found, text: str, kind: Kind, language: str, small: frozenset[str]) -> float:
    """How probable it is that the place is meant; 0 for what is not to be looked at."""
    if _is_street(text, found):
        return 0.0
    name = text[found.start : found.end]
    if name.casefold() in STATIONS:
        return 0.0
    if kind != "talk":
        # "Next stop is in ..." has a word there, and no name.
        return 0.0 if name.islower() and name in WORDS else MEANT[kind] * _served(found)
    return MEANT["talk"] * (
        _in_spaced(found, text, language, small) if found.spaced else _in_unspaced(found, text)
    )


def _served(found: Found) -> float:
    """A factor for how much is announced at the place, against all the stops of parts of towns that
    have by chance a village's name.
    """
    share: float = (_largest(found) / SERVED_PEOPLE) ** 0.5
    return min(1.0, max(LEAST_SERVED, share))


def _in_unspaced(found: Found, text: str) -> float:
    name = text[found.start : found.end]
    if name in WORDS:
        return 0.0
    placed = _PLACED_UNSPACED.search(text, max(0, found.start - 2), found.start) is not None
    placed = placed or _PLACED_BEHIND.match(text, found.end) is not None
    needed = UNSPACED_SHORT_PEOPLE if len(name) == 2 and not placed else UNSPACED_PEOPLE
    return float(_largest(found) >= needed)


def _in_spaced(found: Found, text: str, language: str, small: frozenset[str]) -> float:
    """A factor for what stands around a name of a script with spaces."""
    name, before = text[found.start : found.end], text[: found.start]
    key = name.casefold()
    previous = _previous(before)
    preposition = previous.casefold()
    if key in PLACED_WORDS and preposition in SURE_PREPOSITIONS and language != "de":
        return 1.0
    if preposition in TITLES or key in WORDS or key in small or len(name) < 3:
        return 0.0
    if key in NAMES and preposition not in SURE_PREPOSITIONS:
        return 0.0
    if name == name.lower() == name.upper():
        return float(_largest(found) >= UNCASED_PEOPLE)
    following = _NEXT_WORD.match(text, found.end)
    beside = following[1] if following else ""
    # "Jack London", "Paris Hilton"; of "in New Delhi" the whole is a name.
    if (previous[:1].isupper() and not _SENTENCE_END.search(before)) or beside[:1].isupper():
        return AMONG_NAMES if language != "de" else 1.0 * (preposition in PREPOSITIONS)
    placed = preposition in PREPOSITIONS
    needed = PLACED_PEOPLE if placed else UNPLACED_PEOPLE
    needed *= NOUN_TIMES if language == "de" or _SENTENCE_END.search(before) else 1
    if len(name) == 3:
        needed = max(needed, SHORT_NAME_PEOPLE)
    factor = BEHIND_PREPOSITION if placed else ALONE
    return factor if _largest(found) >= needed else TOO_SMALL


def _previous(before: str) -> str:
    """The word before a name, with nothing but a space between; "" if none."""
    match = re.search(r"([^\W\d_]+)\.? $", before[-BEFORE_CHARACTERS:])
    return match[1] if match else ""


def _is_street(text: str, found: Found) -> bool:
    """Whether a street, a gate or the like is named after the place: Paris Street, rue de Paris."""
    return bool(
        STREETS_AFTER.match(text, found.end) or STREETS_BEFORE.search(text[: found.start][-30:])
    )


def _largest(found: Found) -> int:
    return found.places[0].population


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
