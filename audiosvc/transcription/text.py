"""Words as a recognizer writes them, and as people read them.

A recognizer's word carries the space before it, which is how writing without spaces is told from
writing with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from audiosvc.spans import Span
from audiosvc.types import Word

_ENDS = (".", "?", "!", "。", "？", "！", "…")
# From Chinese radicals to the end of Chinese characters; Korean behind them has spaces.
FIRST_WIDE, FIRST_HANGUL = 0x2E80, 0xA000
_QUOTES = "\"'”’)"


def ends_sentence(word: Word) -> bool:
    """Whether a sentence ends with this word, quotes and brackets aside."""
    return word.text.rstrip().rstrip(_QUOTES).endswith(_ENDS)


def join(words: Sequence[Word]) -> str:
    """The text of the words, as it was written."""
    return "".join(word.text for word in words).strip()


def is_spaced(words: Sequence[Word]) -> bool:
    """Whether this writing puts spaces between words: most words begin with one."""
    return 2 * sum(word.text.startswith(" ") for word in words) >= len(words)


def is_wide(text: str) -> bool:
    """Whether this is writing without spaces, of Chinese characters and their like."""
    letters = [letter for letter in text if letter.isalpha()]
    wide = sum(FIRST_WIDE <= ord(letter) < FIRST_HANGUL for letter in letters)
    return 2 * wide > len(letters)


def tidy(words: Sequence[Word]) -> tuple[Word, ...]:
    """Words without the space. In spaced writing, one without it joins the word before."""
    spaced = is_spaced(words)
    tidied: list[Word] = []
    for word in words:
        if spaced and tidied and not word.text.startswith(" "):
            tidied[-1] = _joined(tidied[-1], word)
        else:
            tidied.append(replace(word, text=word.text.strip()))
    return tuple(word for word in tidied if word.text)


def _joined(before: Word, after: Word) -> Word:
    known = [word.probability for word in (before, after) if word.probability is not None]
    return Word(
        before.text + after.text.strip(),
        Span(before.span.start_s, max(before.span.end_s, after.span.end_s)),
        min(known) if known else None,
    )
