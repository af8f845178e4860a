"""The clients and the samples against a real server, with the embedded models."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import audiosvc
from audiosvc.client import AsyncClient, Client, JobState, Pcm
from audiosvc.errors import JobNotFound, OptionError
from audiosvc.events import Finished, Interim, SegmentReady
from audiosvc.types import Transcript
from tests.integration.servers import serving

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("data")) as address:
        yield address


@pytest.fixture(scope="module")
def dialogue(repository: Path) -> Path:
    return repository / "tests" / "data" / "dialogue.flac"


@pytest.fixture(scope="module")
def local(dialogue: Path) -> Transcript:
    return audiosvc.transcribe(dialogue)


def lines(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(segment.speaker, segment.text) for segment in transcript.segments]


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def run(*command: str | Path, server: str) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "AUDIOSVC_SERVER": server}
    return subprocess.run(
        command, env=variables, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_file_gives_what_local_work_gives(server: str, dialogue: Path, local: Transcript) -> None:
    with Client(server) as client:
        found = client.transcribe(dialogue, timeout_s=60)
    assert lines(found) == lines(local)
    assert [each.label for each in found.speakers] == [each.label for each in local.speakers]
    assert (found.language, found.model) == (local.language, local.model)


def test_so_do_samples_and_asyncio(server: str, dialogue: Path, local: Transcript) -> None:
    from audiosvc.audio.open import open_source

    with open_source(dialogue) as source:
        samples = np.concatenate([block.samples for block in source.blocks()])

    async def body() -> Transcript:
        async with AsyncClient(server) as client:
            return await client.transcribe(samples, sample_rate_hz=16_000)

    assert words(asyncio.run(body()).text) == words(local.text)


def test_the_command_line_prints_the_same(server: str, dialogue: Path, local: Transcript) -> None:
    command = (sys.executable, "-m", "audiosvc", "transcribe", dialogue, "-f", "json", "--server")
    done = run(*command, server, server=server)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [(each["speaker"], each["text"]) for each in found["segments"]] == lines(local)


def test_a_wrong_option_is_named(server: str, dialogue: Path) -> None:
    with Client(server) as client, pytest.raises(OptionError, match="xx"):
        client.transcribe(dialogue, language="xx")


def test_models(server: str) -> None:
    with Client(server) as client:
        served = client.models()
    assert [model.is_default for model in served.models].count(True) == 1
    assert served.version == audiosvc.__version__


def test_live(server: str, dialogue: Path, local: Transcript) -> None:
    from audiosvc.audio.open import open_source

    with open_source(dialogue) as source:
        blocks = [block.samples for block in source.blocks()]
    with Client(server) as client:
        events = list(client.stream(iter(blocks), sample_rate_hz=16_000, timeout_s=60))
    assert isinstance(events[-1], Finished)
    ready = [event.segment.text for event in events if isinstance(event, SegmentReady)]
    heard, expected = words(" ".join(ready)), words(local.text)
    assert len({*heard} & {*expected}) > 0.8 * len({*expected})
    revisions = [event.revision for event in events if isinstance(event, Interim)]
    assert revisions == sorted(set(revisions))


def test_a_job(server: str, dialogue: Path, local: Transcript) -> None:
    with Client(server) as client:
        job = client.jobs.submit(dialogue)
        events = list(client.jobs.watch(job.id))
        assert client.jobs.get(job.id).state is JobState.SUCCEEDED
        assert [event.cursor for event in events] == [*range(1, len(events) + 1)]
        assert list(client.jobs.watch(job.id, events[3].cursor)) == events[4:]
        assert list(client.jobs.watch(job.id, events[-1].cursor)) == []
        assert lines(client.jobs.transcript(job.id)) == lines(local)
        assert client.jobs.export(job.id, "srt").decode().startswith("1\n00:00:0")
        assert job.id in [each.id for each in client.jobs.list([JobState.SUCCEEDED])]
        client.jobs.delete(job.id)
        with pytest.raises(JobNotFound):
            client.jobs.get(job.id)


def test_jobs_on_the_command_line(server: str, dialogue: Path, local: Transcript) -> None:
    program = (sys.executable, "-m", "audiosvc", "jobs")
    done = run(*program, "submit", dialogue, "--wait", server=server)
    assert done.returncode == 0, done.stderr
    job_id = done.stdout.strip()
    assert re.fullmatch(r"\S+", job_id)
    found = json.loads(run(*program, "get", job_id, "-f", "json", server=server).stdout)
    assert [(each["speaker"], each["text"]) for each in found["segments"]] == lines(local)
    assert run(*program, "delete", job_id, server=server).returncode == 0


def test_raw_samples_as_a_job(server: str) -> None:
    silence = np.zeros(16_000, np.int16).tobytes()
    with Client(server) as client:
        job = client.jobs.submit(silence, pcm=Pcm(16_000))
        assert client.jobs.wait(job.id).state is JobState.SUCCEEDED
        transcript = client.jobs.transcript(job.id)
    assert transcript.duration_s == pytest.approx(1.0)
    assert transcript.segments == ()


def test_a_poisoned_file_fails_its_job_with_the_reason(server: str) -> None:
    with Client(server) as client:
        job = client.jobs.wait(client.jobs.submit(b"this is no audio at all" * 100).id)
    assert job.state is JobState.FAILED
    assert job.failure is not None
    assert job.failure.reason == "AUDIO_UNREADABLE"


@pytest.mark.parametrize("sample", ["file", "job", "live"])
def test_the_python_samples(
    server: str, repository: Path, dialogue: Path, tmp_path: Path, sample: str
) -> None:
    path = dialogue
    if sample == "live":
        path = tmp_path / "dialogue.wav"
        write_wav(dialogue, path)
    options = ["4"] if sample == "live" else []
    program = repository / "clients" / "python" / f"{sample}.py"
    done = run(sys.executable, program, server, path, *options, server=server)
    assert done.returncode == 0, done.stderr
    assert "bridge" in done.stdout


def write_wav(recording: Path, path: Path) -> None:
    import wave

    from audiosvc.audio.open import open_source

    with open_source(recording) as source, wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        for block in source.blocks():
            file.writeframes((block.samples * 32_767).astype("<i2").tobytes())


def test_calls_by_reflection(server: str) -> None:
    """As grpcurl makes them: nothing is known but the address."""
    import grpc
    from google.protobuf.descriptor_pool import DescriptorPool
    from google.protobuf.json_format import MessageToDict, ParseDict
    from google.protobuf.message_factory import GetMessageClass
    from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
        ProtoReflectionDescriptorDatabase,
    )

    def call(channel: grpc.Channel, service: str, method: str, request: object) -> object:
        described = pool.FindServiceByName(service).FindMethodByName(method)
        answers = channel.unary_unary(
            f"/{service}/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=GetMessageClass(described.output_type).FromString,
        )
        return MessageToDict(answers(ParseDict(request, GetMessageClass(described.input_type)())))

    with grpc.insecure_channel(server) as channel:
        database = ProtoReflectionDescriptorDatabase(channel)
        pool = DescriptorPool(database)
        assert {
            *("audiosvc.v1.TranscriptionService", "audiosvc.v1.JobService"),
            *("audiosvc.v1.ModelService", "grpc.health.v1.Health"),
        } <= {*database.get_services()}
        models = call(channel, "audiosvc.v1.ModelService", "ListModels", {})
        assert models["models"][0]["modelId"]
        assert call(channel, "audiosvc.v1.JobService", "ListJobs", {"page_size": 5}) is not None
        health = call(channel, "grpc.health.v1.Health", "Check", {"service": ""})
        assert health == {"status": "SERVING"}
