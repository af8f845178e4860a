"""``audiosvc transcribe --server`` looks like local work."""

from __future__ import annotations

import io
import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from audiosvc.errors import AudioUnreadable, KeyRefused, OptionError, TooBusy
from tests.fakes.grpc_server import FakeServer
from tests.unit.cli.conftest import Run

TEXT = """\
[00:00:00.0] S1: Sentence 0.

[00:00:01.0] S2: Sentence 1.

[00:00:02.0] S1: Sentence 2.
"""


@pytest.fixture
def server() -> Iterator[FakeServer]:
    server = FakeServer().start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AUDIOSVC_KEY", "AUDIOSVC_SERVER"):
        monkeypatch.delenv(name, raising=False)


def test_the_transcript_comes_from_there(audiosvc: Run, server: FakeServer, talk: Path) -> None:
    ended = audiosvc("transcribe", talk, "--server", server.address)
    assert (ended.code, ended.out, ended.loads) == (0, TEXT, 0)
    assert ended.said[0].startswith("talk.wav: 0:03 in ")
    assert ended.said[0].endswith("2 speakers, language en")
    assert ended.said[1:] == [
        "This was played.",
        "0.2 s of detected speech have no text: 0:01-0:01",
    ]
    assert bytes(server.audio) == talk.read_bytes()


def test_it_can_be_followed(audiosvc: Run, server: FakeServer, talk: Path) -> None:
    ended = audiosvc("transcribe", talk, "--server", server.address, "--follow", "-q")
    assert ended.out.splitlines() == [f"[0:0{i}] S{i % 2 + 1}: Sentence {i}." for i in range(3)]


def test_files_names_and_formats(
    audiosvc: Run, server: FakeServer, talk: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    options = ("-f", "json", "-f", "rttm", "-o", out, "--speaker-names", "S1=Ann")
    ended = audiosvc("transcribe", talk, "--server", server.address, *options)
    assert ended.code == 0
    document = json.loads((out / "talk.json").read_text("utf-8"))
    assert [segment["speaker"] for segment in document["segments"]] == ["Ann", "S2", "Ann"]
    assert (out / "talk.rttm").is_file()


def test_only_what_was_said_is_asked_for(audiosvc: Run, server: FakeServer, talk: Path) -> None:
    audiosvc("transcribe", talk, "--server", server.address)
    options = ("--model", "play", "--language", "de", "--speakers", 2, "--hotwords", "Ann,Ben")
    part = ("--start", "1:00", "--end", "90", "--raw", "8000,2,mulaw")
    audiosvc("transcribe", talk, "--server", server.address, *options, *part)
    told = ("--prompt", "A board meeting.", "--events", "--model", "auto")
    audiosvc("transcribe", talk, "--server", server.address, *told)
    plain, said, also = server.configs
    assert plain.transcription.model == plain.transcription.language_code == ""
    assert plain.audio_format.WhichOneof("format") == "container"
    assert said.transcription.model == "play"
    assert said.transcription.language_code == "de"
    assert said.transcription.speaker_count.exactly == 2
    assert [*said.transcription.hotwords] == ["Ann", "Ben"]
    assert said.transcription.start_offset.seconds == 60
    assert said.transcription.end_offset.seconds == 90
    assert said.audio_format.pcm.channels == 2
    assert (plain.transcription.prompt, plain.transcription.acoustic_events) == ("", False)
    assert also.transcription.prompt == "A board meeting."
    assert also.transcription.acoustic_events
    assert also.transcription.model == ""  # the server's own choice


def test_standard_input(
    audiosvc: Run, server: FakeServer, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(talk.read_bytes())))
    ended = audiosvc("transcribe", "-", "--server", server.address)
    assert (ended.code, ended.out) == (0, TEXT)
    assert bytes(server.audio) == talk.read_bytes()


def test_a_server_that_is_not_there(audiosvc: Run, talk: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{held.getsockname()[1]}"
        ended = audiosvc("transcribe", talk, talk.parent, "--server", address, "-o", "out")
    assert (ended.code, ended.out) == (6, "")
    assert ended.said == [
        f"The server at {address} cannot be reached: connection refused. Check the address, and "
        "that audiosvc serve runs there."
    ]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyRefused("This key is not known."), 6),
        (TooBusy("Full.", retry_after_s=3600.0), 6),
        (AudioUnreadable("talk.wav is not audio."), 3),
        (OptionError("There is no such language."), 2),
    ],
)
def test_errors_of_the_server_are_told_as_our_own(
    audiosvc: Run, server: FakeServer, talk: Path, error: Exception, code: int
) -> None:
    server.refusals["Transcribe"].append(error)
    ended = audiosvc("transcribe", talk, "--server", server.address)
    assert (ended.code, ended.out, ended.said) == (code, "", [str(error)])


def test_one_bad_file_does_not_stop_the_others(
    audiosvc: Run, server: FakeServer, talk: Path, tmp_path: Path
) -> None:
    ended = audiosvc("transcribe", tmp_path / "none.wav", talk, "--server", server.address)
    assert ended.code == 3
    assert "none.wav is not there" in ended.said[0]
    assert "Sentence 2." in ended.out


def test_the_key_comes_from_a_file_or_the_environment(
    audiosvc: Run,
    server: FakeServer,
    talk: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AUDIOSVC_KEY", "from-environment")
    audiosvc("transcribe", talk, "--server", server.address)
    key = tmp_path / "key"
    key.write_text("from-file\n")
    audiosvc("transcribe", talk, "--server", server.address, "--key-file", key)
    found = [said["authorization"] for said in server.metadata]
    assert found == ["Bearer from-environment", "Bearer from-file"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--server", "nowhere"), "host:port"),
        *(
            (("--server", "127.0.0.1:1", *option), f"{option[0]} is about this machine")
            for option in (
                ("--threads", 2),
                ("--device", "cpu"),
                ("--dtype", "auto"),
                ("--window", "5m"),
                ("--align", "off"),
                ("--diarization", "org/name"),
                ("--model-server", "http://here:8000/v1#m"),
            )
        ),
        (("--server", "127.0.0.1:1", "--key-file", "none"), "--key-file: none cannot be read"),
        (("--server", "127.0.0.1:1", "--tls-root", "none"), "--tls-root: none cannot be read"),
        (("--tls",), "name one with --server"),
    ],
)
def test_wrong_options(audiosvc: Run, talk: Path, options: tuple[object, ...], words: str) -> None:
    ended = audiosvc("transcribe", talk, *options)
    assert (ended.code, ended.out) == (2, "")
    assert len(ended.said) == 1
    assert words in ended.said[0]


def test_a_key_does_not_travel_in_the_clear(
    audiosvc: Run, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDIOSVC_KEY", "secret-1")
    ended = audiosvc("transcribe", talk, "--server", "example.org:50051")
    assert ended.code == 2
    assert "others can read" in ended.err
    assert "secret-1" not in ended.err


def test_the_environment_alone_sends_nothing_away(
    audiosvc: Run, server: FakeServer, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDIOSVC_SERVER", server.address)
    ended = audiosvc("transcribe", talk)
    assert (ended.code, ended.loads, server.calls) == (0, 1, [])
