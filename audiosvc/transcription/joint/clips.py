"""What a joint model hears of a window: the speech, without long silence, and the way back.

Long silence makes these models loop and lose their place. It is cut out before they hear it, and
their times, which count from the beginning of the clip, are mapped back to the recording.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audiosvc.spans import Span, merge_spans
from audiosvc.types import Audio

# As much silence stays before and behind speech as tells a model that a turn has ended.
KEPT_S = 0.75


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Sound for a model. audio: begins at 0. starts_s: of each section in the clip. sections: where
    each lies in the recording.
    """

    audio: Audio
    starts_s: tuple[float, ...]
    sections: tuple[Span, ...]

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.audio.duration_s

    def to_recording(self, span: Span) -> Span:
        """A stretch of the clip as a stretch of the recording, inside what the clip holds."""
        start_s = self._map(span.start_s, bisect_right(self.starts_s, span.start_s) - 1)
        end_s = self._map(span.end_s, bisect_left(self.starts_s, span.end_s) - 1)
        return Span(start_s, max(start_s, end_s))

    def _map(self, time_s: float, section: int) -> float:
        place = max(0, section)
        inside = self.sections[place]
        moved_s = inside.start_s + time_s - self.starts_s[place]
        return min(max(moved_s, inside.start_s), inside.end_s)


def cut_clip(audio: Audio, speech: Sequence[Span], within: Span | None = None) -> Clip | None:
    """The speech of a piece of a recording as one clip; None without any.

    within: only what lies there.
    """
    whole = audio.span if within is None else _common(audio.span, within)
    wanted = [_common(Span(one.start_s - KEPT_S, one.end_s + KEPT_S), whole) for one in speech]
    if not any(one.overlap_s(whole) for one in speech):
        return None
    kept = merge_spans(span for span in wanted if span.duration_s > 0.0)
    pieces = [audio.cut(span) for span in kept]
    starts_s, clock = [], 0
    for piece in pieces:
        starts_s.append(clock / audio.sample_rate_hz)
        clock += len(piece.samples)
    samples = np.concatenate([piece.samples for piece in pieces])
    return Clip(
        Audio(samples, audio.sample_rate_hz),
        tuple(starts_s),
        tuple(piece.span for piece in pieces),
    )


def _common(span: Span, other: Span) -> Span:
    return Span(max(span.start_s, other.start_s), min(span.end_s, other.end_s))
