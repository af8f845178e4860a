"""Times that a joint model wrote, made to go forward and to lie inside its clip."""

from __future__ import annotations

from dataclasses import replace

from audiosvc.transcription.sats import SatsSegment

# Two people may speak at once, and the second may be written down later: this much is no fault.
USUAL_STEP_BACK_S = 5.0
BEYOND_END_S = 1.0
SHORTEST_S = 0.1
# So many segments in a row that end no later than one before them: the model has lost its place.
STANDSTILL = 16


class TimeKeeper:
    """Mends the times of one text. stands_still: they have not gone forward for long."""

    def __init__(self, duration_s: float) -> None:
        """duration_s: of the clip."""
        self._duration_s = duration_s
        self._last_start_s = 0.0
        self._furthest_s = 0.0
        self._standing = 0

    @property
    def stands_still(self) -> bool:
        """Whether the model writes on without getting on."""
        return self._standing >= STANDSTILL

    def mend(self, segment: SatsSegment) -> SatsSegment:
        """The segment with both times, in order and inside the clip; what was mended is told."""
        start_s = 0.0 if segment.start_s is None else segment.start_s
        end_s = start_s if segment.end_s is None else segment.end_s
        found = list(segment.faults)
        if start_s < self._last_start_s - USUAL_STEP_BACK_S:
            length_s = max(SHORTEST_S, end_s - start_s)
            start_s, end_s = self._furthest_s, self._furthest_s + length_s
            found.append("went_back")
        if end_s > self._duration_s + BEYOND_END_S:
            found.append("beyond_end")
        start_s = min(start_s, max(0.0, self._duration_s - SHORTEST_S))
        end_s = min(max(end_s, start_s + SHORTEST_S), max(self._duration_s, SHORTEST_S))
        self._standing = 0 if end_s > self._furthest_s + 1e-6 else self._standing + 1
        self._last_start_s = max(self._last_start_s, start_s)
        self._furthest_s = max(self._furthest_s, end_s)
        return replace(segment, start_s=start_s, end_s=end_s, faults=tuple(found))
