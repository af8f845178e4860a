"""What comes back, as events and as a transcript."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from audiosvc.errors import ServerFault
from audiosvc.events import (
    AudioCursors,
    Finished,
    Interim,
    LiveEvent,
    Progress,
    SegmentReady,
    SegmentRevised,
    SpeakersMerged,
)
from audiosvc.spans import Span
from audiosvc.types import Segment, Transcript, Turn
from audiosvc.v1 import jobs_pb2, transcript_pb2
from audiosvc.v1 import transcription_pb2 as pb
from audiosvc.wire.time import from_duration
from audiosvc.wire.values import from_segment, from_summary, from_turns


class Collector:
    """Turns the responses of a stream into events, and what was sent in pieces into a whole.

    The server never sends a segment twice, so that the last event is put together here.
    """

    def __init__(self) -> None:
        self._segments: dict[int, Segment] = {}
        self._turns: list[Turn] = []

    def take(self, message: pb.TranscribeResponse) -> LiveEvent | None:
        """The event in a response; None for one that is nothing to the caller.

        Raises ServerFault when the end does not fit what came before.
        """
        kind = message.WhichOneof("event")
        if kind == "turns_ready":
            self._turns += from_turns(message.turns_ready)
        elif kind == "finished":
            return Finished(self.finish(message.finished.summary))
        elif kind in {"segment_ready", "segment_revised", "speakers_merged"}:
            return self._change(message)
        elif kind in {"interim", "audio_cursors", "progress"}:
            return _passing(message)
        return None

    def finish(self, summary: transcript_pb2.Summary) -> Transcript:
        """The whole transcript. Raises ServerFault when segments are missing."""
        segments = [self._segments[key] for key in sorted(self._segments)]
        return _whole(summary, segments, self._turns)

    def _change(self, message: pb.TranscribeResponse) -> LiveEvent:
        if message.HasField("speakers_merged"):
            merged = message.speakers_merged
            for key, segment in self._segments.items():
                if segment.speaker == merged.merged:
                    self._segments[key] = replace(segment, speaker=merged.kept)
            return SpeakersMerged(merged.kept, merged.merged)
        if message.HasField("segment_ready"):
            segment = from_segment(message.segment_ready.segment)
            self._segments[segment.id] = segment
            return SegmentReady(segment)
        segment = from_segment(message.segment_revised.segment)
        if segment.text:
            self._segments[segment.id] = segment
        else:  # joined to a neighbour
            self._segments.pop(segment.id, None)
        return SegmentRevised(segment)


def from_transcript(parts: Iterable[jobs_pb2.GetTranscriptResponse]) -> Transcript:
    """The transcript of a job. Raises ServerFault when some of it is missing."""
    segments: list[Segment] = []
    turns: list[Turn] = []
    for part in parts:
        kind = part.WhichOneof("part")
        if kind == "segment":
            segments.append(from_segment(part.segment))
        elif kind == "turns_ready":
            turns += from_turns(part.turns_ready)
        elif kind == "summary":
            return _whole(part.summary, segments, turns)
    raise ServerFault("The server sent a transcript without its end. Ask for it again.")


def _whole(
    summary: transcript_pb2.Summary, segments: list[Segment], turns: list[Turn]
) -> Transcript:
    if summary.segment_count != len(segments):
        raise ServerFault(
            f"The server counts {summary.segment_count} segments and has sent {len(segments)}. "
            "Ask for the transcript again."
        )
    return from_summary(summary, segments, turns)


def _passing(message: pb.TranscribeResponse) -> LiveEvent:
    """What is replaced by the next of its kind."""
    if message.HasField("interim"):
        interim = message.interim
        return Interim(
            revision=interim.revision,
            span=Span(from_duration(interim.start_offset), from_duration(interim.end_offset)),
            confirmed=tuple(interim.confirmed_words),
            tentative=tuple(interim.tentative_words),
            language=interim.language_code or None,
        )
    if message.HasField("audio_cursors"):
        cursors = message.audio_cursors
        return AudioCursors(
            from_duration(cursors.received_duration),
            from_duration(cursors.processed_duration),
            from_duration(cursors.final_duration),
        )
    progress = message.progress
    total_s = (
        from_duration(progress.total_duration) if progress.HasField("total_duration") else None
    )
    return Progress(from_duration(progress.done_duration), total_s, progress.stage)
