"""A fake of ``Recognizer`` that writes down a script, and fails in the ways of a real one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from audiosvc.errors import OptionError
from audiosvc.spans import Span
from audiosvc.types import Audio, Draft, DraftWord, Hints, Hypothesis, Word
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


class FakeDrafter(FakeRecognizer):
    """Drafts a script as well, as far as it has been heard.

    unsure_s: of what lies nearer to the end than this, it writes something else every time.
    stops: it writes the line alone in which the audio begins, as a real one often does where
    somebody else begins to speak. drafts: what each listened to, how many words were confirmed,
    and whether it was the last of its passage.
    """

    def __init__(
        self, script: Script, *, unsure_s: float = 0.6, stops: bool = False, **options: object
    ) -> None:
        super().__init__(script, **options)  # type: ignore[arg-type]
        self.drafts: list[tuple[Span, int, bool]] = []
        self._unsure_s = unsure_s
        self._stops = stops

    def draft(
        self,
        audio: Audio,
        language: str | None,
        hints: Hints,
        confirmed: Sequence[DraftWord] = (),
        *,
        final: bool = False,
    ) -> Draft:
        self.drafts.append((audio.span, len(confirmed), final))
        written = self._write(audio, careful=False)
        said = {token for word in confirmed for token in word.tokens}
        words = [self._word(word) for word in written.words]
        if self._stops:
            words = self._one_line(words, audio)
        words = [word for word in words if not said & set(word.tokens)]
        if not final:
            edge_s = audio.span.end_s - self._unsure_s
            words = [
                word
                if word.span.end_s <= edge_s
                else replace(word, text=f" mumble{len(self.drafts)}", tokens=(-len(self.drafts),))
                for word in words
            ]
        found = self.detect_language([audio])[0] if language is None or final else {}
        return Draft(
            words=tuple(words),
            language=language or max(found, key=lambda tag: found[tag]),
            languages=found,
            average_log_probability=written.average_log_probability,
            no_speech_probability=written.no_speech_probability,
        )

    def _word(self, word: Word) -> DraftWord:
        token = round(word.span.midpoint_s * 1000)
        return DraftWord(word.text, word.span, word.probability, (token,))

    def _one_line(self, words: Sequence[DraftWord], audio: Audio) -> list[DraftWord]:
        """What the line says in which the audio begins."""
        lines = [line for line in self._script.lines if line.end_s > audio.start_s + 0.2]
        return [word for word in words if word.span.end_s <= lines[0].end_s] if lines else []


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
