"""The first pass over a recording: how long it is, where people speak, and in which language."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass

from audiosvc.events import Progress
from audiosvc.ports import LanguageDetector, SpeechDetector, WindowTranscriber
from audiosvc.spans import Span
from audiosvc.transcription.language import LanguageStretches, likeliest
from audiosvc.types import Audio


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first pass over a recording found out."""

    whole: Span
    speech: list[Span]
    language_stretches: list[tuple[Audio, float]]


def survey(
    blocks: Iterable[Audio], total_s: float | None, detector: SpeechDetector
) -> Generator[Progress, None, Survey]:
    """Listens to consecutive blocks. total_s: how long they are expected to be, for progress."""
    detection = detector.start()
    stretches = LanguageStretches()
    speech: list[Span] = []
    whole: Span | None = None
    for block in blocks:
        whole = Span(whole.start_s if whole else block.start_s, block.span.end_s)
        speech += detection.feed(block)
        stretches.feed(block)
        yield Progress(whole.duration_s, total_s, stage="listen")
    speech += detection.flush()
    whole = whole or Span(0.0, 0.0)
    return Survey(whole, speech, stretches.choose(speech, whole.duration_s))


def detect_language(transcriber: WindowTranscriber, found: Survey) -> str | None:
    """The language of the recording; None without speech, or where the model cannot tell."""
    if not found.language_stretches or not isinstance(transcriber, LanguageDetector):
        return None
    stretches, weights = zip(*found.language_stretches, strict=True)
    return likeliest(transcriber.detect_language(stretches), weights)
