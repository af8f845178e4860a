"""Telling by the letters alone that a text cannot be in the language that was asked for."""

from __future__ import annotations

import functools
import unicodedata
from collections import Counter

# Too few letters prove nothing, and a name in another script is no other language.
FEWEST_LETTERS = 40
MOST_FOREIGN = 0.6
# Scripts that are written together, or for one another.
SAME = {
    "HIRAGANA": "CJK",
    "KATAKANA": "CJK",
    "HANGUL": "HANGUL",
    "IDEOGRAPHIC": "CJK",
}
CODES = {
    "Latn": "LATIN",
    "Cyrl": "CYRILLIC",
    "Arab": "ARABIC",
    "Hans": "CJK",
    "Hant": "CJK",
    "Jpan": "CJK",
    "Kore": "HANGUL",
    "Grek": "GREEK",
    "Hebr": "HEBREW",
    "Deva": "DEVANAGARI",
    "Thai": "THAI",
    "Beng": "BENGALI",
    "Taml": "TAMIL",
    "Telu": "TELUGU",
    "Geor": "GEORGIAN",
    "Armn": "ARMENIAN",
}
# Written in more than one script: nothing can be told.
SEVERAL = frozenset({"sr", "az", "uz", "kk", "mn", "bs", "ks", "pa", "sd", "ku", "ug", "ha", "ms"})


def contradicts(text: str, language: str | None) -> bool:
    """Whether most of a text is in a script in which that language is not written.

    language: a BCP-47 primary tag. Where too little is known, it does not contradict.
    """
    wanted = script_of(language) if language and language not in SEVERAL else None
    letters = Counter(_script(letter) for letter in text if letter.isalpha())
    total = sum(letters.values())
    if wanted is None or total < FEWEST_LETTERS:
        return False
    return total - letters[wanted] > MOST_FOREIGN * total


def is_enough(text: str) -> bool:
    """Whether there are letters enough to tell."""
    return sum(letter.isalpha() for letter in text) >= FEWEST_LETTERS


@functools.cache
def script_of(language: str) -> str | None:
    """The script in which a language is mostly written, None where CLDR knows none."""
    from babel.core import get_global  # noqa: PLC0415 - a tenth of a second

    likely = str(get_global("likely_subtags").get(language, ""))
    code = next((part for part in likely.split("_") if len(part) == 4), "")
    return CODES.get(code)


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]
    return SAME.get(name, name)
