"""What a stream said, and when: the log from which every figure about it is computed.

The clock of a stream begins with its first sample: a word that ends at 3 s of the audio is spoken
at 3 s of the clock, and cannot be sent before.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path

from audiosvc.events import AudioCursors, Finished, LiveEvent, SegmentReady, SegmentRevised
from audiosvc.types import Segment


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event as it reached the client. at_s: by the stream's clock."""

    at_s: float
    event: LiveEvent


Log = Sequence[Arrival]


@dataclass(frozen=True, slots=True)
class StreamRun:
    """One stream from its first sample to its last event.

    sent_s: how much audio the client has sent. late_s: by how much flow control held it up at
    most, beyond the time at which a microphone would have had the samples. error: what ended it,
    None when it ended well.
    """

    name: str
    sent_s: float
    late_s: float
    log: tuple[Arrival, ...]
    error: str | None = None


def final_segments(log: Log) -> list[Segment]:
    """The segments as they are in the end, in order of time."""
    segments: dict[int, Segment] = {}
    for arrival in log:
        if isinstance(arrival.event, (SegmentReady, SegmentRevised)):
            segments[arrival.event.segment.id] = arrival.event.segment
    found = [segment for segment in segments.values() if segment.text]
    return sorted(found, key=lambda segment: (segment.span, segment.id))


def received_s(log: Log) -> float:
    """How much audio the server says that it has received."""
    return max((a.event.received_s for a in log if isinstance(a.event, AudioCursors)), default=0.0)


def finished_at_s(log: Log) -> float | None:
    """When the last event came; None if it never did."""
    return next((a.at_s for a in log if isinstance(a.event, Finished)), None)


def save(run: StreamRun, path: Path) -> None:
    """One event a line, as JSON."""
    with path.open("w", encoding="utf-8") as file:
        for arrival in run.log:
            event = arrival.event
            assert is_dataclass(event)
            fields = {"at_s": round(arrival.at_s, 4), "event": type(event).__name__}
            file.write(json.dumps(fields | asdict(event), ensure_ascii=False) + "\n")
