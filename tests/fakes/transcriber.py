"""Fakes of ``WindowTranscriber``, with and without ``LanguageDetector``."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping, Sequence

from audiosvc.spans import Span
from audiosvc.types import (
    Audio,
    Float32,
    Hints,
    Limits,
    LocalSegment,
    Notice,
    Voice,
    Window,
    WindowPiece,
)
from tests.fakes.script import Line, Script, clip
from tests.fakes.voices import voice_of

LIMITS = Limits(window_s=30.0, margin_s=3.0, languages=frozenset({"de", "en", "fr"}))


class FakeTranscriber:
    """Writes down each line of a script as one segment, named anew in every window.

    voices: how a speaker sounds in a window, by window number and name, where it is not as usual.
    notices: by window number. raises: what happens in the window that holds a time. cores, hints:
    what was given. reads_silence: it writes its lines although nothing sounds. held: how many
    windows' samples were alive at each call.
    """

    def __init__(
        self,
        script: Script,
        *,
        limits: Limits = LIMITS,
        voices: Mapping[tuple[int, str], Float32] | None = None,
        notices: Mapping[int, Notice] | None = None,
        raises: tuple[float, Exception] | None = None,
        reads_silence: bool = False,
    ) -> None:
        self.limits = limits
        self._reads_silence = reads_silence
        self.cores: list[Span] = []
        self.hints: list[Hints] = []
        self.held: list[int] = []
        self._script = script
        self._voices = dict(voices or {})
        self._notices = dict(notices or {})
        self._raises = raises
        self._samples: list[weakref.ref[object]] = []

    def __call__(self, window: Window, hints: Hints) -> Iterator[WindowPiece]:
        number = len(self.cores)
        self.cores.append(window.core)
        self.hints.append(hints)
        self._samples.append(weakref.ref(window.audio.samples))
        self.held.append(sum(samples() is not None for samples in self._samples))
        heard = [
            line
            for line in self._script.lines
            if line.span.overlap_s(window.audio.span)
            and (self._reads_silence or window.audio.cut(line.span).samples.any())
        ]
        language = self._language_of(window, hints)
        names = sorted({line.speaker for line in heard}, reverse=number % 2 == 1)
        local = {name: f"L{place}" for place, name in enumerate(names)}
        for line in heard:
            if self._raises and window.core.holds(self._raises[0]):
                raise self._raises[1]
            span = clip(line.span, window.audio.span)
            voice = self._voices.get((number, line.speaker), voice_of(line.speaker))
            yield Voice(local[line.speaker], voice, span.duration_s, span)
            yield _segment(line, span, window.audio, local[line.speaker], language)
        if number in self._notices:
            yield self._notices[number]

    def _language_of(self, window: Window, hints: Hints) -> str | None:
        return hints.language


class FakePolyglot(FakeTranscriber):
    """One that tells the language as well. heard_as: by the time at which a stretch begins."""

    def __init__(
        self, script: Script, heard_as: Mapping[float, str], *, limits: Limits = LIMITS
    ) -> None:
        super().__init__(script, limits=limits)
        self.listened: list[Span] = []
        self._heard_as = dict(heard_as)

    def detect_language(self, stretches: Sequence[Audio]) -> list[dict[str, float]]:
        self.listened += [stretch.span for stretch in stretches]
        begins_s = sorted(self._heard_as)
        found = []
        for stretch in stretches:
            before_s = [time_s for time_s in begins_s if time_s <= stretch.start_s]
            found.append({self._heard_as[before_s[-1]]: 0.8, "xx": 0.2})
        return found

    def _language_of(self, window: Window, hints: Hints) -> str | None:
        (found,) = self.detect_language([window.audio]) if not hints.language else ({},)
        return hints.language or max(found, key=lambda language: found[language])


def _segment(
    line: Line, span: Span, audio: Audio, speaker: str, language: str | None
) -> LocalSegment:
    words = tuple(word for word in line.words if audio.span.holds(word.span.midpoint_s))
    text = "".join(word.text for word in words).strip()
    return LocalSegment(span, speaker, text, words, language)
