"""Stretches of time and their arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time, half open: ``[start_s, end_s)``."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        """Length in seconds; never negative."""
        return max(0.0, self.end_s - self.start_s)

    @property
    def midpoint_s(self) -> float:
        """The middle, in seconds."""
        return (self.start_s + self.end_s) / 2

    def overlap_s(self, other: Span) -> float:
        """Seconds that both spans share."""
        return max(0.0, min(self.end_s, other.end_s) - max(self.start_s, other.start_s))

    def holds(self, time_s: float) -> bool:
        """Whether ``time_s`` lies inside; the end does not."""
        return self.start_s <= time_s < self.end_s

    def shifted(self, by_s: float) -> Span:
        """The same span, ``by_s`` later."""
        return Span(self.start_s + by_s, self.end_s + by_s)


def merge_spans(spans: Iterable[Span], gap_s: float = 0.0) -> tuple[Span, ...]:
    """Sorted spans in which no two overlap or lie ``gap_s`` or less apart."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start_s - merged[-1].end_s <= gap_s:
            merged[-1] = Span(merged[-1].start_s, max(merged[-1].end_s, span.end_s))
        else:
            merged.append(span)
    return tuple(merged)


def subtract_spans(spans: Iterable[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """What of ``spans`` lies in none of the ``holes``."""
    left: list[Span] = []
    cuts = merge_spans(holes)
    for span in merge_spans(spans):
        start_s = span.start_s
        for hole in cuts:
            if hole.end_s <= start_s or hole.start_s >= span.end_s:
                continue
            if hole.start_s > start_s:
                left.append(Span(start_s, hole.start_s))
            start_s = max(start_s, hole.end_s)
        if start_s < span.end_s:
            left.append(Span(start_s, span.end_s))
    return tuple(left)


def total_s(spans: Iterable[Span]) -> float:
    """Seconds that the spans cover together; what two of them share counts once."""
    return sum(span.duration_s for span in merge_spans(spans))
