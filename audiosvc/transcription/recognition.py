"""Writing down one stretch, with a second try where the first one failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from audiosvc.ports import Recognizer
from audiosvc.spans import Span
from audiosvc.transcription.guards import dropped, is_invented, is_loop
from audiosvc.transcription.stretches import halve
from audiosvc.types import Audio, Hints, Hypothesis, Notice, Word

SHORTEST_RETRY_S = 1.0
LONGEST_WORD_S = 1.5
MIN_OVERLAP_S = 0.02


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a stretch, and what became of the parts that failed."""

    words: tuple[Word, ...]
    notices: tuple[Notice, ...] = ()


def write_down(
    recognizer: Recognizer,
    audio: Audio,
    stretch: Span,
    speech: Sequence[Span],
    language: str,
    hints: Hints,
) -> Written:
    """The words of a stretch.

    audio: holds the stretch. speech: what was detected in it. A text that looped or that reads as
    invented is tried once more in halves, and speech that was passed over is tried alone; what
    then still fails is left out and named.
    """
    (hypothesis,) = recognizer.transcribe([audio.cut(stretch)], language, hints)
    words = hypothesis.words
    failed = is_loop(words) or is_invented(hypothesis)
    if failed:
        words = _again(recognizer, audio, halve(stretch, speech), language, hints)
    holes = dropped(words, speech, stretch)
    if holes and words:
        words = (*words, *_again(recognizer, audio, holes, language, hints))
    lost = bool(dropped(words, speech, stretch))
    notices = (_retried(stretch, hypothesis, bool(words), lost),) if failed else ()
    settled = [settle(word, speech) for word in words]
    return Written(tuple(sorted(settled, key=lambda word: word.span)), notices)


def _again(
    recognizer: Recognizer, audio: Audio, parts: Sequence[Span], language: str, hints: Hints
) -> tuple[Word, ...]:
    """Each part alone, decoded with care. Text that still fails is left out."""
    pieces = [audio.cut(part) for part in parts if part.duration_s >= SHORTEST_RETRY_S]
    if not pieces:
        return ()
    second = recognizer.transcribe(pieces, language, hints, careful=True)
    return tuple(
        word
        for hypothesis in second
        if not is_loop(hypothesis.words) and not is_invented(hypothesis)
        for word in hypothesis.words
    )


def _retried(span: Span, hypothesis: Hypothesis, written: bool, lost: bool) -> Notice:
    what = "repeated itself" if is_loop(hypothesis.words) else "seemed to be made up"
    end = "A second try wrote it down."
    if not written:
        end = "A second try gave nothing; it is left out."
    elif lost:
        end = "A second try wrote down part of it; the rest is left out."
    code = "text_left_out" if lost or not written else "text_retried"
    where = f"{span.start_s:.1f} s to {span.end_s:.1f} s"
    return Notice(code, f"The text from {where} {what}. {end}", span)


def settle(word: Word, speech: Sequence[Span]) -> Word:
    """The word where somebody speaks. An aligner gives the silence before a word to the word."""
    parts = [
        Span(max(part.start_s, word.span.start_s), min(part.end_s, word.span.end_s))
        for part in speech
        if part.overlap_s(word.span) > MIN_OVERLAP_S
    ]
    if not parts:
        return word
    last = parts[-1]
    start_s = max(last.start_s, last.end_s - LONGEST_WORD_S)
    return replace(word, span=Span(start_s, last.end_s))
