"""One attempt of a joint model at one clip: segments as they become sure, and how it ended."""

from __future__ import annotations

from collections.abc import Generator
from typing import Literal

from audiosvc.errors import ModelMissing
from audiosvc.ports import Markup, Writing
from audiosvc.transcription.joint.clips import Clip
from audiosvc.transcription.joint.loops import LoopWatch
from audiosvc.transcription.joint.readers import open_reader
from audiosvc.transcription.joint.times import TimeKeeper
from audiosvc.transcription.sats import SatsSegment

Outcome = Literal["stop", "length", "loop", "broken", "closed"]
"""How an attempt ended: the model had no more to say; its budget was used up; it went round in
circles; it failed; nobody wanted the rest."""


class Attempt:
    """Gives segments in clip time, each once it can no longer be part of a loop.

    clip: what the model hears. outcome: once all segments were given. error: why it is ``broken``.
    """

    def __init__(self, clip: Clip, writing: Writing, markup: Markup) -> None:
        self.clip = clip
        self.outcome: Outcome = "closed"
        self.error: Exception | None = None
        self._writing = writing
        self._reader = open_reader(markup, clip.duration_s)
        self._times = TimeKeeper(clip.duration_s)
        self._watch = LoopWatch(markup)
        self._held: list[tuple[SatsSegment, int]] = []

    def segments(self) -> Generator[SatsSegment, None, None]:
        """The segments. Raises ModelMissing: then no other attempt would fare better."""
        try:
            for text in self._writing:
                if self._follow(text):
                    self.outcome = "loop"
                    return
                while self._held and self._watch.written - self._held[0][1] > self._watch.reach:
                    yield self._held.pop(0)[0]
            self.outcome = self._writing.ending or "closed"
        except ModelMissing:
            raise
        except Exception as error:  # noqa: BLE001 - a model fails in its library's own ways
            self.outcome, self.error = "broken", error
            return
        finally:
            self._writing.close()
        self._keep(self._reader.finish())
        yield from (one for one, _ in self._held)

    def _follow(self, text: str) -> bool:
        """Whether the model writes on without getting on."""
        circular = self._watch.feed(text)
        self._keep(self._reader.feed(text))
        return circular or self._times.stands_still

    def _keep(self, segments: list[SatsSegment]) -> None:
        self._held += [(self._times.mend(one), self._watch.written) for one in segments]
