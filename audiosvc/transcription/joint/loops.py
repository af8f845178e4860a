"""Noticing, while a model still writes, that it goes round in circles.

Greedy decoding of long audio falls into loops, and each round costs as much as speech does. A loop
is told by its text alone: the marks differ from round to round, because the times go on.
"""

from __future__ import annotations

import re

from audiosvc.ports import Markup

# A phrase may be this long, and has to come so often and fill so much text: nobody says the same
# words for that long without a breath's difference.
LONGEST_PHRASE = 200  # an object of JSON among them
FEWEST_ROUNDS = 4
LEAST_TEXT = 160
# A letter of Chinese stands for a syllable.
WIDE = re.compile(r"[⺀-鿿가-힯぀-ヿ]")
LOOKED_AT_EVERY = 24
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_MARK = re.compile(r"\[[^\[\]]{0,40}\]")


class LoopWatch:
    """Follows one text.

    written: letters of speech so far, without marks. What lies within ``reach`` of the end when a
    loop is noticed may be part of it.
    """

    reach = LEAST_TEXT + 120

    def __init__(self, markup: Markup = "sats") -> None:
        self._markup = markup
        self._tail = ""
        self._marks = ""
        self._unseen = 0
        self.written = 0

    def feed(self, text: str) -> bool:
        """The next characters. Whether the text goes round in circles by now."""
        plain = self._without_marks(text)
        self.written += len(plain)
        self._unseen += len(plain)
        self._tail = (self._tail + plain)[-LONGEST_PHRASE * FEWEST_ROUNDS - LEAST_TEXT :]
        if self._unseen < LOOKED_AT_EVERY:
            return False
        self._unseen = 0
        return is_circular(self._tail)

    def _without_marks(self, text: str) -> str:
        """The text without times and speakers; a mark that is not closed yet waits."""
        if self._markup == "json":
            whole, self._marks = _cut_number(self._marks + text)
            return _NUMBER.sub("0", whole)
        whole = self._marks + text.replace("［", "[").replace("］", "]")
        opened = whole.rfind("[")
        if opened >= 0 and "]" not in whole[opened:] and len(whole) - opened <= 40:
            whole, self._marks = whole[:opened], whole[opened:]
        else:
            self._marks = ""
        return _MARK.sub(" ", whole)


def _cut_number(text: str) -> tuple[str, str]:
    """A text, and the number at its end, which may go on."""
    kept = text.rstrip("0123456789.")
    return kept, text[len(kept) :]


def is_circular(text: str) -> bool:
    """Whether a text ends with one phrase again and again."""
    letters = " ".join(text.split())
    for period in range(1, min(LONGEST_PHRASE, len(letters) // FEWEST_ROUNDS) + 1):
        phrase = letters[-period:]
        rounds = max(FEWEST_ROUNDS, -(-LEAST_TEXT // _weight(phrase)))
        length = rounds * period
        if length > len(letters):
            continue
        end = letters[-length:]
        if end[period:] == end[:-period] and phrase.strip():
            return True
    return False


def _weight(phrase: str) -> int:
    return len(phrase) + 2 * len(WIDE.findall(phrase))
