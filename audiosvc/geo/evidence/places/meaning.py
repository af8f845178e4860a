"""How far a name is meant as a place, from how it is said and from how many people live there.

Common words, given names and surnames are names of towns, too: they count where something else than
the name speaks for the place.
"""

from __future__ import annotations

import math
import re

from audiosvc.geo.evidence.places.announcements import Kind
from audiosvc.geo.evidence.places.finding import Found
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
UNCASED_SHORT_PEOPLE = 2_500_000
UNSPACED_PEOPLE = 300_000
UNSPACED_SHORT_PEOPLE = 1_000_000
LONGEST_WORD = 30
SHORT_NAME = 3
SHORT_NAME_PEOPLE = 500_000

_SENTENCE_END = re.compile(r"(?:^|[.!?…:。！？]['\"”»]?|[-–—]|\n)\s*$")
_PLACED_UNSPACED = re.compile("(?:在|到|去|从|從|往|至|来自|來自|离|住)$")
_PLACED_BEHIND = re.compile("(?:市|省|县|縣|府|都|駅|站|で|に|へ|から|まで|出身|行き)")
_NEXT_WORD = re.compile(r"[ -]([^\W\d_]+)")


def how_meant(found: Found, text: str, kind: Kind, language: str, small: frozenset[str]) -> float:
    """How probable it is that the place is meant, 0 to 1; 0 for what is not to be looked at.

    small: words that the transcript also writes without a capital.
    """
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
    return min(1.0, max(LEAST_SERVED, math.sqrt(_largest(found) / SERVED_PEOPLE)))


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
    previous = _previous(before)
    preposition = previous.casefold()
    if name.casefold() in PLACED_WORDS and preposition in SURE_PREPOSITIONS and language != "de":
        return 1.0
    if _is_no_place(name, preposition, small):
        return 0.0
    if name == name.lower() == name.upper():
        short = len(name) <= SHORT_NAME
        return float(_largest(found) >= (UNCASED_SHORT_PEOPLE if short else UNCASED_PEOPLE))
    first = _SENTENCE_END.search(before) is not None
    nouns = language == "de"
    following = _NEXT_WORD.match(text, found.end)
    # "Jack London", "Paris Hilton"; of "in New Delhi" the whole is a name.
    among = (previous[:1].isupper() and not first) or (following and following[1][0].isupper())
    if among and not nouns:
        return AMONG_NAMES
    placed = preposition in PREPOSITIONS
    needed = (PLACED_PEOPLE if placed else UNPLACED_PEOPLE) * (NOUN_TIMES if nouns or first else 1)
    if len(name) == SHORT_NAME:
        needed = max(needed, SHORT_NAME_PEOPLE)
    if _largest(found) < needed:
        return TOO_SMALL
    return BEHIND_PREPOSITION if placed else ALONE


def _is_no_place(name: str, preposition: str, small: frozenset[str]) -> bool:
    """Whether it is a word, a person, or letters that are said one by one."""
    key = name.casefold()
    if preposition in TITLES or key in WORDS or key in small or len(name) < SHORT_NAME:
        return True
    if name.isupper():
        return True
    return key in NAMES and preposition not in SURE_PREPOSITIONS


def _previous(before: str) -> str:
    """The word before a name, with nothing but a space between; "" if none."""
    match = re.search(r"([^\W\d_]+)\.? $", before[-LONGEST_WORD:])
    return match[1] if match else ""


def _is_street(text: str, found: Found) -> bool:
    """Whether a street, a gate or the like is named after the place: Paris Street, rue de Paris."""
    return bool(
        STREETS_AFTER.match(text, found.end) or STREETS_BEFORE.search(text[: found.start][-30:])
    )


def _largest(found: Found) -> int:
    return found.places[0].population
