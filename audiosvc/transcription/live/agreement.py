"""Which words of speech that still goes on will not change any more.

Local agreement: what two drafts in a row say alike is confirmed, and the next draft goes on from
there. Two drafts half a second apart make the same mistake about what was said just now, so that a
word waits until enough has been heard behind it; its comma or full stop is known by then as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from audiosvc.transcription.text import ends_sentence
from audiosvc.types import DraftWord

# How much has to be heard behind a word, and behind the end of a sentence, which is surer.
BEHIND_S, BEHIND_SENTENCE_S = 5.0, 1.5


class Agreement:
    """The drafts of one passage."""

    def __init__(self) -> None:
        self.tentative: tuple[DraftWord, ...] = ()

    def feed(self, words: Sequence[DraftWord], heard_s: float) -> tuple[DraftWord, ...]:
        """The words that the next draft confirms: they follow those confirmed before.

        words: the draft, without the words confirmed before. heard_s: where its audio ends.
        """
        pairs = zip(self.tentative, words, strict=False)
        alike = sum(1 for _ in takewhile(lambda pair: pair[0].text == pair[1].text, pairs))
        agreed = 0
        for count, word in enumerate(words[:alike], start=1):
            behind_s = BEHIND_SENTENCE_S if ends_sentence(word) else BEHIND_S
            if word.span.end_s <= heard_s - behind_s:
                agreed = count
        self.tentative = tuple(words[agreed:])
        return tuple(words[:agreed])

    def clear(self) -> None:
        """Nothing is tentative any more."""
        self.tentative = ()
