"""Jobs over a way that breaks."""

from __future__ import annotations

import io
import os
import threading
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from audiosvc.client import Client, JobEvent, JobProgress, JobState, JobStateChanged, Retry
from audiosvc.client.recording import PART_BYTES, open_upload
from audiosvc.client.upload import Parts
from audiosvc.errors import (
    AudioUnreadable,
    Cancelled,
    JobConflict,
    JobFailed,
    JobNotFound,
    JobNotReady,
    OptionError,
    ServerFault,
    ServerUnavailable,
    StorageFull,
    TooBusy,
    TooLarge,
    UploadCorrupt,
)
from audiosvc.events import Progress, SegmentReady
from audiosvc.v1 import jobs_pb2
from tests.fakes.grpc_server import ALWAYS, DROPPED, FakeServer
from tests.unit.client.conftest import Connect

SOUND = os.urandom(4 * PART_BYTES + 1000)


def kept(server: FakeServer) -> bytes:
    (job,) = server.jobs.values()
    return bytes(job.data)


def test_a_recording_becomes_a_job(client: Any, server: FakeServer, tmp_path: Path) -> None:
    path = tmp_path / "talk.wav"
    path.write_bytes(SOUND)
    sent: list[tuple[int, int | None]] = []
    job = client.jobs.submit(path, language="de", on_sent=lambda *told: sent.append(told))
    assert (job.id, job.name, job.state) == ("job-1", "talk.wav", JobState.QUEUED)
    assert job.size_bytes == job.committed_bytes == len(SOUND)
    assert job.created == datetime(2023, 11, 14, 22, 13, 20, tzinfo=timezone.utc)
    assert kept(server) == SOUND
    assert server.jobs["job-1"].request.transcription.language_code == "de"
    assert sent[-1] == (len(SOUND), len(SOUND))
    assert len(sent) == 5


