"""Finds in a text what a gazetteer has a place for; whether one is meant is for others to say.

In scripts with capitals a name begins with one, but behind an announcement, since recognizers
write small what they do not know. Scripts without spaces have a name anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audiosvc.geo.evidence.places.inflections import written_as

if TYPE_CHECKING:
    from audiosvc.geo.gazetteer import Gazetteer, Place

MOST_WORDS = 4
# Of a name in Chinese or Japanese, and in Thai and its like, whose letters are not words.
CHARACTERS = 2, 6
ALPHABET_CHARACTERS = 4, 12
# People of the largest place of a name, for one without a case ending to be looked at.
INFLECTED_PEOPLE = 50_000

# Vowel signs and marks are no letters to ``re``.
_LETTER = r"(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0963\u0966-\u0dff])"
WORD = re.compile(rf"{_LETTER}+(?:['’]{_LETTER}+)*")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+")
_HIRAGANA = re.compile("[\u3040-\u309f]+")
_KATAKANA = re.compile("[\u30a0-\u30ff]+")
_JOINS = re.compile(r"(?:[ \u00a0]|-|\. ?)")


@dataclass(frozen=True, slots=True)
class Found:
    """A name in a text, by its offsets, with the places that have it, the largest first.

    spaced: whether its script has spaces between words.
    """

    start: int
    end: int
    places: tuple[Place, ...]
    spaced: bool


def find_names(
    text: str, begin: int, language: str, gazetteer: Gazetteer, announced: Collection[int]
) -> list[Found]:
    """All names from ``begin`` on, none inside another. announced: offsets at which one may begin
    with a small letter.
    """
    words = [word for word in WORD.finditer(text, begin) if not _UNSPACED.match(word.group())]
    found = list(_spaced(text, words, language, gazetteer, announced))
    found += _unspaced(text, begin, gazetteer)
    return sorted(found, key=lambda name: name.start)


def _spaced(
    text: str,
    words: Sequence[re.Match[str]],
    language: str,
    gazetteer: Gazetteer,
    announced: Collection[int],
) -> Iterator[Found]:
    i = 0
    while i < len(words):
        here = words[i : i + MOST_WORDS]
        may_be = here[0].start() in announced or not here[0].group()[0].islower()
        found = _longest(text, here, language, gazetteer) if may_be else None
        if found is not None:
            yield found
        i += sum(word.start() < found.end for word in here) if found is not None else 1


def _longest(
    text: str, words: Sequence[re.Match[str]], language: str, gazetteer: Gazetteer
) -> Found | None:
    start = words[0].start()
    small = words[0].group()[0].islower()
    for last in range(_joined(text, words), 0, -1):
        if small or not words[last - 1].group()[0].islower():
            end = words[last - 1].end()
            if places := gazetteer.find(text[start:end]):
                return Found(start, end, tuple(places), True)
    for form in written_as(words[0].group(), language):
        places = [one for one in gazetteer.find(form) if one.population >= INFLECTED_PEOPLE]
        if places:
            return Found(start, words[0].end(), tuple(places), True)
    return None


def _joined(text: str, words: Sequence[re.Match[str]]) -> int:
    """How many of the words follow each other with nothing but a space or a hyphen between."""
    for count in range(1, len(words)):
        if not _JOINS.fullmatch(text[words[count - 1].end() : words[count].start()]):
            return count
    return len(words)


def _unspaced(text: str, begin: int, gazetteer: Gazetteer) -> Iterator[Found]:
    pieces = [piece for run in _UNSPACED.finditer(text, begin) for piece in _pieces(run)]
    # Both are written in Taiwan, and the gazetteer has one.
    text = text.replace("臺", "台")
    known = gazetteer.known({text[start:end] for start, end in pieces})
    behind = begin
    for start, end in pieces:
        name = text[start:end]
        if start >= behind and name in known and _is_whole(text, start, end):
            yield Found(start, end, tuple(gazetteer.find(name)), False)
            behind = end


def _pieces(run: re.Match[str]) -> Iterator[tuple[int, int]]:
    """What may be a name in a run of letters, by offsets: the longest first from each letter on."""
    least, most = ALPHABET_CHARACTERS if run.group() < "\u3000" else CHARACTERS
    for start in range(run.start(), run.end() - least + 1):
        for length in range(min(most, run.end() - start), least - 1, -1):
            yield start, start + length


def _is_whole(text: str, start: int, end: int) -> bool:
    """Not the middle of a word in katakana; nothing in hiragana, in which any word is written."""
    name = text[start:end]
    if _HIRAGANA.fullmatch(name):
        return False
    if not _KATAKANA.fullmatch(name):
        return True
    around = text[max(0, start - 1) : start], text[end : end + 1]
    return not any(_KATAKANA.fullmatch(one) for one in around)
