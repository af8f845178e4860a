"""A recognizer and a who-spoke-when pipeline, put together behind ``WindowTranscriber``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from audiosvc.ports import (
    Diarizer,
    DraftingRecognizer,
    Recognizer,
    SpeakerActivity,
    VoiceEmbedder,
)
from audiosvc.spans import Span
from audiosvc.transcription.activity import Activity, hear, hear_whole
from audiosvc.transcription.joining import join_words
from audiosvc.transcription.language import likeliest
from audiosvc.transcription.live.parts import LiveParts
from audiosvc.transcription.pool import FairPool
from audiosvc.transcription.recognition import Written, write_down
from audiosvc.transcription.stretches import pack
from audiosvc.types import (
    Audio,
    Hints,
    Limits,
    Window,
    WindowPiece,
)

# The first window is short, so that the first words come soon.
LIMITS = Limits(window_s=240.0, first_window_s=30.0, margin_s=5.0, windows_at_once=2)


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
        diarizer: Diarizer | None = None,
        threads: int = 1,
        device: str = "auto",
    ) -> None:
        """diarizer: tells who speaks when in a recording, instead of ``activity``, which is left
        for live streams. threads: how many calls to the models may run at once. device: the parts'
        own matter.
        """
        del device
        self._recognizer = recognizer
        self._segmentation = activity
        self._embedder = embedder
        self._diarizer = diarizer
        self._pool = FairPool(threads)
        self.limits = replace(LIMITS, languages=recognizer.languages)

    def __call__(self, window: Window, hints: Hints) -> Iterator[WindowPiece]:
        """Voices first, then segments in order of time, then what had to be retried.

        The work begins at once, so that no processor idles while a window comes to its end.
        """
        stretches = pack(_inside(window.speech, window.core), self._recognizer.stretch_s)
        language = hints.language or self._language(window, stretches)
        lane = self._pool.lane()
        heard = lane.submit(self._hear, window)
        writing = [
            lane.submit(self._write, window, stretch, language, hints) for stretch in stretches
        ]
        pieces = self._collect(window.audio, heard, writing, language)
        return _Pieces([heard, *writing], pieces)

    def _hear(self, window: Window) -> Activity:
        audio, speech = window.audio, window.speech
        if self._diarizer is not None:
            return hear_whole(audio, speech, self._diarizer, self._embedder)
        return hear(audio, speech, self._segmentation, self._embedder)

    def _collect(
        self,
        audio: Audio,
        heard: Future[Activity],
        writing: Sequence[Future[Written]],
        language: str,
    ) -> Iterator[WindowPiece]:
        written = [future.result() for future in writing]
        words = [word for part in written for word in part.words]
        yield from join_words(audio, heard.result(), words, language, self._embedder)
        for part in written:
            yield from part.notices

    def detect_language(self, stretches: Sequence[Audio]) -> list[dict[str, float]]:
        """Probability of each language, for each stretch."""
        lane = self._pool.lane()
        found = [lane.submit(self._recognizer.detect_language, [one]) for one in stretches]
        return [probabilities for of_one in found for probabilities in of_one.result()]

    @property
    def live_parts(self) -> LiveParts | None:
        """What a live stream is made of; None when the recognizer does not listen along."""
        if not isinstance(self._recognizer, DraftingRecognizer):
            return None
        return LiveParts(self._recognizer, self._segmentation, self._embedder, self._pool)

    def _write(self, window: Window, stretch: Span, language: str, hints: Hints) -> Written:
        speech = _inside(window.speech, window.core)
        return write_down(self._recognizer, window.audio, stretch, speech, language, hints)

    def _language(self, window: Window, stretches: Sequence[Span]) -> str:
        """The language of this window alone."""
        found = self.detect_language([window.audio.cut(stretch) for stretch in stretches])
        return likeliest(found, [stretch.duration_s for stretch in stretches]) or "en"


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
