"""A fake of what makes an estimate of a hearing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from audiosvc.estimates import (
    Candidate,
    Contribution,
    Evidence,
    GeoEstimate,
    Hearing,
    Point,
)
from audiosvc.spans import Span
from audiosvc.types import Notice


class FakeWorld:
    """Hears speech as evidence, and finds Paris where there is any. hearings: what was heard."""

    def __init__(self, notices: Sequence[Notice] = ()) -> None:
        self.hearings: list[Hearing] = []
        self.tops: list[int] = []
        self.heats: list[Mapping[str, float] | None] = []
        self._notices = tuple(notices)

    def evidence(self, hearing: Hearing) -> tuple[list[Evidence], tuple[Notice, ...]]:
        self.hearings.append(hearing)
        flat = np.zeros(1, np.float32)
        found = []
        if hearing.speech:
            text = hearing.transcript.text if hearing.transcript else ""
            found.append(Evidence("language", "human_sounds", text, flat, hearing.speech))
        return found, self._notices

    def estimate(
        self,
        evidence: Sequence[Evidence],
        notices: Sequence[Notice] = (),
        *,
        heat: Mapping[str, float] | None = None,
        top: int = 5,
        listened_s: float = 0.0,
    ) -> GeoEstimate:
        self.heats.append(heat)
        self.tops.append(top)
        paris = Candidate(
            "Paris", "Île-de-France", "FR", "France", "Europe", Point(48.85341, 2.3488), 0.5
        )
        return GeoEstimate(
            status="LOCATED" if evidence else "NOT_LOCALIZABLE",
            point=Point(48.12345, 2.12345),
            radius_50_km=100.0,
            radius_90_km=500.0,
            localizability=0.8 if evidence else 0.02,
            candidates=(paris,),
            evidence=tuple(
                Contribution(one.source, one.category, one.claim, 3.0, one.spans)
                for one in evidence
            ),
            reasoning=tuple(one.claim for one in evidence),
            summary="It is somewhere.",
            heat=(("831fb4fffffffff", 0.2),),
            listened_s=listened_s,
            notices=tuple(notices),
        )


def speech_of(hearing: Hearing) -> list[Span]:
    """When somebody spoke, rounded."""
    return [Span(round(one.start_s, 3), round(one.end_s, 3)) for one in hearing.speech]
