"""From a known text and the frames of a CTC model to words with times; the model is elsewhere.

A text is split into words, and spelt with the characters that the model knows. What it cannot
spell (digits, another script) becomes a wildcard, which takes any sound, so that the words around
it stay where they are; so does what is said before and after the line.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise

from audiosvc.spans import Span
from audiosvc.types import Word

# Scripts without spaces between words, by the beginning of their letters' names.
_UNSPACED = (
    "CJK UNIFIED",
    "CJK COMPATIBILITY",
    "IDEOGRAPHIC ITERATION",
    "HIRAGANA",
    "KATAKANA",
    "HALFWIDTH KATAKANA",
    "THAI",
    "LAO",
    "KHMER",
    "MYANMAR",
)
_EXTENDING = frozenset("\u0e33\u0eb3\u200d")  # vowels of Thai and Lao, and the joiner
_APOSTROPHES = frozenset("'\u2019\u02bc\uff07")


@dataclass(frozen=True, slots=True)
class Alphabet:
    """What a CTC model can spell. letters: the token of each character. between: the token that
    stands between words, if there is one. wildcard: a token of no character, which takes any sound.
    """

    letters: Mapping[str, int]
    between: int | None
    wildcard: int

    def spell(self, word: str) -> list[int]:
        """The tokens of a word's letters; what it cannot spell is left out."""
        composed = unicodedata.normalize("NFC", word)
        return [token for character in composed for token in self._tokens(character)]

    def _tokens(self, character: str) -> list[int]:
        """As it is, in the other case, without its accents; whichever the model knows first."""
        if character in _APOSTROPHES:
            return [self.letters["'"]] if "'" in self.letters else []
        if not is_letter(character):
            return []
        for form in _forms(character):
            if form and all(part in self.letters for part in form):
                return [self.letters[part] for part in form]
        return []


def is_letter(character: str) -> bool:
    """Whether it can be heard: letters, and the marks that some scripts write beside them."""
    return unicodedata.category(character)[0] in "LM"


def _forms(character: str) -> Iterator[str]:
    whole = unicodedata.normalize("NFKD", character)
    bare = "".join(part for part in whole if not unicodedata.category(part).startswith("M"))
    for form in (character, whole, bare):
        yield from (form, form.lower(), form.upper())


@dataclass(frozen=True, slots=True)
class Target:
    """A token that has to be found, in order. word: whose letter it is; None for none's."""

    token: int
    word: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Where a token was found, in seconds of the recording. score: mean natural logarithm."""

    start_s: float
    end_s: float
    score: float


def spell_line(words: Sequence[str], alphabet: Alphabet) -> list[Target]:
    """What to look for: the letters of all words, with a wildcard at both ends and for each run of
    words without letters. Empty when no word has any.
    """
    spelt = [alphabet.spell(word) for word in words]
    if not any(spelt):
        return []
    targets = [Target(alphabet.wildcard)]
    for index, (word, tokens) in enumerate(zip(words, spelt, strict=True)):
        after_wildcard = targets[-1].token == alphabet.wildcard
        if not tokens and not after_wildcard:
            targets.append(Target(alphabet.wildcard))
        elif tokens and word[0].isspace() and alphabet.between is not None and not after_wildcard:
            targets.append(Target(alphabet.between))
        targets += [Target(token, index) for token in tokens]
    if targets[-1].token != alphabet.wildcard:
        targets.append(Target(alphabet.wildcard))
    return targets


def frames_needed(targets: Sequence[Target]) -> int:
    """The fewest frames that can hold them: one each, and a pause between two that are alike."""
    alike = sum(one.token == two.token for one, two in pairwise(targets))
    return len(targets) + alike


def to_words(
    words: Sequence[str], targets: Sequence[Target], found: Sequence[Found], line: Span
) -> tuple[Word, ...]:
    """The words with their times; found: one entry a target.

    Words without letters lie in equal shares between their neighbours, or the ends of the line.
    """
    letters: dict[int, list[Found]] = {}
    for target, one in zip(targets, found, strict=True):
        if target.word is not None:
            letters.setdefault(target.word, []).append(one)
    if not letters:
        return ()
    timed: list[Word] = []
    for known, run in groupby(range(len(words)), key=lambda index: index in letters):
        indices = list(run)
        if known:
            timed += [_word(words[index], letters[index]) for index in indices]
            continue
        after = letters.get(indices[-1] + 1)
        start_s = timed[-1].span.end_s if timed else min(line.start_s, (after or [])[0].start_s)
        end_s = after[0].start_s if after else max(line.end_s, start_s)
        timed += _share([words[index] for index in indices], Span(start_s, end_s))
    return tuple(timed)


def _word(text: str, letters: Sequence[Found]) -> Word:
    score = sum(letter.score for letter in letters) / len(letters)
    return Word(text, Span(letters[0].start_s, letters[-1].end_s), min(1.0, math.exp(score)))


def _share(texts: Sequence[str], span: Span) -> list[Word]:
    edges_s = [span.start_s + span.duration_s * n / len(texts) for n in range(len(texts))]
    edges_s.append(span.end_s)
    return [Word(text, Span(*edges_s[n : n + 2])) for n, text in enumerate(texts)]


def split_words(text: str) -> list[str]:
    """The words, each with the space before it and its punctuation; together they are the text.

    In writing without spaces, each letter with its marks is a word. Empty for a blank text.
    """
    words: list[str] = []
    current, last = "", ""  # last: the kind of the latest letter or digit in the current word
    for character in text:
        kind = _kind(character)
        if _begins_word(kind, last, current):
            words.append(current)
            current, last = "", ""
        current += character
        if kind in {"letter", "unspaced"}:
            last = kind
    if words and not current.strip():
        words[-1] += current
    elif current.strip():
        words.append(current)
    return words


def _begins_word(kind: str, last: str, current: str) -> bool:
    if kind == "space":
        return bool(current.strip())
    if kind == "unspaced":
        return bool(last)
    return kind in {"letter", "opening"} and last == "unspaced"


@cache
def _kind(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace():
        return "space"
    if category.startswith("M") or character in _EXTENDING:
        return "mark"
    if category in {"Ps", "Pi"}:
        return "opening"
    if category.startswith("L"):
        name = unicodedata.name(character, "")
        return "unspaced" if name.startswith(_UNSPACED) else "letter"
    return "letter" if category.startswith("N") else "mark"
