"""Jobs, their events and their results as messages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from google.protobuf.timestamp_pb2 import Timestamp

from audiosvc.events import SegmentReady, SegmentRevised
from audiosvc.export.formats import serialise
from audiosvc.jobs import (
    Failure,
    Job,
    JobEvent,
    JobProgress,
    JobState,
    Result,
    StateChanged,
)
from audiosvc.types import Transcript
from audiosvc.v1 import jobs_pb2 as pb
from audiosvc.v1 import transcript_pb2
from audiosvc.wire.config import to_audio_format, to_config
from audiosvc.wire.time import NANOS, to_duration
from audiosvc.wire.values import to_segment, to_summary, to_turns

CHUNK_BYTES = 64 * 1024
STATES = {
    JobState.UPLOADING: pb.JOB_STATE_UPLOADING,
    JobState.QUEUED: pb.JOB_STATE_QUEUED,
    JobState.RUNNING: pb.JOB_STATE_RUNNING,
    JobState.SUCCEEDED: pb.JOB_STATE_SUCCEEDED,
    JobState.FAILED: pb.JOB_STATE_FAILED,
    JobState.CANCELLED: pb.JOB_STATE_CANCELLED,
}


def to_job(job: Job) -> pb.Job:
    """A job as a message."""
    upload = job.upload
    return pb.Job(
        job_id=job.job_id,
        display_name=job.display_name,
        state=STATES[job.state],
        transcription=to_config(job.wish),
        audio_format=to_audio_format(job.pcm),
        upload=pb.Upload(
            upload_id=upload.upload_id,
            committed_bytes=upload.committed_bytes,
            size_bytes=upload.size_bytes,
            complete=upload.complete,
        ),
        progress=_progress(job.progress),
        failure=_failure(job.failure),
        summary=_summary(job.result),
        create_time=_timestamp(job.create_time_s),
        start_time=_timestamp(job.start_time_s),
        end_time=_timestamp(job.end_time_s),
    )


def to_watch_response(event: JobEvent) -> pb.WatchJobResponse:
    """An event as a message."""
    what = event.event
    if isinstance(what, StateChanged):
        changed = pb.JobStateChanged(
            state=STATES[what.state],
            failure=_failure(what.failure),
            summary=_summary(what.result),
        )
        return pb.WatchJobResponse(cursor=event.cursor, state_changed=changed)
    if isinstance(what, JobProgress):
        return pb.WatchJobResponse(cursor=event.cursor, progress=_progress(what))
    if isinstance(what, SegmentReady):
        ready = transcript_pb2.SegmentReady(segment=to_segment(what.segment))
        return pb.WatchJobResponse(cursor=event.cursor, segment_ready=ready)
    if isinstance(what, SegmentRevised):
        revised = transcript_pb2.SegmentRevised(segment=to_segment(what.segment))
        return pb.WatchJobResponse(cursor=event.cursor, segment_revised=revised)
    merged = transcript_pb2.SpeakersMerged(kept=what.kept, merged=what.merged)
    return pb.WatchJobResponse(cursor=event.cursor, speakers_merged=merged)


def to_transcript(transcript: Transcript) -> Iterator[pb.GetTranscriptResponse]:
    """A transcript as messages of bounded size, the summary last."""
    for segment in transcript.segments:
        yield pb.GetTranscriptResponse(segment=to_segment(segment))
    for turns in to_turns(transcript.turns):
        yield pb.GetTranscriptResponse(turns_ready=turns)
    yield pb.GetTranscriptResponse(summary=to_summary(transcript))


def to_exported(
    transcript: Transcript, format_name: str, display_name: str
) -> Iterator[pb.GetTranscriptResponse]:
    """A transcript as a file in pieces. Raises OptionError for a format that does not exist."""
    # Some formats name the recording: by what people call it, without folders and suffix.
    name = PurePath(display_name.replace("\\", "/")).stem or "recording"
    data = serialise(transcript, format_name, name).encode()
    pieces = [data[at : at + CHUNK_BYTES] for at in range(0, len(data), CHUNK_BYTES)] or [b""]
    return (pb.GetTranscriptResponse(data=piece) for piece in pieces)


def _progress(progress: JobProgress) -> pb.JobProgress:
    return pb.JobProgress(
        done_duration=to_duration(progress.done_s),
        total_duration=to_duration(progress.total_s),
        windows_done=progress.windows_done,
        windows_total=progress.windows_total,
        stage=progress.stage,
    )


def _failure(failure: Failure | None) -> pb.JobFailure | None:
    return pb.JobFailure(reason=failure.reason, message=failure.message) if failure else None


def _summary(result: Result | None) -> transcript_pb2.Summary | None:
    if result is None:
        return None
    summary = to_summary(result.summary)
    summary.segment_count = result.segment_count
    return summary


def _timestamp(time_s: float | None) -> Timestamp | None:
    if time_s is None:
        return None
    seconds, nanos = divmod(round(time_s * NANOS), NANOS)
    return Timestamp(seconds=seconds, nanos=nanos)