@pytest.mark.parametrize(
    "at",
    [1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES, len(SOUND) - 1, len(SOUND)],
)
def test_an_upload_goes_on_behind_what_was_kept(client: Any, server: FakeServer, at: int) -> None:
    server.breaks.append(at)
    client.jobs.submit(SOUND)
    assert kept(server) == SOUND
    whole_parts = -(-at // PART_BYTES)
    first = whole_parts * PART_BYTES
    assert min(first, len(SOUND)) in {offset for offset, _ in server.parts} | {len(SOUND)}
    assert sum(length for _, length in server.parts) == len(SOUND)


def test_an_upload_that_breaks_at_every_part(client: Any, server: FakeServer) -> None:
    server.breaks += [1] * 5
    client.jobs.submit(SOUND)
    assert kept(server) == SOUND
    assert server.calls.count("UploadAudio") == 6


def test_the_server_may_have_kept_a_part_of_a_part(client: Any, server: FakeServer) -> None:
    job = client.jobs.create("talk", size_bytes=len(SOUND))
    server.jobs[job.id].data += SOUND[: PART_BYTES + 77]
    server.jobs[job.id].message.upload.committed_bytes = PART_BYTES + 77
    client.jobs.upload(job.id, io.BytesIO(SOUND))
    assert kept(server) == SOUND
    assert server.parts[0][0] == PART_BYTES + 77


def test_a_stream_that_can_be_read_once_survives_a_break_too(
    client: Any, server: FakeServer
) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    server.breaks.append(2 * PART_BYTES)
    client.jobs.submit(Pipe(SOUND))
    assert kept(server) == SOUND


def test_a_file_is_sent_from_where_it_stands(client: Any, server: FakeServer) -> None:
    file = io.BytesIO(SOUND)
    file.seek(10)
    server.breaks.append(PART_BYTES)
    client.jobs.submit(file)
    assert kept(server) == SOUND[10:]
    assert not file.closed


def test_a_damaged_part_is_sent_again(client: Any, server: FakeServer) -> None:
    server.damages = {0, 3}
    client.jobs.submit(SOUND)
    assert kept(server) == SOUND


def test_but_not_for_ever(client: Any, server: FakeServer) -> None:
    server.damages = set(range(100))
    with pytest.raises(UploadCorrupt, match="does not match"):
        client.jobs.submit(SOUND)
    times = server.calls.count("UploadAudio")
    # Under asyncio, a refusal that the library has lost is asked for again: see the fake.
    assert times == 3 if isinstance(client, Client) else times >= 3


def test_a_lost_answer_makes_no_second_job(client: Any, server: FakeServer) -> None:
    server.refusals["CreateJob"] += [DROPPED, DROPPED]
    client.jobs.submit(SOUND)
    assert len(server.jobs) == 1
    assert kept(server) == SOUND


def test_the_same_request_goes_on_with_the_same_job(client: Any, server: FakeServer) -> None:
    server.refusals["UploadAudio"] += [TooLarge("Too much.")] * ALWAYS
    with pytest.raises(TooLarge):
        client.jobs.submit(SOUND, request_id="monday")
    server.refusals["UploadAudio"].clear()
    refused = server.calls.count("UploadAudio")
    first = client.jobs.submit(SOUND, request_id="monday")
    assert client.jobs.submit(SOUND, request_id="monday").id == first.id
    assert server.calls.count("UploadAudio") == refused + 1
    with pytest.raises(JobConflict):
        client.jobs.submit(SOUND, request_id="monday", language="de")


def test_a_server_that_goes_away_and_comes_back(client: Any, server: FakeServer) -> None:
    server.reading_pause_s = 0.1
    done: list[Any] = []
    sender = threading.Thread(target=lambda: done.append(client.jobs.submit(SOUND)))
    sender.start()
    while len(server.parts) < 2:
        time.sleep(0.01)
    server.stop()
    server.reading_pause_s = 0.0
    time.sleep(0.2)
    server.start()
    sender.join(10)
    assert done[0].state is JobState.QUEUED
    assert kept(server) == SOUND


def test_a_full_disk_is_waited_for_when_the_server_says_how_long(
    client: Any, server: FakeServer
) -> None:
    server.refusals["UploadAudio"].append(StorageFull("Full.", retry_after_s=0.05))
    assert client.jobs.submit(SOUND).state is JobState.QUEUED
    server.refusals["UploadAudio"] += [StorageFull("Full.")] * ALWAYS
    with pytest.raises(StorageFull):
        client.jobs.submit(SOUND)


def test_a_job_that_was_cancelled_takes_no_audio(client: Any, server: FakeServer) -> None:
    job = client.jobs.create("talk")
    client.jobs.cancel(job.id)
    with pytest.raises(JobFailed, match="cancelled"):
        client.jobs.upload(job.id, SOUND)


def test_a_file_that_cannot_be_read_to_its_end(client: Any, server: FakeServer) -> None:
    class Bad(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= PART_BYTES:
                raise OSError(5, "Input/output error")
            return super().read(size)

    with pytest.raises(AudioUnreadable, match="Input/output error"):
        client.jobs.submit(Bad(SOUND))


def test_an_old_sender_does_not_read_on() -> None:
    parts = Parts(open_upload(SOUND), "upload")
    old = parts.requests(0)
    next(old)
    new = parts.requests(PART_BYTES)
    next(new)
    with pytest.raises(Cancelled):
        next(old)
    *_, last = new
    assert isinstance(last, jobs_pb2.UploadAudioRequest)
    assert last.finish.size_bytes == len(SOUND)


@pytest.mark.parametrize("after", range(8))
def test_a_watch_misses_and_repeats_nothing(client: Any, server: FakeServer, after: int) -> None:
    job = client.jobs.submit(SOUND)
    server.watch_breaks += [after, after]
    events = list(client.jobs.watch(job.id))
    assert [event.cursor for event in events] == [1, 2, 3, 4, 5, 6, 7]
    if after < 7:
        assert server.watched_from == [0, after, after]


def test_a_watch_that_breaks_at_every_event(client: Any, server: FakeServer) -> None:
    job = client.jobs.submit(SOUND)
    server.watch_breaks += [1, 2, 3, 4, 5, 6]
    events = list(client.jobs.watch(job.id))
    assert [event.cursor for event in events] == [1, 2, 3, 4, 5, 6, 7]
    assert events[0].event == JobStateChanged(JobState.QUEUED)
    assert events[2] == JobEvent(3, JobProgress(Progress(2.0, 3.0, "transcribe"), 1, 2))
    assert events[3].event == SegmentReady(server.transcript.segments[0])
    assert events[-1].event.state is JobState.SUCCEEDED
    assert events[-1].event.summary.speakers == server.transcript.speakers


def test_a_watch_from_a_cursor(client: Any, server: FakeServer) -> None:
    job = client.jobs.submit(SOUND)
    assert [event.cursor for event in client.jobs.watch(job.id, 5)] == [6, 7]
    assert list(client.jobs.watch(job.id, 7)) == []


def test_closing_a_watch_ends_the_call(client: Any, server: FakeServer) -> None:
    job = client.jobs.submit(SOUND)
    server.holds = True
    events = client.jobs.watch(job.id)
    next(events)
    events.close()
    assert server.ended.wait(5)


def test_a_watch_gives_up_on_a_server_that_stays_away(server: FakeServer, connect: Connect) -> None:
    client = connect(server.address, retry=Retry(total_s=2.0, first_wait_s=0.01))
    job = client.jobs.submit(SOUND)
    server.refusals["WatchJob"] += [DROPPED] * 1000
    began_s = time.monotonic()
    with pytest.raises(ServerUnavailable):
        list(client.jobs.watch(job.id))
    assert time.monotonic() - began_s < 10.0
    assert server.calls.count("WatchJob") > 3


def test_a_job_can_be_waited_for(client: Any, server: FakeServer) -> None:
    job = client.jobs.submit(SOUND)
    assert client.jobs.wait(job.id).state is JobState.SUCCEEDED
    server.ends_in = jobs_pb2.JOB_STATE_FAILED
    failed = client.jobs.wait(job.id)
    assert failed.state is JobState.FAILED
    assert failed.failure.reason == "AUDIO_UNREADABLE"


def test_results(client: Any, server: FakeServer) -> None:
    job = client.jobs.submit(SOUND)
    server.refusals["GetTranscript"] += [DROPPED, TooBusy("Full.", retry_after_s=0.01)]
    assert client.jobs.transcript(job.id) == server.transcript
    assert client.jobs.export(job.id, "srt") == b"srt of job-1"
    with pytest.raises(OptionError):
        client.jobs.export(job.id, "")
    server.refusals["GetTranscript"].append(JobNotReady("It runs."))
    with pytest.raises(JobNotReady):
        client.jobs.transcript(job.id)


def test_a_transcript_without_its_end_is_a_fault(client: Any, server: FakeServer) -> None:
    from audiosvc.client.results import from_transcript

    with pytest.raises(ServerFault, match="without its end"):
        from_transcript([])


def test_pages_are_turned(client: Any, server: FakeServer) -> None:
    for number in range(205):
        client.jobs.create(f"talk {number}")
    server.refusals["ListJobs"] += [None, DROPPED]
    client.jobs.cancel("job-3")
    jobs = list(client.jobs.list())
    assert [job.id for job in jobs] == [f"job-{number}" for number in range(205, 0, -1)]
    assert [job.id for job in client.jobs.list([JobState.CANCELLED])] == ["job-3"]
    jobs = client.jobs.list()
    next(jobs)
    jobs.close()


def test_a_job_can_be_stopped_and_removed(client: Any, server: FakeServer) -> None:
    job = client.jobs.create("talk")
    server.refusals["CancelJob"].append(DROPPED)
    assert client.jobs.cancel(job.id).state is JobState.CANCELLED
    server.refusals["DeleteJob"].append(DROPPED)
    client.jobs.delete(job.id)
    assert server.jobs == {}
    with pytest.raises(JobNotFound):
        client.jobs.delete(job.id)
    with pytest.raises(JobNotFound):
        client.jobs.get(job.id)


def test_models(client: Any, connect: Connect) -> None:
    served = client.models()
    assert served.models[0].id == "script"
    assert served.models[0].window_s == 60.0
    assert served.limits.max_session_s == 7200.0
