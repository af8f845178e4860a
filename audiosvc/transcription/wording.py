"""What is said, and in which languages, when nobody asks who says it.

That is quicker than a transcription, and each stretch may be in a language of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Protocol

from audiosvc.ports import Recognizer, WindowTranscriber
from audiosvc.spans import Span
from audiosvc.transcription.language import likeliest
from audiosvc.transcription.live.parts import HasLiveParts
from audiosvc.transcription.pool import FairPool
from audiosvc.transcription.recognition import write_down
from audiosvc.transcription.session import transcribe_window
from audiosvc.transcription.stretches import pack
from audiosvc.transcription.text import ends_sentence, join, tidy
from audiosvc.transcription.windows import cut_cores, cut_windows
from audiosvc.types import Audio, Hints, Limits, LocalSegment, Segment, Word

LANGUAGE_STRETCH_S = 10.0
MOST_LANGUAGE_STRETCHES = 8
SHORTEST_S = 1.0  # of a stretch that tells a language
TEXT_STRETCH_S = 30.0
PAUSE_S = 1.0  # ends a sentence whose mark is missing
# A stretch of another language than the rest is written in its own only when it is this sure.
SURE = 0.7

Languages = tuple[tuple[Span, Mapping[str, float]], ...]
"""How probable each language is in a few stretches of speech."""


class Listens(Protocol):
    """What tells languages."""

    def detect_language(self, stretches: Sequence[Audio]) -> list[dict[str, float]]:
        """Probability of each language, for each stretch."""
        ...


def tell_languages(audio: Audio, speech: Sequence[Span], listens: Listens) -> Languages:
    """The languages of a few stretches, spread over all speech."""
    stretches = _spread(pack(speech, LANGUAGE_STRETCH_S), MOST_LANGUAGE_STRETCHES)
    found = listens.detect_language([audio.cut(stretch) for stretch in stretches])
    return tuple(zip(stretches, found, strict=True))


def main_language(languages: Languages) -> str | None:
    """The likeliest over all stretches; None when nothing was heard."""
    return likeliest(
        [dict(found) for _, found in languages], [span.duration_s for span, _ in languages]
    )


def word_speech(
    audio: Audio,
    speech: Sequence[Span],
    transcriber: WindowTranscriber,
    limits: Limits,
    languages: Languages,
    language: str | None = None,
) -> list[Segment]:
    """What is said, in order, a sentence or so a segment, without speakers.

    limits: of the windows. language: of all of it, whatever was heard.
    """
    overall = language or main_language(languages)
    heard = () if language else languages
    stretches = [
        (stretch, _known(_surely(stretch, heard) or overall, limits))
        for stretch in pack(speech, TEXT_STRETCH_S)
    ]
    parts = transcriber.live_parts if isinstance(transcriber, HasLiveParts) else None
    if parts is None:
        pieces = _by_windows(audio, speech, stretches, transcriber, limits)
    else:
        pieces = _by_stretches(audio, speech, stretches, parts.recognizer, parts.pool)
    return [replace(piece, id=number) for number, piece in enumerate(pieces)]


def _by_stretches(
    audio: Audio,
    speech: Sequence[Span],
    stretches: Sequence[tuple[Span, str | None]],
    recognizer: Recognizer,
    pool: FairPool,
) -> Iterator[Segment]:
    """Each stretch by the recognizer alone, several at once."""
    lane = pool.lane()
    writing = [
        (lane.submit(_write, recognizer, audio, stretch, speech, language), language)
        for stretch, language in stretches
    ]
    try:
        for future, language in writing:
            for sentence in _sentences(future.result()):
                span = Span(sentence[0].span.start_s, sentence[-1].span.end_s)
                yield Segment(0, span, None, join(sentence), tidy(sentence), language)
    finally:
        for future, _ in writing:
            future.cancel()


def _write(
    recognizer: Recognizer,
    audio: Audio,
    stretch: Span,
    speech: Sequence[Span],
    language: str | None,
) -> tuple[Word, ...]:
    inside = [span for span in speech if span.overlap_s(stretch) > 0.0]
    return write_down(recognizer, audio, stretch, inside, language or "en", Hints()).words


def _sentences(words: Sequence[Word]) -> Iterator[list[Word]]:
    sentence: list[Word] = []
    for word in words:
        if sentence and (
            ends_sentence(sentence[-1]) or word.span.start_s - sentence[-1].span.end_s > PAUSE_S
        ):
            yield sentence
            sentence = []
        sentence.append(word)
    if sentence:
        yield sentence


def _by_windows(
    audio: Audio,
    speech: Sequence[Span],
    stretches: Sequence[tuple[Span, str | None]],
    transcriber: WindowTranscriber,
    limits: Limits,
) -> Iterator[Segment]:
    """By a model that writes windows; stretches of one language that touch are one window."""
    limits = replace(limits, first_window_s=None)
    for part, language in _runs(audio.span, stretches):
        inside = [span for span in speech if span.overlap_s(part) > 0.0]
        for window in cut_windows(
            [audio], cut_cores(inside, part, limits), inside, limits.margin_s
        ):
            for piece in transcribe_window(transcriber, window, Hints(language=language)):
                if isinstance(piece, LocalSegment) and window.core.holds(piece.span.midpoint_s):
                    yield from _unsigned(piece)


def _unsigned(piece: LocalSegment) -> Iterator[Segment]:
    """A piece without its speaker, unless it has no words."""
    if piece.text.strip():
        yield Segment(
            id=0,
            span=piece.span,
            speaker=None,
            text=piece.text,
            words=piece.words,
            language=piece.language,
            confidence=piece.confidence,
            overlapped=piece.overlapped,
            events=piece.events,
        )


def _runs(
    whole: Span, stretches: Sequence[tuple[Span, str | None]]
) -> Iterator[tuple[Span, str | None]]:
    """Parts that tile the whole, each of one language."""
    start_s = whole.start_s
    for (_, before), (stretch, language) in pairwise(stretches):
        if language != before:
            yield Span(start_s, stretch.start_s), before
            start_s = stretch.start_s
    yield Span(start_s, whole.end_s), stretches[-1][1] if stretches else None


def _surely(stretch: Span, languages: Languages) -> str | None:
    """The language of a stretch by what was heard of it; None when that is not sure."""
    inside = tuple(pair for pair in languages if stretch.holds(pair[0].midpoint_s))
    language = main_language(inside)
    if language is None:
        return None
    mean = sum(found.get(language, 0.0) for _, found in inside) / len(inside)
    return language if mean >= SURE else None


def _known(language: str | None, limits: Limits) -> str | None:
    """The language if the model knows it; otherwise the model finds out by itself."""
    return language if not limits.languages or language in limits.languages else None


def _spread(stretches: Sequence[Span], most: int) -> list[Span]:
    """The longest stretch of each of so many even parts; short ones where there is nothing else."""
    chosen = [one for one in stretches if one.duration_s >= SHORTEST_S] or list(stretches)
    parts = min(most, len(chosen))
    return [
        max(
            chosen[part * len(chosen) // parts : (part + 1) * len(chosen) // parts],
            key=lambda stretch: stretch.duration_s,
        )
        for part in range(parts)
    ]
