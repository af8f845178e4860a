"""A recognizer and a who-spoke-when pipeline, put together behind ``WindowTranscriber``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np

from audiosvc.ports import Recognizer, SpeakerActivity, VoiceEmbedder
from audiosvc.spans import Span
from audiosvc.transcription.activity import Activity, hear
from audiosvc.transcription.attribution import attribute
from audiosvc.transcription.clustering import cluster
from audiosvc.transcription.language import likeliest
from audiosvc.transcription.recognition import Written, write_down
from audiosvc.transcription.stretches import pack
from audiosvc.transcription.utterances import Utterance
from audiosvc.types import (
    Audio,
    Float32,
    Hints,
    Limits,
    LocalSegment,
    Voice,
    Window,
    WindowPiece,
    Word,
)

# The first window is short, so that the first words come soon.
LIMITS = Limits(window_s=240.0, first_window_s=30.0, margin_s=5.0, windows_at_once=2)
UNCLAIMED_GAP_S = 0.5
UNCLAIMED = -1


class Cascade:
    """Writes down what is said and finds out who says it, side by side; then joins the two.

    Words and voices are heard by different models: a word goes to the voice that is heard while
    it is said, and a second voice beneath the first is kept as a segment without text.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        activity: SpeakerActivity,
        embedder: VoiceEmbedder,
        *,
        threads: int = 1,
    ) -> None:
        """threads: how many calls to the models may run at once."""
        self._recognizer = recognizer
        self._segmentation = activity
        self._embedder = embedder
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="cascade")
        self.limits = replace(LIMITS, languages=recognizer.languages)

    def __call__(self, window: Window, hints: Hints) -> Iterator[WindowPiece]:
        """Voices first, then segments in order of time, then what had to be retried.

        The work begins at once, so that no processor idles while a window comes to its end.
        """
        stretches = pack(_inside(window.speech, window.core), self._recognizer.stretch_s)
        language = hints.language or self._language(window, stretches)
        heard = self._pool.submit(
            hear, window.audio, window.speech, self._segmentation, self._embedder
        )
        writing = [
            self._pool.submit(self._write, window, stretch, language, hints)
            for stretch in stretches
        ]
        pieces = self._collect(window.audio, heard, writing, language)
        return _Pieces([heard, *writing], pieces)

    def _collect(
        self,
        audio: Audio,
        heard: Future[Activity],
        writing: Sequence[Future[Written]],
        language: str,
    ) -> Iterator[WindowPiece]:
        written = [future.result() for future in writing]
        words = [word for part in written for word in part.words]
        yield from self._join(audio, heard.result(), words, language)
        for part in written:
            yield from part.notices

    def detect_language(self, stretches: Sequence[Audio]) -> list[dict[str, float]]:
        """Probability of each language, for each stretch."""
        found = self._pool.map(self._recognizer.detect_language, ([one] for one in stretches))
        return [probabilities for of_one in found for probabilities in of_one]

    def _write(self, window: Window, stretch: Span, language: str, hints: Hints) -> Written:
        speech = _inside(window.speech, window.core)
        return write_down(self._recognizer, window.audio, stretch, speech, language, hints)

    def _language(self, window: Window, stretches: Sequence[Span]) -> str:
        """The language of this window alone."""
        found = self.detect_language([window.audio.cut(stretch) for stretch in stretches])
        return likeliest(found, [stretch.duration_s for stretch in stretches]) or "en"

    def _join(
        self, audio: Audio, activity: Activity, words: Sequence[Word], language: str
    ) -> Iterator[WindowPiece]:
        """Each utterance with its words; words that nobody was heard to say make their own."""
        tracks = attribute(words, activity.tracks)
        unclaimed = _group(
            [word for word, track in zip(words, tracks, strict=True) if track is None]
        )
        utterances = [*activity.utterances, *(_utterance_of(group) for group in unclaimed)]
        extra = self._embedder(audio, [_spans(group) for group in unclaimed])
        voices = np.concatenate([activity.voices, extra]) if unclaimed else activity.voices
        owned = _share_out(words, tracks, activity.utterances)
        texts = [*owned, *unclaimed]
        speakers = _local_speakers(utterances, voices)
        for utterance, speaker, voice in zip(utterances, speakers, voices, strict=True):
            if voice.any():
                yield Voice(speaker, voice, utterance.speech_s, utterance.span)
        order = sorted(range(len(utterances)), key=lambda index: utterances[index].span)
        for index in order:
            yield _segment(utterances[index], speakers[index], texts[index], language)


class _Pieces(Iterator[WindowPiece]):
    """What a window gives. When it fails or is closed, what has not begun never does."""

    def __init__(self, work: Sequence[Future[Any]], pieces: Iterator[WindowPiece]) -> None:
        self._work = work
        self._pieces = pieces

    def __next__(self) -> WindowPiece:
        try:
            return next(self._pieces)
        except StopIteration:
            raise
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the window up."""
        for future in self._work:
            future.cancel()


def _inside(speech: Sequence[Span], core: Span) -> list[Span]:
    return [
        Span(max(span.start_s, core.start_s), min(span.end_s, core.end_s))
        for span in speech
        if span.overlap_s(core) > 0.0
    ]


def _group(words: Sequence[Word]) -> list[list[Word]]:
    """Words that follow each other closely."""
    groups: list[list[Word]] = []
    for word in words:
        if groups and word.span.start_s - groups[-1][-1].span.end_s <= UNCLAIMED_GAP_S:
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _spans(words: Sequence[Word]) -> list[Span]:
    return [word.span for word in words]


def _utterance_of(words: Sequence[Word]) -> Utterance:
    spans = _spans(words)
    whole = Span(spans[0].start_s, max(span.end_s for span in spans))
    return Utterance(UNCLAIMED, whole, tuple(spans), sum(span.duration_s for span in spans))


def _share_out(
    words: Sequence[Word], tracks: Sequence[int | None], utterances: Sequence[Utterance]
) -> list[list[Word]]:
    """Each word to that utterance of its track which it overlaps most, or is nearest to."""
    owned: list[list[Word]] = [[] for _ in utterances]
    for word, track in zip(words, tracks, strict=True):
        if track is None:
            continue
        own = [index for index, utterance in enumerate(utterances) if utterance.track == track]
        best = max(own, key=lambda index: _nearness(utterances[index].span, word.span))
        owned[best].append(word)
    return owned


def _nearness(utterance: Span, word: Span) -> tuple[float, float]:
    return utterance.overlap_s(word), -abs(utterance.midpoint_s - word.midpoint_s)


def _local_speakers(utterances: Sequence[Utterance], voices: Float32) -> list[str]:
    """The window's own name for the speaker of each utterance.

    One without a voice goes where the rest of its track went, or else the nearest in time.
    """
    labels = cluster(voices, np.array([utterance.speech_s for utterance in utterances]))
    known: list[int] = np.flatnonzero(labels >= 0).tolist()

    def distance(own: Utterance, other: Utterance) -> tuple[bool, float]:
        away_s = abs(own.span.midpoint_s - other.span.midpoint_s)
        return own.track != other.track, away_s

    def nearest(own: Utterance) -> int:
        return min(known, key=lambda index: distance(own, utterances[index]))

    return [
        str(label if label >= 0 or not known else labels[nearest(utterance)])
        for utterance, label in zip(utterances, labels.tolist(), strict=True)
    ]


def _segment(
    utterance: Utterance, speaker: str, words: Sequence[Word], language: str
) -> LocalSegment:
    return LocalSegment(
        span=utterance.span,
        speaker=speaker,
        text="".join(word.text for word in words).strip(),
        words=tuple(words),
        language=language,
    )
