"""The server over the real models, and over durable jobs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from audiosvc import service
from audiosvc.errors import JobNotFound, ModelUnknown, QuotaExceeded
from audiosvc.jobs import JobSettings
from audiosvc.server.callers import Quotas
from audiosvc.server.engine import Engine
from audiosvc.server.keys import add_key
from audiosvc.v1 import jobs_pb2, jobs_pb2_grpc
from audiosvc.v1 import transcription_pb2 as pb
from audiosvc.wire.details import from_call
from audiosvc.wire.values import from_segment
from tests.fakes.server import Serving, audio, config, kinds, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    data_dir = tmp_path_factory.mktemp("data")
    with serving(data_dir, load=service.load_models, engine=Engine()) as server:
        yield server


def words(responses: list[pb.TranscribeResponse]) -> str:
    """What was said, with the last word of every segment's text."""
    texts: dict[int, str] = {}
    for response in responses:
        for kind in ("segment_ready", "segment_revised"):
            if response.HasField(kind):
                segment = from_segment(getattr(response, kind).segment)
                texts[segment.id] = segment.text
    return " ".join(texts[number] for number in sorted(texts)).lower()


@pytest.mark.model
@pytest.mark.parametrize("mode", [pb.TRANSCRIBE_MODE_RECORDING, pb.TRANSCRIBE_MODE_LIVE])
def test_a_dialogue(server: Serving, recordings: Path, mode: int) -> None:
    data = (recordings / "dialogue.flac").read_bytes()
    first = config(mode, interim_results=True)
    got = server.transcribe([first, *audio(data)], timeout_s=60.0)
    summary = got[-1].finished.summary
    assert (summary.language_code, summary.model) == ("en", "whisper-base")
    assert summary.duration.seconds == 26
    assert len(summary.speakers) == 2
    stm = (recordings / "dialogue.stm").read_text("utf-8").lower()
    spoken = {word for line in stm.splitlines() for word in line.split()[5:] if len(word) > 4}
    heard = words(got)
    assert sum(word in heard for word in spoken) > 0.7 * len(spoken)
    if mode == pb.TRANSCRIBE_MODE_LIVE:
        assert "interim" in kinds(got)
        assert "audio_cursors" in kinds(got)


@pytest.mark.model
def test_a_caller_who_goes_away_frees_the_models_soon(
    server: Serving, sample_meeting: Path
) -> None:
    data = sample_meeting.read_bytes()
    call = server.call([config(), *audio(data, 1 << 20)])
    for response in call:
        if response.HasField("progress") and response.progress.stage == "transcribe":
            break
    time.sleep(0.5)
    began_s = time.monotonic()
    call.cancel()
    while server.sessions and time.monotonic() - began_s < 20:
        time.sleep(0.02)
    assert server.sessions == 0
    assert time.monotonic() - began_s < 15.0


class Caller:
    """One key's view of the jobs."""

    def __init__(self, server: Serving, key: str) -> None:
        self._stub = jobs_pb2_grpc.JobServiceStub(server.channel)
        self._metadata = (("authorization", f"Bearer {key}"),)

    def __call__(self, method: str, request: object) -> object:
        """Raises our own error."""
        try:
            answer = getattr(self._stub, method)(request, metadata=self._metadata, timeout=10)
            return list(answer) if method in {"WatchJob", "GetTranscript"} else answer
        except grpc.RpcError as error:
            raise from_call(error) from error


def test_one_key_never_sees_the_jobs_of_another(tmp_path: Path) -> None:
    keys_file = tmp_path / "keys.json"
    _, ann_key = add_key(keys_file, "ann", Quotas(max_jobs=1))
    _, ben_key = add_key(keys_file, "ben", Quotas())
    jobs = JobSettings(data_dir=tmp_path / "data")
    with serving(tmp_path / "data", keys_file=keys_file, jobs=jobs, workers=False) as server:
        ann, ben = Caller(server, ann_key), Caller(server, ben_key)
        job = ann("CreateJob", jobs_pb2.CreateJobRequest(request_id="r1")).job  # type: ignore[attr-defined]
        with pytest.raises(QuotaExceeded):
            ann("CreateJob", jobs_pb2.CreateJobRequest(request_id="r2"))
        for method, request in (
            ("GetJob", jobs_pb2.GetJobRequest),
            ("WatchJob", jobs_pb2.WatchJobRequest),
            ("GetTranscript", jobs_pb2.GetTranscriptRequest),
            ("CancelJob", jobs_pb2.CancelJobRequest),
            ("DeleteJob", jobs_pb2.DeleteJobRequest),
        ):
            with pytest.raises(JobNotFound):
                ben(method, request(job_id=job.job_id))
        part = jobs_pb2.UploadAudioRequest(upload_id=job.upload.upload_id, data=b"x")
        with pytest.raises(JobNotFound):
            ben("UploadAudio", iter([part]))
        assert not ben("ListJobs", jobs_pb2.ListJobsRequest()).jobs  # type: ignore[attr-defined]
        assert len(ann("ListJobs", jobs_pb2.ListJobsRequest()).jobs) == 1  # type: ignore[attr-defined]


def test_a_job_takes_the_models_that_are_served(tmp_path: Path) -> None:
    jobs = JobSettings(data_dir=tmp_path)
    with serving(tmp_path, jobs=jobs, workers=False) as server:
        local = Caller(server, "none")
        request = jobs_pb2.CreateJobRequest(request_id="r1", transcription={"model": "org/name"})
        with pytest.raises(ModelUnknown):
            local("CreateJob", request)
