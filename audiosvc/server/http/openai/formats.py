"""A transcript in each format that OpenAI's transcription endpoint has."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from statistics import fmean
from typing import Literal

from babel import Locale, UnknownLocaleError
from pydantic import BaseModel, Field

from audiosvc.export import srt, vtt
from audiosvc.export.clock import milliseconds
from audiosvc.export.labels import UNKNOWN
from audiosvc.export.text import encodable, join, text_of
from audiosvc.spans import Span
from audiosvc.types import Segment, Transcript

Granularity = Literal["word", "segment"]
TEXTS = {"text": "text/plain", "srt": "application/x-subrip", "vtt": "text/vtt"}
# Of a probability that is none, so that its logarithm is a number.
LEAST_PROBABILITY = 1e-10
SEGMENT: Literal["transcript.text.segment"] = "transcript.text.segment"


class Usage(BaseModel):
    """How much was listened to."""

    type: Literal["duration"] = "duration"
    seconds: float


class Plain(BaseModel):
    """``json``: the text alone."""

    text: str
    usage: Usage


class VerboseWord(BaseModel):
    """A word with its times, in seconds."""

    word: str
    start: float
    end: float


class VerboseSegment(BaseModel):
    """A stretch of text. What a model of another kind would tell is left at its least."""

    id: int
    seek: int = Field(description="Where it begins, in hundredths of a second.")
    start: float
    end: float
    text: str
    tokens: list[int] = Field(default=[], description="Always empty.")
    temperature: float = 0.0
    avg_logprob: float = Field(description="The mean over its words.")
    compression_ratio: float
    no_speech_prob: float = Field(default=0.0, description="Always 0: there is speech in it.")


class Verbose(BaseModel):
    """``verbose_json``: with times."""

    task: Literal["transcribe"] = "transcribe"
    language: str = Field(description="Its English name; empty without speech.")
    duration: float
    text: str
    segments: list[VerboseSegment] | None = None
    words: list[VerboseWord] | None = None
    usage: Usage


class DiarizedSegment(BaseModel):
    """What one speaker said. speaker: ``unknown`` when nobody could tell."""

    type: Literal["transcript.text.segment"] = SEGMENT
    id: str
    start: float
    end: float
    text: str
    speaker: str


class Diarized(BaseModel):
    """``diarized_json``: with speakers."""

    task: Literal["transcribe"] = "transcribe"
    duration: float
    text: str
    segments: list[DiarizedSegment]
    usage: Usage


def text_format(transcript: Transcript, name: str) -> str:
    """``text``, ``srt`` or ``vtt``; speakers are named in the latter two."""
    if name == "srt":
        return srt.serialise(transcript, "")
    if name == "vtt":
        return vtt.serialise(transcript, "")
    return whole_text(transcript) + "\n"


def plain(transcript: Transcript) -> Plain:
    """All that was said."""
    return Plain(text=whole_text(transcript), usage=usage(transcript))


def verbose(transcript: Transcript, granularities: Sequence[Granularity]) -> Verbose:
    """With segments, with words, or with both."""
    found = Verbose(
        language=language_name(transcript.language),
        duration=_seconds(transcript.duration_s),
        text=whole_text(transcript),
        usage=usage(transcript),
    )
    if "segment" in granularities:
        found.segments = [_verbose_segment(segment) for segment in transcript.segments]
    if "word" in granularities:
        found.words = [
            VerboseWord(
                word=encodable(word.text.strip()),
                start=_seconds(word.span.start_s),
                end=_end_s(word.span),
            )
            for segment in transcript.segments
            for word in segment.words
        ]
    return found


def diarized(transcript: Transcript) -> Diarized:
    """Who said what."""
    return Diarized(
        duration=_seconds(transcript.duration_s),
        text=whole_text(transcript),
        segments=[diarized_segment(segment) for segment in transcript.segments],
        usage=usage(transcript),
    )


def diarized_segment(segment: Segment) -> DiarizedSegment:
    """One of them."""
    return DiarizedSegment(
        id=segment_id(segment),
        text=text_of(segment),
        speaker=encodable(segment.speaker or UNKNOWN),
        start=_seconds(segment.span.start_s),
        end=_end_s(segment.span),
    )


def segment_id(segment: Segment) -> str:
    """What a segment is called."""
    return f"seg_{segment.id}"


def whole_text(transcript: Transcript) -> str:
    """All segments on one line, with blanks between them where the script has blanks."""
    return join(text_of(segment) for segment in transcript.segments)


def usage(transcript: Transcript) -> Usage:
    """The length of the recording."""
    return Usage(seconds=_seconds(transcript.duration_s))


def language_name(tag: str | None) -> str:
    """``english`` for ``en``; the tag itself where it has no name."""
    if not tag:
        return ""
    try:
        name = Locale.parse(tag.replace("-", "_")).get_language_name("en")
    except (UnknownLocaleError, ValueError):
        name = None
    return (name or tag).lower()


def _verbose_segment(segment: Segment) -> VerboseSegment:
    text = text_of(segment)
    data = text.encode()
    return VerboseSegment(
        id=segment.id,
        seek=round(segment.span.start_s * 100),
        text=text,
        avg_logprob=_average_logprob(segment),
        compression_ratio=round(len(data) / len(zlib.compress(data)), 4),
        start=_seconds(segment.span.start_s),
        end=_end_s(segment.span),
    )


def _average_logprob(segment: Segment) -> float:
    """Of its words, or of the whole; 0 where nobody said how sure it is."""
    known = [word.probability for word in segment.words if word.probability is not None]
    if not known and segment.confidence is not None:
        known = [segment.confidence]
    logs = [math.log(max(LEAST_PROBABILITY, one)) for one in known if math.isfinite(one)]
    return round(fmean(logs), 4) if logs else 0.0


def _end_s(span: Span) -> float:
    return _seconds(max(span.start_s, span.end_s))


def _seconds(time_s: float) -> float:
    return milliseconds(time_s) / 1000
