"""Speech without a long pause, as it is listened to while it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from audiosvc.spans import Span
from audiosvc.transcription.live.agreement import BEHIND_SENTENCE_S, Agreement
from audiosvc.transcription.text import ends_sentence
from audiosvc.types import DraftWord

# A sentence is given out as soon as it is confirmed. Somebody who does not come to the end of one
# is cut in a pause that was made just now, or else where the confirmed words end.
LONGEST_S = 5.0
LATE_S, PAUSE_S = 1.0, 0.15
# A draft listens again to everything since the anchor. Beyond the longest, the anchor follows, to
# the beginning of a sentence that leaves this much as context for what comes.
LONGEST_DRAFT_S, CONTEXT_S, SHORTEST_DRAFT_S = 16.0, 8.0, 2.5
# Behind a longer pause, what was said before it is no context any more.
LONGEST_PAUSE_S = 3.0
LEAD_S = 0.1
# No more than a recognizer can hear at once.
MOST_S = 26.0


@dataclass(slots=True)
class Passage:
    """One stretch of speech between two pauses.

    start_s: where it begins. anchor_s: drafts listen from here on. given_s: words up to here have
    been given out. confirmed: words from the anchor on that will not change, of which the first
    ``given`` have been given out. end_s: where it ends, None while it goes on. listened_s: how far
    the last draft has listened. speech: detected speech that is over.
    """

    start_s: float
    anchor_s: float = 0.0
    given_s: float = 0.0
    given: int = 0
    end_s: float | None = None
    listened_s: float = 0.0
    speech: list[Span] = field(default_factory=list)
    confirmed: list[DraftWord] = field(default_factory=list)
    agreement: Agreement = field(default_factory=Agreement)

    def __post_init__(self) -> None:
        self.anchor_s = self.given_s = self.listened_s = self.start_s

    @property
    def waiting(self) -> list[DraftWord]:
        """Words that are confirmed and not given out."""
        return self.confirmed[self.given :]

    @property
    def is_blank(self) -> bool:
        """Whether nothing of it has been written down yet."""
        return self.given_s == self.start_s and not (self.waiting or self.agreement.tentative)

    def confirm(self, words: Sequence[DraftWord]) -> None:
        """Words that will not change. None begins before the one before it has ended."""
        last_s = self.confirmed[-1].span.end_s if self.confirmed else self.given_s
        for word in words:
            start_s = max(word.span.start_s, last_s)
            last_s = max(word.span.end_s, start_s)
            self.confirmed.append(replace(word, span=Span(start_s, last_s)))

    def give(self, *, everything: bool) -> list[DraftWord]:
        """The next words to give out, if it is time for any.

        everything: up to where the last draft has listened, which becomes the end of the words.
        """
        words = self.waiting
        count = len(words) if everything else _boundary(words)
        given = words[:count]
        self.given += count
        if everything:
            self.given_s = max(self.listened_s, given[-1].span.end_s if given else 0.0)
        elif given:
            following = words[count].span.start_s if count < len(words) else given[-1].span.end_s
            self.given_s = (given[-1].span.end_s + following) / 2
        return given

    def inherit(self, before: Passage | None) -> None:
        """Begin with the last words of the passage before, so that the first ones are understood
        in their context. Words that were given out are taken as said.
        """
        if before is None or before.end_s is None:
            return
        if self.start_s - before.end_s > LONGEST_PAUSE_S:
            return
        first = _first_of_sentence(before.confirmed, self.start_s - CONTEXT_S)
        if first is not None:
            self.anchor_s = before.confirmed[first].span.start_s - LEAD_S
            self.confirmed = before.confirmed[first:]
            self.given = len(self.confirmed)

    @property
    def has_context(self) -> bool:
        """Whether drafts begin to listen before what is waited for."""
        return self.given > 0

    def forget_context(self) -> None:
        """Begin to listen where the next words are waited for."""
        self.anchor_s = self.given_s
        self.confirmed = self.waiting
        self.given = 0

    def follow(self, *, everything: bool) -> None:
        """Move the anchor, once drafts have become long."""
        left_s = self.listened_s - self.given_s
        # A recognizer often stops where somebody else begins to speak. It will not go on from
        # there; it has to begin anew.
        stopped = not self.waiting and not self.agreement.tentative and left_s >= BEHIND_SENTENCE_S
        if stopped and self.end_s is None:
            self.forget_context()
        elif self.listened_s - self.anchor_s >= LONGEST_DRAFT_S or everything:
            first = _first_of_sentence(
                self.confirmed[: self.given + 1], self.listened_s - CONTEXT_S
            )
            if first is not None and self.confirmed[first].span.start_s - LEAD_S > self.anchor_s:
                self.anchor_s = self.confirmed[first].span.start_s - LEAD_S
                self.confirmed = self.confirmed[first:]
                self.given -= first
            elif everything or left_s >= SHORTEST_DRAFT_S:
                self.forget_context()


def _first_of_sentence(words: Sequence[DraftWord], from_s: float) -> int | None:
    """The first word that begins a sentence behind a time.

    Every word from there on has tokens: one that was mended has none, and a recognizer that is not
    told of it would say it again.
    """
    mended = (index + 1 for index, word in enumerate(words) if not word.tokens)
    for index in range(max(1, *mended, 1), len(words)):
        if words[index].span.start_s >= from_s and ends_sentence(words[index - 1]):
            return index
    return None


def _boundary(words: Sequence[DraftWord]) -> int:
    """How many words make a piece worth giving out: up to the last sentence's end."""
    if not words:
        return 0
    start_s = words[0].span.start_s
    ends = [index + 1 for index, word in enumerate(words) if ends_sentence(word)]
    if ends:
        return ends[-1]
    if words[-1].span.end_s - start_s < LONGEST_S:
        return 0
    last_s = words[-1].span.end_s
    late = [index for index, word in enumerate(words[:-1]) if word.span.end_s >= last_s - LATE_S]
    pauses = {index: words[index + 1].span.start_s - words[index].span.end_s for index in late}
    widest = max(late, key=lambda index: pauses[index], default=None)
    return len(words) if widest is None or pauses[widest] < PAUSE_S else widest + 1
