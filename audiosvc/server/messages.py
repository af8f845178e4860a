"""Events as messages of the stream."""

from __future__ import annotations

from collections.abc import Iterator

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
from audiosvc.v1 import transcript_pb2, transcription_pb2
from audiosvc.v1.transcription_pb2 import TranscribeResponse
from audiosvc.wire.time import to_duration
from audiosvc.wire.values import to_segment, to_summary, to_turns


def to_messages(event: LiveEvent, given: int = 0) -> Iterator[TranscribeResponse]:
    """The messages for one event.

    given: how many segments have been sent; a live transcript does not hold them itself.
    """
    if isinstance(event, Finished):
        for turns in to_turns(event.transcript.turns):
            yield TranscribeResponse(turns_ready=turns)
        summary = to_summary(event.transcript)
        summary.segment_count = summary.segment_count or given
        yield TranscribeResponse(finished=transcription_pb2.Finished(summary=summary))
    elif isinstance(event, SegmentReady):
        ready = transcript_pb2.SegmentReady(segment=to_segment(event.segment))
        yield TranscribeResponse(segment_ready=ready)
    elif isinstance(event, SegmentRevised):
        revised = transcript_pb2.SegmentRevised(segment=to_segment(event.segment))
        yield TranscribeResponse(segment_revised=revised)
    elif isinstance(event, SpeakersMerged):
        merged = transcript_pb2.SpeakersMerged(kept=event.kept, merged=event.merged)
        yield TranscribeResponse(speakers_merged=merged)
    elif isinstance(event, Progress):
        yield TranscribeResponse(progress=to_progress(event))
    elif isinstance(event, Interim):
        yield TranscribeResponse(interim=to_interim(event))
    elif isinstance(event, AudioCursors):
        yield TranscribeResponse(audio_cursors=to_cursors(event))


def to_progress(progress: Progress) -> transcript_pb2.Progress:
    """How far the work is."""
    total_s = progress.total_s
    return transcript_pb2.Progress(
        done_duration=to_duration(progress.done_s),
        total_duration=None if total_s is None else to_duration(total_s),
        stage=progress.stage,
    )


def to_interim(interim: Interim) -> transcription_pb2.Interim:
    """What is heard of the utterance in progress."""
    return transcription_pb2.Interim(
        revision=interim.revision,
        start_offset=to_duration(interim.span.start_s),
        end_offset=to_duration(interim.span.end_s),
        confirmed_words=interim.confirmed,
        tentative_words=interim.tentative,
        language_code=interim.language or "",
    )


def to_cursors(cursors: AudioCursors) -> transcription_pb2.AudioCursors:
    """How much of the audio has come how far."""
    return transcription_pb2.AudioCursors(
        received_duration=to_duration(cursors.received_s),
        processed_duration=to_duration(cursors.processed_s),
        final_duration=to_duration(cursors.final_s),
    )
