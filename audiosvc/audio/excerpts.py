"""Listening to a part of a long recording: which stretches, and where they lie in it.

What is listened to is heard one stretch after the other, in a time of its own that begins at 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from audiosvc.spans import Span
from audiosvc.types import Audio, Float32

LONGEST_S = 180.0
STRETCH_S = 20.0
HOP_S = 5.0
# Every third part of a recording is heard where people speak least: other things sound there.
QUIET_EVERY = 3
# A cut in the middle of a sound is a click, and a click is no evidence.
FADE_S = 0.01


@dataclass(frozen=True, slots=True)
class Excerpts:
    """The stretches that are listened to, in recording time, in order, apart from one another."""

    stretches: tuple[Span, ...]

    @property
    def duration_s(self) -> float:
        """Seconds that are listened to."""
        return sum(stretch.duration_s for stretch in self.stretches)

    def heard(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        """Spans of the recording as they are heard; what is left out of it falls away."""
        known = tuple(spans)
        return tuple(
            sorted(
                _clip(span, stretch).shifted(at_s - stretch.start_s)
                for stretch, at_s in self._places()
                for span in known
                if span.overlap_s(stretch) > 0.0
            )
        )

    def recorded(self, spans: Iterable[Span]) -> tuple[Span, ...]:
        """Spans as they were heard, in recording time; one across two stretches becomes two."""
        known = tuple(spans)
        return tuple(
            sorted(
                _clip(span, Span(at_s, at_s + stretch.duration_s)).shifted(stretch.start_s - at_s)
                for stretch, at_s in self._places()
                for span in known
                if span.overlap_s(Span(at_s, at_s + stretch.duration_s)) > 0.0
            )
        )

    def gather(self, blocks: Iterable[Audio]) -> Audio:
        """The stretches as one piece from 0 s on. blocks: the recording, at any one rate.

        Nothing is read behind the last stretch. A recording that ends early gives less.
        """
        pieces: list[list[Float32]] = [[] for _ in self.stretches]
        rate_hz = 0
        for block in blocks:
            rate_hz = block.sample_rate_hz
            for piece, stretch in zip(pieces, self.stretches, strict=True):
                if block.span.overlap_s(stretch) > 0.0:
                    piece.append(block.cut(stretch).samples)
            if block.span.end_s >= self.stretches[-1].end_s:
                break
        joined = [np.concatenate(piece) for piece in pieces if piece]
        if len(joined) > 1:
            joined = [_faded(piece, round(FADE_S * rate_hz)) for piece in joined]
        return Audio(np.concatenate(joined or [np.zeros(0, np.float32)]), rate_hz or 1)

    def _places(self) -> Iterator[tuple[Span, float]]:
        """Each stretch, and when it begins to be heard."""
        at_s = 0.0
        for stretch in self.stretches:
            yield stretch, at_s
            at_s += stretch.duration_s


def choose_excerpts(
    speech: Sequence[Span], whole: Span, longest_s: float = LONGEST_S, stretch_s: float = STRETCH_S
) -> Excerpts:
    """All of a recording, or of a longer one stretches spread over it.

    It is divided evenly, and each part gives the stretch with most speech, or every third the one
    with least.
    """
    if whole.duration_s <= longest_s:
        return Excerpts((whole,))
    count = max(1, int(longest_s // stretch_s))
    part_s = whole.duration_s / count
    return Excerpts(
        tuple(
            _stretch(
                speech,
                Span(whole.start_s + index * part_s, whole.start_s + (index + 1) * part_s),
                stretch_s,
                quiet=index % QUIET_EVERY == QUIET_EVERY - 1,
            )
            for index in range(count)
        )
    )


def _stretch(speech: Sequence[Span], part: Span, stretch_s: float, *, quiet: bool) -> Span:
    """The place in the part with most speech or with least; of equals, the one in its middle."""
    hops = int((part.duration_s - stretch_s) // HOP_S)
    inside = [span for span in speech if span.overlap_s(part) > 0.0]
    places = [
        Span(part.start_s + hop * HOP_S, part.start_s + hop * HOP_S + stretch_s)
        for hop in range(hops + 1)
    ]

    def order(place: Span) -> tuple[float, float]:
        spoken_s = sum(span.overlap_s(place) for span in inside)
        return (spoken_s if quiet else -spoken_s), abs(place.midpoint_s - part.midpoint_s)

    return min(places, key=order)


def _clip(span: Span, within: Span) -> Span:
    return Span(max(span.start_s, within.start_s), min(span.end_s, within.end_s))


def _faded(samples: Float32, count: int) -> Float32:
    """The samples with a short fade at both ends."""
    count = min(count, len(samples) // 2)
    ramp = np.linspace(0.0, 1.0, count, dtype=np.float32)
    faded: Float32 = samples.copy()
    faded[:count] *= ramp
    faded[len(faded) - count :] *= ramp[::-1]
    return faded
