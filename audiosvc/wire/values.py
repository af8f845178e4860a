"""The values of a transcript as messages, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from audiosvc.types import (
    Coverage,
    Notice,
    Segment,
    Speaker,
    Transcript,
    Turn,
    Word,
)
from audiosvc.v1 import transcript_pb2 as pb
from audiosvc.wire.time import from_duration, from_time_span, to_duration, to_time_span

# A few tens of kilobytes a message: far below every limit, however long the recording is.
TURNS_AT_ONCE = 500


def to_word(word: Word) -> pb.Word:
    """A word as a message."""
    return pb.Word(
        text=word.text,
        start_offset=to_duration(word.span.start_s),
        end_offset=to_duration(word.span.end_s),
        probability=word.probability,
    )


def from_word(message: pb.Word) -> Word:
    """A word."""
    probability = message.probability if message.HasField("probability") else None
    return Word(message.text, from_time_span(message), probability)


def to_segment(segment: Segment) -> pb.Segment:
    """A segment as a message."""
    return pb.Segment(
        id=segment.id,
        start_offset=to_duration(segment.span.start_s),
        end_offset=to_duration(segment.span.end_s),
        speaker=segment.speaker,
        text=segment.text,
        words=[to_word(word) for word in segment.words],
        language_code=segment.language,
        confidence=segment.confidence,
        overlapped=segment.overlapped,
        events=segment.events,
    )


def from_segment(message: pb.Segment) -> Segment:
    """A segment."""
    return Segment(
        id=message.id,
        span=from_time_span(message),
        speaker=message.speaker if message.HasField("speaker") else None,
        text=message.text,
        words=tuple(from_word(word) for word in message.words),
        language=message.language_code if message.HasField("language_code") else None,
        confidence=message.confidence if message.HasField("confidence") else None,
        overlapped=message.overlapped,
        events=tuple(message.events),
    )


def to_turns(turns: Iterable[Turn]) -> Iterator[pb.TurnsReady]:
    """Turns as messages of bounded size."""
    rest = iter(turns)
    while some := list(islice(rest, TURNS_AT_ONCE)):
        yield pb.TurnsReady(
            turns=[
                pb.Turn(
                    start_offset=to_duration(turn.span.start_s),
                    end_offset=to_duration(turn.span.end_s),
                    speaker=turn.speaker,
                )
                for turn in some
            ]
        )


def from_turns(message: pb.TurnsReady) -> list[Turn]:
    """The turns of one message."""
    return [Turn(from_time_span(turn), turn.speaker) for turn in message.turns]


def to_summary(transcript: Transcript) -> pb.Summary:
    """A transcript without its segments and turns."""
    return pb.Summary(
        language_code=transcript.language,
        duration=to_duration(transcript.duration_s),
        speakers=[
            pb.Speaker(
                label=speaker.label,
                speech_duration=to_duration(speaker.speech_s),
                first_offset=to_duration(speaker.first_s),
            )
            for speaker in transcript.speakers
        ],
        coverage=_to_coverage(transcript.coverage),
        notices=[to_notice(notice) for notice in transcript.notices],
        model=transcript.model,
        version=transcript.version,
        segment_count=len(transcript.segments),
    )


def from_summary(
    message: pb.Summary, segments: Sequence[Segment] = (), turns: Sequence[Turn] = ()
) -> Transcript:
    """The whole transcript, with the segments and turns that came before."""
    return Transcript(
        segments=tuple(segments),
        speakers=tuple(
            Speaker(
                speaker.label,
                from_duration(speaker.speech_duration),
                from_duration(speaker.first_offset),
            )
            for speaker in message.speakers
        ),
        language=message.language_code if message.HasField("language_code") else None,
        duration_s=from_duration(message.duration),
        coverage=_from_coverage(message.coverage),
        model=message.model,
        turns=tuple(turns),
        notices=tuple(from_notice(notice) for notice in message.notices),
        version=message.version,
    )


def _to_coverage(coverage: Coverage) -> pb.Coverage:
    return pb.Coverage(
        speech_duration=to_duration(coverage.speech_s),
        covered_duration=to_duration(coverage.covered_s),
        missed=[to_time_span(span) for span in coverage.missed],
        stopped_early=[to_time_span(span) for span in coverage.stopped_early],
    )


def _from_coverage(message: pb.Coverage) -> Coverage:
    return Coverage(
        speech_s=from_duration(message.speech_duration),
        covered_s=from_duration(message.covered_duration),
        missed=tuple(from_time_span(span) for span in message.missed),
        stopped_early=tuple(from_time_span(span) for span in message.stopped_early),
    )


def to_notice(notice: Notice) -> pb.Notice:
    """A notice as a message."""
    span = None if notice.span is None else to_time_span(notice.span)
    return pb.Notice(code=notice.code, message=notice.message, span=span)


def from_notice(message: pb.Notice) -> Notice:
    """A notice."""
    span = from_time_span(message.span) if message.HasField("span") else None
    return Notice(message.code, message.message, span)
