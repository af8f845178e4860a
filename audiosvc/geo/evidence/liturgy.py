"""Worship and anthems, by words that a recognizer makes out of them.

A phrase has to be one that hardly anybody says otherwise, and of the call to prayer several have to
be heard. What they tell is weak: people of every faith and country live nearly everywhere, and
anthems are sung at matches abroad.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from audiosvc.estimates import Evidence, Hearing
from audiosvc.geo.evidence.liturgy_phrases import ANTHEMS, RITES, Rite
from audiosvc.spans import Span, merge_spans
from audiosvc.types import Segment

if TYPE_CHECKING:
    from audiosvc.geo.grid import Grid

# How much more often an anthem is heard at home.
ANTHEM_TIMES = 10.0
# Phrases of one rite that lie farther apart are not of one service.
TOGETHER_S = 240.0

# Marks of Arabic, Hebrew and Greek vowels and accents, which recognizers write or not, and the
# Arabic letter that is only drawn longer.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640]")
_NO_LETTER = re.compile(r"[^\w]+|_")
_SPACED = re.compile("[a-z\u0370-\u0dff]")
_ALIKE = str.maketrans("أإآٱىة", "اااايه")


@dataclass(frozen=True, slots=True)
class _Text:
    """A segment's text in plain letters with one space around each word."""

    plain: str
    span: Span

    def holds(self, phrase: str) -> bool:
        """Whether it has the phrase, wherever a recognizer put spaces in a script without them."""
        sought = _sought(phrase)
        if _SPACED.search(sought):
            return sought in self.plain
        return sought.replace(" ", "") in self.plain.replace(" ", "")


class LiturgyEvidence:
    """Finds calls to prayer, liturgies and anthems in what is said or sung."""

    name = "liturgy"

    def __init__(self, grid: Grid) -> None:
        self._grid = grid

    def __call__(self, hearing: Hearing) -> list[Evidence]:
        """One piece for each rite and each anthem; none without words."""
        if hearing.transcript is None:
            return []
        texts = [_text(segment) for segment in hearing.transcript.segments]
        found = [self._of_rite(rite, texts) for rite in RITES]
        found += [self._of_anthem(iso, lines, texts) for iso, lines in ANTHEMS.items()]
        return [piece for piece in found if piece is not None]

    def _of_rite(self, rite: Rite, texts: Sequence[_Text]) -> Evidence | None:
        hits = [
            (number, text.span)
            for number, phrase in enumerate(rite.phrases)
            for text in texts
            if any(text.holds(form) for form in phrase)
        ]
        times_s = [span.start_s for _, span in hits]
        if len({number for number, _ in hits}) < rite.needed:
            return None
        if max(times_s) - min(times_s) > TOGETHER_S:
            return None
        return self._evidence(rite.claim, rite.shares, rite.times, [span for _, span in hits])

    def _of_anthem(self, iso: str, lines: Sequence[str], texts: Sequence[_Text]) -> Evidence | None:
        spans = [text.span for text in texts if any(text.holds(line) for line in lines)]
        if not spans:
            return None
        return self._evidence("A line of a national anthem", {iso: 1.0}, ANTHEM_TIMES, spans)

    def _evidence(
        self, claim: str, shares: Mapping[str, float], times: float, spans: Sequence[Span]
    ) -> Evidence:
        by_country = [shares.get(iso, 0.0) for iso in self._grid.countries]
        share = np.array([*by_country, 0.0])[self._grid.country]
        log_likelihood = np.log1p((times - 1.0) * share)
        return Evidence(
            self.name,
            "human_sounds",
            claim,
            np.asarray(log_likelihood - log_likelihood.max(), np.float32),
            merge_spans(spans),
        )


def _plain(text: str) -> str:
    """Letters without case and marks, words with one space around each."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_ALIKE)
    return f" {' '.join(_NO_LETTER.sub(' ', unicodedata.normalize('NFC', bare)).split())} "


@functools.cache
def _sought(phrase: str) -> str:
    return _plain(phrase)


def _text(segment: Segment) -> _Text:
    return _Text(_plain(segment.text), segment.span)
