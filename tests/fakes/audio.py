"""Fakes of ``AudioSource`` and ``SpeechDetector``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audiosvc.spans import Span
from audiosvc.types import Audio, Notice
from tests.fakes.script import Script, sound


class FakeSource:
    """A recording of nothing but sound.

    passes: how often its reading was begun; open: how many of them go on. ends_at_s: for each
    pass, where it breaks off; error: what is raised there, if anything.
    """

    name = "fake.wav"

    def __init__(
        self,
        end_s: float,
        *,
        start_s: float = 0.0,
        block_s: float = 4.0,
        ends_at_s: Sequence[float] = (),
        error: Exception | None = None,
        notices: tuple[Notice, ...] = (),
    ) -> None:
        self.notices = notices
        self.passes = self.open = 0
        self.duration_s: float | None = end_s - start_s
        self._span = Span(start_s, end_s)
        self._block_s = block_s
        self._ends_at_s = tuple(ends_at_s)
        self._error = error

    def blocks(self) -> Iterator[Audio]:
        own = self._ends_at_s[self.passes : self.passes + 1]
        last_s = own[0] if own else self._span.end_s
        self.passes += 1
        self.open += 1
        time_s = self._span.start_s
        try:
            while time_s < last_s:
                block = sound(min(time_s + self._block_s, last_s), time_s)
                yield block
                time_s = block.span.end_s
            if last_s < self._span.end_s and self._error:
                raise self._error
        finally:
            self.open -= 1


class FakeDetector:
    """Finds the speech of a script. passes: how many were begun."""

    def __init__(self, speech: Script | Sequence[Span]) -> None:
        self._speech = speech.speech if isinstance(speech, Script) else tuple(speech)
        self.passes = 0

    def start(self, *, live: bool = False) -> FakeDetection:
        self.passes += 1
        return FakeDetection(self._speech)


class FakeDetection:
    """Gives out a span as soon as the audio has passed its end."""

    def __init__(self, speech: Sequence[Span]) -> None:
        self._all = self._waiting = sorted(speech)
        self._end_s: float | None = None
        self._flushed = False

    @property
    def speaking_since_s(self) -> float | None:
        if self._end_s is None or self._flushed or not self._waiting:
            return None
        start_s = self._waiting[0].start_s
        return start_s if start_s < self._end_s else None

    @property
    def heard_until_s(self) -> float:
        end_s = self._end_s or 0.0
        return max((min(one.end_s, end_s) for one in self._all if one.start_s < end_s), default=0.0)

    def feed(self, audio: Audio) -> list[Span]:
        if self._flushed:
            raise AssertionError("a pass that was flushed is over")
        if self._end_s is not None and abs(audio.start_s - self._end_s) > 1e-6:
            raise AssertionError(f"{audio.start_s} s does not follow {self._end_s} s")
        self._end_s = audio.span.end_s
        ended = [span for span in self._waiting if span.end_s <= audio.span.end_s]
        self._waiting = [span for span in self._waiting if span not in ended]
        return ended

    def flush(self) -> list[Span]:
        self._flushed = True
        end_s = self._end_s or 0.0
        return [
            Span(span.start_s, min(span.end_s, end_s))
            for span in self._waiting
            if span.start_s < end_s
        ]
