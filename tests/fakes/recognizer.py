"""A fake of ``Recognizer`` that writes down a script, and fails in the ways of a real one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from audiosvc.errors import OptionError
from audiosvc.spans import Span
from audiosvc.types import Audio, Hints, Hypothesis, Word
from tests.fakes.script import Script, clip

Fault = Callable[[Audio, bool, Hypothesis], Hypothesis]
"""What goes wrong: the stretch, whether it was to be careful, and what would have been right."""

SURE, UNSURE = -0.2, -1.0


@dataclass(frozen=True, slots=True)
class Call:
    """What the recognizer was asked."""

    spans: tuple[Span, ...]
    language: str
    hints: Hints
    careful: bool


class FakeRecognizer:
    """Writes the words of a script that lie in a stretch, unless a fault says otherwise.

    heard_as: the probabilities that ``detect_language`` gives, the same for every stretch or by a
    function of it. calls: all that was asked of ``transcribe``.
    """

    stretch_s = 30.0

    def __init__(
        self,
        script: Script,
        *,
        faults: Sequence[Fault] = (),
        heard_as: Mapping[str, float] | Callable[[Audio], Mapping[str, float]] | None = None,
        languages: Sequence[str] = ("de", "en", "es", "fr"),
    ) -> None:
        self.languages = frozenset(languages)
        self.calls: list[Call] = []
        self.listened: list[Span] = []
        self._script = script
        self._faults = tuple(faults)
        self._heard_as = heard_as or {"en": 0.9, "de": 0.1}

    def detect_language(self, stretches: Sequence[Audio]) -> list[dict[str, float]]:
        self.listened += [stretch.span for stretch in stretches]
        return [
            dict(self._heard_as(stretch) if callable(self._heard_as) else self._heard_as)
            for stretch in stretches
        ]

    def transcribe(
        self, stretches: Sequence[Audio], language: str, hints: Hints, *, careful: bool = False
    ) -> list[Hypothesis]:
        if language not in self.languages:
            raise OptionError(f"This model does not know the language {language!r}.")
        spans = tuple(stretch.span for stretch in stretches)
        self.calls.append(Call(spans, language, hints, careful))
        return [self._write(stretch, careful) for stretch in stretches]

    def _write(self, stretch: Audio, careful: bool) -> Hypothesis:
        if stretch.duration_s > self.stretch_s + 1e-3:
            raise AssertionError(f"{stretch.duration_s} s is too long a stretch")
        words = tuple(
            replace(word, span=clip(word.span, stretch.span))
            for word, _ in self._script.heard_in(stretch)
        )
        written = Hypothesis(words, SURE, 0.05 if words else 0.9)
        for fault in self._faults:
            written = fault(stretch, careful, written)
        return written


def loops(phrase: str, during: Span, *, even_if_careful: bool = False) -> Fault:
    """A phrase over and over where a long stretch meets ``during``."""

    def fault(stretch: Audio, careful: bool, written: Hypothesis) -> Hypothesis:
        if (careful and not even_if_careful) or not stretch.span.overlap_s(during):
            return written
        count = 12 * len(phrase.split())
        edges = np.linspace(stretch.start_s, stretch.start_s + 2.0, count + 1).tolist()
        parts = [f" {word}" for word in phrase.split()] * 12
        looped = tuple(
            Word(text, Span(edges[place], edges[place + 1]), 0.9)
            for place, text in enumerate(parts)
        )
        return replace(written, words=looped)

    return fault


def invents(text: str, *, even_if_careful: bool = True) -> Fault:
    """A text where nothing is said, with the doubt of the model that wrote it."""

    def fault(stretch: Audio, careful: bool, written: Hypothesis) -> Hypothesis:
        if written.words or (careful and not even_if_careful):
            return written
        word = Word(f" {text}", stretch.span, 0.2)
        return Hypothesis((word,), UNSURE, 0.9)

    return fault


def drops(lost: Span, *, even_if_careful: bool = False) -> Fault:
    """Words are left out, unless the stretch begins with them."""

    def fault(stretch: Audio, careful: bool, written: Hypothesis) -> Hypothesis:
        if careful and not even_if_careful:
            return written
        kept = tuple(word for word in written.words if not lost.holds(word.span.midpoint_s))
        return replace(written, words=kept)

    return fault


def breaks(message: str, during: Span) -> Fault:
    """The library raises."""

    def fault(stretch: Audio, careful: bool, written: Hypothesis) -> Hypothesis:
        if stretch.span.overlap_s(during):
            raise RuntimeError(message)
        return written

    return fault
