"""Whether what was confirmed stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from serving.log import Log
from serving.words import running_text


@dataclass(frozen=True, slots=True)
class Changes:
    """changed: words that came to have other letters, or none. respaced: letters that stayed, but
    with a blank among them that was not there, or without one that was: ``ill -disposed``.
    """

    changed: int = 0
    respaced: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(self.changed + other.changed, self.respaced + other.respaced)


def changes(log: Log) -> Changes:
    """What became of words that were confirmed, or given out as final.

    A word is held against the letters at its place in the running text, blanks left out.
    """
    promised: list[str] = []
    found = Changes()
    final: Sequence[str] = ()
    for text in running_text(log):
        final = text.final
        now = [*text.final, *text.confirmed]
        found += _between(promised, now)
        # While a part of an utterance is given out, the rest of it is not said again at once.
        promised = now + _behind(promised, sum(map(len, now)))
    return found + Changes(len(_behind(promised, sum(map(len, final)))))


def _between(promised: Sequence[str], now: Sequence[str]) -> Changes:
    letters = "".join(now)
    ends, ends_now = list(accumulate(map(len, promised))), set(accumulate(map(len, now)))
    changed = respaced = 0
    for word, end in zip(promised, ends, strict=True):
        if end > len(letters):
            break
        if letters[end - len(word) : end] != word:
            changed += 1
        elif end not in ends_now:
            respaced += 1
    return Changes(changed, respaced)


def _behind(words: Sequence[str], letters: int) -> list[str]:
    """The words that begin behind so many letters."""
    ends = accumulate(map(len, words))
    return [word for word, end in zip(words, ends, strict=True) if end - len(word) >= letters]
