"""Real speech through the command line and the package: every format, every way in, no network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import av
import jsonschema
import numpy as np
import numpy.typing as npt
import pytest

import audiosvc
from audiosvc.export.formats import FORMATS

pytestmark = pytest.mark.model

# Ends the process with 99 as soon as anything asks the network.
WITHOUT_NETWORK = """
import os, sys
def refuse(event, details):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        os.write(2, f"asked the network: {event} {details}".encode())
        os._exit(99)
sys.addaudithook(refuse)
from audiosvc.cli import main
main()
"""


@pytest.fixture(scope="module")
def dialogue(recordings: Path) -> Path:
    return recordings / "dialogue.flac"


@pytest.fixture(scope="module")
def transcript(dialogue: Path) -> audiosvc.Transcript:
    return audiosvc.transcribe(dialogue)


@pytest.fixture(scope="module")
def written(dialogue: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with every format, written by a process that may not use a network."""
    folder = tmp_path_factory.mktemp("written")
    options = [word for name in FORMATS for word in ("-f", name)]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NETWORK, "transcribe", dialogue, *options, "-o", folder],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "AUDIOSVC_THREADS": "1"},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return folder


def samples_of(path: Path) -> npt.NDArray[np.int16]:
    with av.open(str(path)) as container:
        return np.concatenate(
            [frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)]
        )


def test_every_format_is_written_and_can_be_read(
    written: Path, transcript: audiosvc.Transcript
) -> None:
    expected = {f"dialogue{one.suffix}" for one in FORMATS.values()}
    assert {path.name for path in written.iterdir()} == expected
    words = transcript.text.split()
    for name, one in FORMATS.items():
        parsed = one.parse((written / f"dialogue{one.suffix}").read_text("utf-8"))
        said = parsed.text.split()
        assert len(said) == (0 if name == "rttm" else pytest.approx(len(words), abs=3)), name


def test_the_json_follows_its_schema(written: Path, repository: Path) -> None:
    schema = json.loads((repository / "docs" / "transcript.schema.json").read_text("utf-8"))
    document = json.loads((written / "dialogue.json").read_text("utf-8"))
    jsonschema.validate(document, schema)
    assert document["version"] == audiosvc.__version__
    assert document["model"] == "whisper-base"
    for segment in document["segments"]:
        assert segment["words"]
        assert all(
            segment["start_s"] <= word["start_s"] <= word["end_s"] <= segment["end_s"]
            for word in segment["words"]
        )


def test_one_thread_in_another_process_gives_the_same(
    written: Path, transcript: audiosvc.Transcript
) -> None:
    parsed = FORMATS["json"].parse((written / "dialogue.json").read_text("utf-8"))
    assert parsed.text == transcript.text
    assert [one.speaker for one in parsed.segments] == [one.speaker for one in transcript.segments]
    for one, other in zip(parsed.turns, transcript.turns, strict=True):
        assert one.span.start_s == pytest.approx(other.span.start_s, abs=0.05)
        assert one.span.end_s == pytest.approx(other.span.end_s, abs=0.05)


def test_samples_in_memory_give_the_same(dialogue: Path, transcript: audiosvc.Transcript) -> None:
    samples = samples_of(dialogue)
    for given in (samples, (samples / 32768).astype(np.float32), np.stack([samples, samples])):
        by_array = audiosvc.transcribe(given, sample_rate_hz=16_000)
        assert by_array.text == transcript.text
        assert len(by_array.speakers) == len(transcript.speakers)
        assert by_array.duration_s == pytest.approx(transcript.duration_s)


def test_standard_input_gives_the_same(dialogue: Path, transcript: audiosvc.Transcript) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "audiosvc", "transcribe", "-", "-q", "-f", "json"],
        check=False,
        input=dialogue.read_bytes(),
        capture_output=True,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert FORMATS["json"].parse(done.stdout.decode()).text == transcript.text


def test_turns_and_speakers_agree(transcript: audiosvc.Transcript) -> None:
    labels = [speaker.label for speaker in transcript.speakers]
    assert labels == ["S1", "S2"]
    firsts_s = [speaker.first_s for speaker in transcript.speakers]
    assert firsts_s == sorted(firsts_s)
    for speaker in transcript.speakers:
        own = [turn.span for turn in transcript.turns if turn.speaker == speaker.label]
        assert speaker.first_s == own[0].start_s
        assert speaker.speech_s == pytest.approx(sum(span.duration_s for span in own), abs=0.01)


def test_the_events_come_in_order(dialogue: Path) -> None:
    events = list(audiosvc.stream(dialogue))
    assert isinstance(events[-1], audiosvc.Finished)
    assert sum(isinstance(event, audiosvc.Finished) for event in events) == 1
    stages = [event.stage for event in events if isinstance(event, audiosvc.Progress)]
    assert stages == sorted(stages, key=["listen", "transcribe"].index)
    for stage in ("listen", "transcribe"):
        done_s = [
            event.done_s
            for event in events
            if isinstance(event, audiosvc.Progress) and event.stage == stage
        ]
        assert done_s == sorted(done_s)
        assert done_s[-1] == pytest.approx(events[-1].transcript.duration_s, abs=0.1)
