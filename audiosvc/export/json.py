"""The whole transcript as JSON (.json): the one format that keeps everything."""

from __future__ import annotations

import json
import math
from typing import Any

from pydantic import ValidationError

from audiosvc.errors import FormatError
from audiosvc.export.clock import milliseconds
from audiosvc.export.schema import SegmentModel, SpanModel, TranscriptModel
from audiosvc.export.text import encodable
from audiosvc.spans import Span
from audiosvc.types import Coverage, Notice, Segment, Speaker, Transcript, Turn, Word


def serialise(transcript: Transcript, name: str) -> str:  # noqa: ARG001 - the file names itself
    """Everything that the transcript holds, times rounded to milliseconds.

    It follows docs/transcript.schema.json. Lone surrogates become U+FFFD, and a probability that
    is not a number becomes null.
    """
    about = about_document(transcript)
    document = {
        "segments": [segment_document(segment) for segment in transcript.segments],
        **{name: about.pop(name) for name in ("speakers", "language", "duration_s", "coverage")},
        "turns": [turn_document(turn) for turn in transcript.turns],
        **about,
    }
    return encodable(json.dumps(document, ensure_ascii=False, indent=1)) + "\n"


def about_document(transcript: Transcript) -> dict[str, Any]:
    """Everything but the segments and the turns, as it stands in the file."""
    coverage = transcript.coverage
    return {
        "speakers": [_speaker(speaker) for speaker in transcript.speakers],
        "language": transcript.language,
        "duration_s": _seconds(transcript.duration_s),
        "coverage": {
            "speech_s": _seconds(coverage.speech_s),
            "covered_s": _seconds(coverage.covered_s),
            "missed": [_times(span) for span in coverage.missed],
            "stopped_early": [_times(span) for span in coverage.stopped_early],
        },
        "notices": [_notice(notice) for notice in transcript.notices],
        "model": transcript.model,
        "version": transcript.version,
    }


def segment_document(segment: Segment) -> dict[str, Any]:
    """A segment as it stands in the file."""
    return {
        "id": int(segment.id),
        **_times(segment.span),
        "speaker": segment.speaker,
        "text": segment.text,
        "words": [_word(word) for word in segment.words],
        "language": segment.language,
        "confidence": _share(segment.confidence),
        "overlapped": bool(segment.overlapped),
        "events": list(segment.events),
    }


def turn_document(turn: Turn) -> dict[str, Any]:
    """A turn as it stands in the file."""
    return {**_times(turn.span), "speaker": turn.speaker}


def parse(text: str) -> Transcript:
    """The transcript, as it was but for the rounding. Keys that are not known are passed over.

    Raises FormatError, which names the line or the place.
    """
    try:
        model = TranscriptModel.model_validate_json(encodable(text.removeprefix("\ufeff")))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = "".join(f" {part}" for part in first["loc"])
        where = f" ({place.strip()})" if place else ""
        raise FormatError(f"Not a transcript in JSON{where}: {first['msg']}.") from None
    return Transcript(
        segments=tuple(_read_segment(segment) for segment in model.segments),
        speakers=tuple(Speaker(s.label, s.speech_s, s.first_s) for s in model.speakers),
        language=model.language,
        duration_s=model.duration_s,
        coverage=Coverage(
            model.coverage.speech_s,
            model.coverage.covered_s,
            tuple(_read_span(span) for span in model.coverage.missed),
            tuple(_read_span(span) for span in model.coverage.stopped_early),
        ),
        model=model.model,
        turns=tuple(Turn(_read_span(turn), turn.speaker) for turn in model.turns),
        notices=tuple(
            Notice(n.code, n.message, None if n.span is None else _read_span(n.span))
            for n in model.notices
        ),
        version=model.version,
    )


def _seconds(time_s: float) -> float:
    return milliseconds(time_s) / 1000


def _times(span: Span) -> dict[str, Any]:
    start_s = _seconds(span.start_s)
    return {"start_s": start_s, "end_s": max(start_s, _seconds(span.end_s))}


def _share(value: float | None) -> float | None:
    return min(1.0, max(0.0, float(value))) if value is not None and math.isfinite(value) else None


def _word(word: Word) -> dict[str, Any]:
    return {**_times(word.span), "text": word.text, "probability": _share(word.probability)}


def _speaker(speaker: Speaker) -> dict[str, Any]:
    return {
        "label": speaker.label,
        "speech_s": _seconds(speaker.speech_s),
        "first_s": _seconds(speaker.first_s),
    }


def _notice(notice: Notice) -> dict[str, Any]:
    span = None if notice.span is None else _times(notice.span)
    return {"code": notice.code, "message": notice.message, "span": span}


def _read_span(model: SpanModel) -> Span:
    return Span(model.start_s, model.end_s)


def _read_segment(model: SegmentModel) -> Segment:
    return Segment(
        id=model.id,
        span=_read_span(model),
        speaker=model.speaker,
        text=model.text,
        words=tuple(Word(w.text, _read_span(w), w.probability) for w in model.words),
        language=model.language,
        confidence=model.confidence,
        overlapped=model.overlapped,
        events=model.events,
    )
