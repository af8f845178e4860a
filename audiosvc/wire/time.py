"""Seconds as protobuf durations, and back."""

from __future__ import annotations

from google.protobuf.duration_pb2 import Duration

from audiosvc.spans import Span
from audiosvc.v1 import transcript_pb2 as pb

NANOS = 1_000_000_000


def to_duration(seconds: float) -> Duration:
    """Rounded to a nanosecond."""
    whole, nanos = divmod(round(seconds * NANOS), NANOS)
    return Duration(seconds=whole, nanos=nanos)


def from_duration(duration: Duration) -> float:
    """Seconds, as they were before ``to_duration`` to within a nanosecond."""
    return (duration.seconds * NANOS + duration.nanos) / NANOS


def to_time_span(span: Span) -> pb.TimeSpan:
    """A span as a message."""
    return pb.TimeSpan(start_offset=to_duration(span.start_s), end_offset=to_duration(span.end_s))


def from_time_span(message: pb.TimeSpan | pb.Segment | pb.Word | pb.Turn) -> Span:
    """The span of any message that has a start and an end."""
    return Span(from_duration(message.start_offset), from_duration(message.end_offset))
