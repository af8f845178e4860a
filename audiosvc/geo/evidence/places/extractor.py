"""Places that are named, as a reason to believe in their surroundings.

A place is named everywhere now and then, and near itself more often: a village hardly anywhere
else, a capital in all the world. A loudspeaker that announces a stop is another thing than a talk
about a city. What is said is never more than that: a voice that tells to answer Paris has named
Paris.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from audiosvc.estimates import Evidence, Hearing
from audiosvc.geo.evidence.places.coherence import Readings, agreement, read_together
from audiosvc.geo.evidence.places.country_names import country_words
from audiosvc.geo.evidence.places.hints import Hint, find_hints
from audiosvc.geo.evidence.places.names import find_mentions
from audiosvc.geo.evidence.places.reach import times_around
from audiosvc.spans import Span, merge_spans
from audiosvc.types import Transcript

if TYPE_CHECKING:
    from audiosvc.geo.gazetteer import Gazetteer
    from audiosvc.geo.grid import Grid

Float64 = npt.NDArray[np.float64]

# The most that all talk together, and all announcements, may tell: natural logarithms. Somebody may
# read a story of a far country, and a film has loudspeakers, too.
MOST_OF_TALK = 6.0
MOST_OF_ANNOUNCEMENTS = 12.0
# What tells less than this is left out.
LEAST = 0.1
# From so many names on, those that agree with no other count less.
FEW_NAMES = 3
# However much is said: those that are surest to be places are looked at.
MOST_NAMES = 40
MOST_PIECES = 12
_KINDS = {
    "stop": "an announcement",
    "destination": "an announcement",
    "talk": "a place talked about",
}


@dataclass(frozen=True, slots=True)
class _Piece:
    """log_ratio: how much likelier it is said in each cell than anywhere, natural logarithm."""

    claim: str
    announced: bool
    log_ratio: Float64
    spans: tuple[Span, ...]

    @property
    def weight(self) -> float:
        """How much it tells."""
        return float(np.ptp(self.log_ratio))


class PlacesEvidence:
    """Finds the places, countries, currencies and the like that are named."""

    name = "places"

    def __init__(self, grid: Grid, gazetteer: Gazetteer) -> None:
        self._grid = grid
        self._gazetteer = gazetteer

    def __call__(self, hearing: Hearing) -> list[Evidence]:
        """One piece for each name and each hint, the most telling ones; none without words."""
        if hearing.transcript is None:
            return []
        pieces = self._pieces(hearing.transcript)
        talk = [piece for piece in pieces if not piece.announced]
        announced = [piece for piece in pieces if piece.announced]
        return [
            *self._evidence(announced, MOST_OF_ANNOUNCEMENTS),
            *self._evidence(talk, MOST_OF_TALK),
        ]

    def _pieces(self, transcript: Transcript) -> list[_Piece]:
        languages = {one.language or transcript.language or "" for one in transcript.segments}
        other_names = frozenset().union(*(country_words(language) for language in languages))
        mentions = find_mentions(transcript, self._gazetteer, other_names)
        surest = sorted(mentions, key=lambda one: (-one.meant, one.name))[:MOST_NAMES]
        named = read_together(surest)
        hints = find_hints(transcript)
        agreed = agreement(named, [hint.told.countries for hint in hints])
        pieces = [
            self._of_name(readings, factor)
            for readings, factor in zip(named, _tempers(agreed[: len(named)], agreed), strict=True)
        ]
        pieces += [
            self._of_hint(hint, factor)
            for hint, factor in zip(hints, _tempers(agreed[len(named) :], agreed), strict=True)
        ]
        telling = [piece for piece in pieces if piece.weight >= LEAST]
        return sorted(telling, key=lambda piece: (-piece.weight, piece.claim))[:MOST_PIECES]

    def _of_name(self, readings: Readings, temper: float) -> _Piece:
        mention = readings.mention
        log_ratio = np.log1p(times_around(self._grid, readings))
        if mention.kind == "talk":
            log_ratio = temper * log_ratio
        claim = f'Said: "{mention.quote}", {_KINDS[mention.kind]}'
        return _Piece(claim, mention.kind != "talk", log_ratio, mention.spans)

    def _of_hint(self, hint: Hint, temper: float) -> _Piece:
        times = np.ones(len(self._grid.cells), np.float64)
        for iso in hint.told.countries:
            times[self._grid.of_country(iso)] = hint.told.times
        claim = f'Said: "{hint.told.quote}", {hint.told.kind}'
        return _Piece(claim, False, temper * np.log(times), hint.spans)

    def _evidence(self, pieces: Sequence[_Piece], most: float) -> list[Evidence]:
        """All pieces, scaled down where they would tell more than they may; as they were heard."""
        if not pieces:
            return []
        total = float(np.ptp(np.sum([piece.log_ratio for piece in pieces], axis=0)))
        scale = min(1.0, most / total) if total > 0.0 else 1.0
        return [
            Evidence(
                self.name,
                "human_sounds",
                piece.claim,
                np.asarray(scale * (piece.log_ratio - piece.log_ratio.max()), np.float32),
                merge_spans(piece.spans),
            )
            for piece in sorted(pieces, key=lambda one: (min(one.spans), one.claim))
        ]


def _tempers(agreed: Sequence[int], everything: Sequence[int]) -> list[float]:
    """A factor for each name, by how many others it agrees with of all that are named.

    One who names many far places tells of his subject, and not of where he is.
    """
    count = len(everything)
    return [
        min(1.0, FEW_NAMES * (1 + with_it) / max(count, 1) ** 1.5) if count > FEW_NAMES else 1.0
        for with_it in agreed
    ]
