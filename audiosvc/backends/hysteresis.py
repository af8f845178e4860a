"""From a probability for each short frame to stretches of time, as the frames arrive."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiosvc.errors import OptionError
from audiosvc.spans import Span


@dataclass(frozen=True, slots=True)
class HysteresisLimits:
    """When a stretch begins, when it ends, and what is too short to count.

    onset: the probability that begins a stretch. offset: the one below which it stops; the lower
    one, so that a voice which falters is not cut. min_active_s: shorter stretches are dropped.
    min_pause_s: shorter pauses are bridged. pad_s: added at either end. Two padded stretches never
    meet, because a pause is at least as long as both pads.
    """

    onset: float
    offset: float
    min_active_s: float
    min_pause_s: float
    pad_s: float

    def __post_init__(self) -> None:
        if not 0.0 < self.offset <= self.onset <= 1.0:
            raise OptionError(
                f"offset ({self.offset:g}) and onset ({self.onset:g}) must be probabilities, "
                "and onset the higher one."
            )
        if min(self.min_active_s, self.pad_s) < 0.0 or self.min_pause_s < 2 * self.pad_s:
            raise OptionError(
                f"min_pause_s ({self.min_pause_s:g}) must be at least twice pad_s ({self.pad_s:g})."
            )


class Hysteresis:
    """One pass over the probabilities of one recording. Keeps three numbers, however long it is."""

    def __init__(self, limits: HysteresisLimits, frame_s: float, start_s: float = 0.0) -> None:
        self._limits = limits
        self._frame_s = frame_s
        self._start_s = start_s
        self._frames = 0
        self._first: int | None = None  # first frame of the stretch in hand
        self._last = 0  # the frame behind its last active one
        self._active = False

    def feed(self, probabilities: npt.NDArray[np.float32]) -> list[Span]:
        """Stretches that have ended by now. probabilities: ``(n,)``, the next n frames."""
        limits = self._limits
        pause_frames = limits.min_pause_s / self._frame_s
        ended: list[Span] = []
        for probability in probabilities.tolist():
            self._active = probability >= (limits.offset if self._active else limits.onset)
            self._frames += 1
            if self._active:
                if self._first is None:
                    self._first = self._frames - 1
                self._last = self._frames
            elif self._first is not None and self._frames - self._last >= pause_frames:
                ended += self._close(float("inf"))
        return ended

    @property
    def open_since_s(self) -> float | None:
        """Where the stretch in hand begins; None without one long enough to count."""
        if self._first is None:
            return None
        if (self._last - self._first) * self._frame_s < self._limits.min_active_s:
            return None
        begins_s = self._start_s + self._first * self._frame_s - self._limits.pad_s
        return max(self._start_s, begins_s)

    @property
    def active_until_s(self) -> float:
        """The end of the last active frame of the stretch in hand, not padded."""
        return self._start_s + self._last * self._frame_s

    def flush(self, end_s: float) -> list[Span]:
        """The stretch in hand, if any. end_s: where the recording ends; no span reaches past it."""
        return self._close(end_s)

    def _close(self, end_s: float) -> list[Span]:
        first, self._first = self._first, None
        if first is None or (self._last - first) * self._frame_s < self._limits.min_active_s:
            return []
        begins_s = self._start_s + first * self._frame_s - self._limits.pad_s
        ends_s = self._start_s + self._last * self._frame_s + self._limits.pad_s
        return [Span(max(self._start_s, begins_s), min(end_s, ends_s))]
