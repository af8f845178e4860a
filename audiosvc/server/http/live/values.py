"""Events of a live stream as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from audiosvc.events import (
    AudioCursors,
    Finished,
    Interim,
    LiveEvent,
    SegmentReady,
    SegmentRevised,
    SpeakersMerged,
)
from audiosvc.export.json import about_document, segment_document, turn_document
from audiosvc.types import Transcript

TURNS_AT_ONCE = 500
Document = dict[str, Any]


def live_documents(event: LiveEvent, given: int) -> Iterator[Document]:
    """The messages for one event. given: how many segments have been sent."""
    if isinstance(event, Finished):
        yield from _finished(event.transcript, given)
    elif isinstance(event, SegmentReady):
        yield {"type": "segment", "segment": segment_document(event.segment)}
    elif isinstance(event, SegmentRevised):
        yield {"type": "segment_revised", "segment": segment_document(event.segment)}
    elif isinstance(event, SpeakersMerged):
        yield {"type": "speakers_merged", "kept": event.kept, "merged": event.merged}
    elif isinstance(event, Interim):
        yield _interim(event)
    elif isinstance(event, AudioCursors):
        yield {
            "type": "cursors",
            "received_s": round(event.received_s, 3),
            "processed_s": round(event.processed_s, 3),
            "final_s": round(event.final_s, 3),
        }


def _interim(interim: Interim) -> Document:
    return {
        "type": "interim",
        "revision": interim.revision,
        "start_s": round(interim.span.start_s, 3),
        "end_s": round(interim.span.end_s, 3),
        "confirmed_words": list(interim.confirmed),
        "tentative_words": list(interim.tentative),
        "language": interim.language,
    }


def _finished(transcript: Transcript, given: int) -> Iterator[Document]:
    rest = iter(transcript.turns)
    while turns := list(islice(rest, TURNS_AT_ONCE)):
        yield {"type": "turns", "turns": [turn_document(turn) for turn in turns]}
    count = len(transcript.segments) or given
    yield {"type": "finished", "summary": {**about_document(transcript), "segment_count": count}}
