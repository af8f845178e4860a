"""Every kind of bad input ends in a result that says so, or in one line and its exit code."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from audiosvc import cli, service
from audiosvc.catalog import shared
from tests.fakes import FakeDetector, FakeTranscriber, script

RATE_HZ = 16_000
OPTION, INPUT, MODEL, OUTPUT, INTERRUPTED = 2, 3, 4, 5, 130


@dataclass(frozen=True)
class Ended:
    """How a call of the command line ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> list[str]:
        return [line for line in self.err.splitlines() if line.strip()]


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Calls the command line in this process, so that the models are loaded once for all tests."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    def call(*words: str | Path) -> Ended:
        monkeypatch.setattr(sys, "argv", ["audiosvc", "transcribe", *map(str, words)])
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        assert isinstance(exit_.value.code, int)
        return Ended(exit_.value.code, captured.out, captured.err)

    return call


def refused(ended: Ended, code: int, *words: str) -> None:
    """It ended with one line that holds the words, and nothing on standard output."""
    assert (ended.code, ended.out) == (code, ""), ended
    assert len(ended.said) == 1, ended.err
    assert ended.said[0].startswith("audiosvc: ")
    for word in words:
        assert word in ended.said[0]


def result(ended: Ended) -> dict[str, Any]:
    """What ``--format json`` printed."""
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


def nothing_in(folder: Path) -> bool:
    """The folder may have been made, to see whether it can be written to."""
    return not folder.exists() or not list(folder.iterdir())


def codes(transcript: dict[str, Any]) -> set[str]:
    return {notice["code"] for notice in transcript["notices"]}


def text(transcript: dict[str, Any]) -> str:
    return " ".join(segment["text"] for segment in transcript["segments"])


def samples_of(path: Path) -> npt.NDArray[np.float32]:
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)]
    return (np.concatenate(frames) / 32768).astype(np.float32)


def write_wav(path: Path, samples: npt.NDArray[np.float32]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def write_float_wav(path: Path, samples: npt.NDArray[np.float32]) -> Path:
    data = samples.astype("<f4").tobytes()
    head = struct.pack("<IHHIIHH", 16, 3, 1, RATE_HZ, 4 * RATE_HZ, 4, 32)
    body = b"WAVEfmt " + head + b"data" + struct.pack("<I", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def write_mp3(path: Path, samples: npt.NDArray[np.float32]) -> Path:
    with av.open(str(path), "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=RATE_HZ, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate = RATE_HZ
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_silent_film(path: Path) -> Path:
    with av.open(str(path), "w", format="matroska") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for number in range(10):
            picture = np.full((64, 64, 3), 20 * number, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame.reformat(format="yuv420p")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def speech(recordings: Path) -> npt.NDArray[np.float32]:
    """3.4 s in which somebody speaks, and a little silence before it."""
    return samples_of(recordings / "late.flac")[19 * RATE_HZ :]


# Recordings that cannot be read.


def write_refused(kind: str, path: Path) -> Path:
    if kind == "a directory":
        path.mkdir()
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "of no length":
        write_wav(path, np.zeros(0, np.float32))
    elif kind == "text":
        path.write_text("This is a letter, and no recording.\n" * 40)
    elif kind == "a film without sound":
        write_silent_film(path)
    elif kind == "a cut header":
        path.write_bytes(write_wav(path, np.zeros(800, np.float32)).read_bytes()[:20])
    return path


REFUSED = [
    "missing",
    "a directory",
    "empty",
    pytest.param("of no length", marks=pytest.mark.model),  # seen only when it is read
    "text",
    "a film without sound",
    pytest.param("a cut header", marks=pytest.mark.model),
]


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_read_is_refused_in_one_line(run: Run, tmp_path: Path, kind: str) -> None:
    path = write_refused(kind, tmp_path / "talk.wav")
    out = tmp_path / "out"
    refused(run(path, "-o", out), INPUT, "talk.wav")
    assert nothing_in(out)


@pytest.mark.parametrize("name", ["a\nb.wav", "a\x1b[2Jb.wav", "a\udcffb.wav"])
def test_a_name_that_cannot_be_printed_as_it_is(run: Run, tmp_path: Path, name: str) -> None:
    ended = run(tmp_path / name)
    refused(ended, INPUT, "b.wav")
    assert "\x1b" not in ended.err


@pytest.mark.parametrize("data", [b"", b"This is a letter.\n"])
def test_standard_input_that_is_no_recording(
    run: Run, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    with io.TextIOWrapper(io.BytesIO(data)) as file:
        monkeypatch.setattr(sys, "stdin", file)
        refused(run("-"), INPUT)


# Recordings in which nobody is heard, or hardly.


@pytest.mark.model
@pytest.mark.parametrize("name", ["silence", "noise", "music"])
def test_what_holds_no_speech_has_no_text_and_says_so(
    run: Run, recordings: Path, name: str
) -> None:
    ended = run(recordings / f"{name}.flac", "-f", "json")
    found = result(ended)
    assert found["segments"] == []
    assert found["speakers"] == []
    assert found["language"] is None
    assert found["coverage"]["missed"] == []
    assert "no_speech" in codes(found)
    assert "No speech was detected" in ended.err


@pytest.mark.model
def test_a_tenth_of_a_second_is_accounted_for(run: Run, recordings: Path) -> None:
    found = result(run(recordings / "short.wav", "-f", "json"))
    assert found["duration_s"] == pytest.approx(0.1)
    assert len(text(found).split()) <= 1
    if not found["segments"]:
        assert codes(found) & {"no_speech", "text_left_out"} or found["coverage"]["missed"]


@pytest.mark.model
def test_a_single_sample(run: Run, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "click.wav", np.ones(1, np.float32))
    found = result(run(path, "-f", "json"))
    assert found["segments"] == []
    assert "no_speech" in codes(found)


# Damaged recordings of speech.


@pytest.mark.model
def test_a_truncated_mp3_gives_what_there_is_and_says_so(
    run: Run, tmp_path: Path, recordings: Path
) -> None:
    whole = samples_of(recordings / "dialogue.flac")
    path = write_mp3(tmp_path / "talk.mp3", whole)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    ended = run(path, "-f", "json")
    found = result(ended)
    assert found["duration_s"] == pytest.approx(len(whole) / RATE_HZ / 3, abs=1.0)
    assert len(text(found).split()) >= 8
    assert "audio_truncated" in codes(found)
    assert "talk.mp3" in ended.err


@pytest.mark.model
def test_a_wrong_extension_does_not_matter(
    run: Run, tmp_path: Path, speech: npt.NDArray[np.float32]
) -> None:
    path = write_mp3(tmp_path / "talk.txt", speech)
    assert len(text(result(run(path, "-f", "json"))).split()) >= 3


@pytest.mark.model
def test_samples_that_are_not_numbers_are_silenced_and_counted(
    run: Run, tmp_path: Path, speech: npt.NDArray[np.float32]
) -> None:
    speech[:100] = np.nan
    speech[200] = np.inf
    found = result(run(write_float_wav(tmp_path / "nan.wav", speech), "-f", "json"))
    assert "audio_not_finite" in codes(found)
    assert len(text(found).split()) >= 3


@pytest.mark.model
def test_nothing_but_samples_that_are_not_numbers(run: Run, tmp_path: Path) -> None:
    samples = np.full(RATE_HZ, np.nan, np.float32)
    found = result(run(write_float_wav(tmp_path / "nan.wav", samples), "-f", "json"))
    assert codes(found) >= {"audio_not_finite", "no_speech"}


@pytest.mark.model
def test_clipped_speech_is_still_speech(
    run: Run, tmp_path: Path, speech: npt.NDArray[np.float32]
) -> None:
    loud = np.clip(20 * speech, -1.0, 1.0)
    assert np.mean(np.abs(loud) == 1.0) > 0.05
    found = result(run(write_wav(tmp_path / "loud.wav", loud), "-f", "json"))
    assert len(text(found).split()) >= 3


def test_four_hours_are_read_whole(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A real file on a sparse disk; what is said in it comes from a script."""
    whole_s = 4 * 3600
    size = 2 * whole_s * RATE_HZ
    path = write_wav(tmp_path / "long.wav", np.zeros(0, np.float32))
    head = bytearray(path.read_bytes())
    head[4:8], head[40:44] = struct.pack("<I", 36 + size), struct.pack("<I", size)
    path.write_bytes(head)
    os.truncate(path, len(head) + size)
    lines = script(
        ("ann", 600.0, 603.0, "Good morning to everybody."),
        ("ben", 7200.0, 7203.0, "Are you still there?"),
        ("ann", 14_395.0, 14_398.0, "Until tomorrow."),
    )
    writer = FakeTranscriber(lines, reads_silence=True)
    models = service.Models("script", lambda: writer, FakeDetector(lines))
    monkeypatch.setattr(service, "load_models", lambda settings: models)
    ended = run(path, "-f", "json", "--language", "en")
    found = result(ended)
    assert found["duration_s"] == pytest.approx(whole_s)
    assert [segment["text"] for segment in found["segments"]] == [
        "Good morning to everybody.",
        "Are you still there?",
        "Until tomorrow.",
    ]
    assert [segment["speaker"] for segment in found["segments"]] == ["S1", "S2", "S1"]
    assert "4:00:00" in ended.err


# Options.


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--language", "not a language"], "--language"),
        (["--language", ""], "--language"),
        (["--speakers", "2", "--max-speakers", "3"], "max_speakers"),
        (["--speakers", "2", "--min-speakers", "1"], "min_speakers"),
        (["--min-speakers", "4", "--max-speakers", "3"], "min_speakers"),
        (["--speakers", "0"], "--speakers"),
        (["--threads", "-1"], "--threads"),
        (["-f", "docx"], "docx"),
        (["-f", "txt", "-f", "json"], "-o"),
        (["--follow", "-f", "json"], "--follow"),
        (["--start", "soon"], "--start"),
        (["--start", "3", "--end", "2"], "end"),
        (["--start", "nan"], "--start"),
        (["--speaker-names", "S1"], "S1"),
        (["--config", "missing.toml"], "missing.toml"),
    ],
)
def test_a_wrong_option_is_refused_in_one_line(
    run: Run, recordings: Path, options: list[str], word: str
) -> None:
    refused(run(recordings / "late.flac", *options), OPTION, word)


@pytest.mark.model
def test_an_unknown_language(run: Run, recordings: Path) -> None:
    refused(run(recordings / "late.flac", "--language", "xx"), OPTION, "'xx'")


@pytest.mark.parametrize("words", [["--no-such-option", "a.wav"], ["--speakers", "two", "a.wav"]])
def test_what_the_parser_refuses_ends_with_2(run: Run, words: list[str]) -> None:
    ended = run(*words)
    assert (ended.code, ended.out) == (OPTION, "")
    assert words[0] in ended.err


@pytest.mark.model
def test_a_beginning_behind_the_end_of_the_recording(run: Run, recordings: Path) -> None:
    refused(run(recordings / "late.flac", "--start", "1:00:00"), INPUT, "late.flac")


# Results that cannot be written.


def test_a_file_where_the_folder_should_be(run: Run, tmp_path: Path, recordings: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("mine")
    ended = run(recordings / "silence.flac", "-q", "-o", blocked)
    refused(ended, OUTPUT, str(blocked))
    assert blocked.read_text() == "mine"


@pytest.mark.model
def test_a_folder_where_the_file_should_be(run: Run, tmp_path: Path, recordings: Path) -> None:
    (tmp_path / "silence.txt").mkdir()
    ended = run(recordings / "silence.flac", "-q", "-o", tmp_path)
    refused(ended, OUTPUT, "silence.txt")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["silence.txt", "work"]


@pytest.mark.skipif(sys.platform == "win32", reason="folders there have no such mode")
def test_a_folder_that_may_not_be_written(run: Run, tmp_path: Path, recordings: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    refused(run(recordings / "silence.flac", "-q", "-o", locked), OUTPUT, "permission")


@pytest.mark.model
def test_a_full_disk_leaves_the_old_result_and_nothing_else(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, recordings: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "silence.txt").write_text("the old result")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    shared(None).load("silero-v6")
    monkeypatch.setattr(os, "fsync", full)
    ended = run(recordings / "silence.flac", "-q", "-o", out, "-f", "txt", "-f", "json")
    refused(ended, OUTPUT, "disk is full")
    assert [path.name for path in out.iterdir()] == ["silence.txt"]
    assert (out / "silence.txt").read_text() == "the old result"


# Weights.


def whisper_folder() -> Path:
    return shared(None).path("whisper-base")


def copy_whisper(folder: Path) -> Path:
    """With links to the files, each of which a test may replace."""
    folder.mkdir(parents=True)
    for file in whisper_folder().iterdir():
        (folder / file.name).symlink_to(file.resolve())
    return folder


@pytest.mark.model
@pytest.mark.parametrize("kept_bytes", [0, 100, 1_000_000])
def test_truncated_weights_in_a_folder(
    run: Run, tmp_path: Path, recordings: Path, kept_bytes: int
) -> None:
    folder = copy_whisper(tmp_path / "model")
    with (folder / "model.bin").open("rb") as file:
        kept = file.read(kept_bytes)
    (folder / "model.bin").unlink()
    (folder / "model.bin").write_bytes(kept)
    out = tmp_path / "out"
    ended = run(recordings / "late.flac", "--model", folder, "-o", out)
    refused(ended, MODEL, str(folder))
    assert nothing_in(out)


@pytest.mark.model
@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
def test_a_damaged_companion_of_the_weights(
    run: Run, tmp_path: Path, recordings: Path, name: str
) -> None:
    folder = copy_whisper(tmp_path / "model")
    (folder / name).unlink()
    (folder / name).write_text('{"half')
    refused(run(recordings / "late.flac", "--model", folder), MODEL, str(folder))


def test_a_folder_without_a_model(run: Run, tmp_path: Path, recordings: Path) -> None:
    refused(run(recordings / "late.flac", "--model", tmp_path), MODEL, "model.bin")


@pytest.mark.parametrize("name", ["small", "nobody/whisper-nothing"])
def test_weights_that_are_not_on_this_machine(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, recordings: Path, name: str
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    refused(run(recordings / "late.flac", "--model", name), MODEL, "audiosvc models pull")


def test_an_unknown_model(run: Run, recordings: Path) -> None:
    refused(run(recordings / "late.flac", "--model", "smal"), MODEL, "'small'")


@pytest.mark.model
def test_damaged_weights_in_the_cache_are_made_again_and_that_is_said(
    tmp_path: Path, recordings: Path
) -> None:
    whisper = whisper_folder()
    cached = tmp_path / "models" / whisper.name
    shutil.copytree(whisper, cached)
    with (cached / "model.bin").open("r+b") as file:
        file.seek(50_000_000)
        file.write(b"\xff" * 64)
    ended = spawn([recordings / "late.flac"], AUDIOSVC_CACHE_DIR=str(tmp_path))
    out, err = ended.communicate(timeout=120)
    assert ended.returncode == 0, err
    assert len(out.split()) >= 5
    said = [line for line in err.splitlines() if "damaged" in line]
    assert len(said) == 1
    assert "made again" in said[0]
    assert said[0].startswith("audiosvc: ")
    assert (cached / "model.bin").stat().st_size == (whisper / "model.bin").stat().st_size
    assert not list(cached.glob(".*"))


# Several recordings.


@pytest.mark.model
def test_one_bad_file_does_not_stop_the_others(run: Run, tmp_path: Path, recordings: Path) -> None:
    letter = write_refused("text", tmp_path / "letter.wav")
    out = tmp_path / "out"
    ended = run(
        *(recordings / "silence.flac", letter, recordings / "late.flac", tmp_path / "gone.wav"),
        *("-o", out, "-q"),
    )
    assert ended.code == INPUT
    assert sorted(path.name for path in out.iterdir()) == ["late.txt", "silence.txt"]
    assert len((out / "late.txt").read_text().split()) >= 5
    assert [word for word in ("letter.wav", "gone.wav") if word in ended.err] == [
        "letter.wav",
        "gone.wav",
    ]
    assert len(ended.said) == 2
    assert all(line.startswith("audiosvc: ") for line in ended.said)


@pytest.mark.model
def test_the_first_failure_decides_the_exit_code(
    run: Run, tmp_path: Path, recordings: Path
) -> None:
    (tmp_path / "silence.txt").mkdir()
    ended = run(recordings / "silence.flac", tmp_path / "gone.wav", "-o", tmp_path, "-q")
    assert ended.code == OUTPUT
    assert len(ended.said) == 2


# As a process of its own.


def spawn(
    words: Sequence[str | Path], stdout: IO[str] | int = subprocess.PIPE, **environment: str
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "audiosvc", "transcribe", *map(str, words)],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
        # A test run in the background ignores Ctrl-C, and so would what it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )


@pytest.mark.model
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way there")
@pytest.mark.parametrize("moment", ["at once", "at work"])
def test_ctrl_c_ends_in_seconds_and_leaves_nothing_half_written(
    tmp_path: Path, sample_meeting: Path, moment: str
) -> None:
    out = tmp_path / "out"
    process = spawn([sample_meeting, "--follow", "-o", out])
    if moment == "at once":
        time.sleep(1.0)
    else:
        assert process.stdout is not None
        watch = threading.Timer(120.0, process.kill)
        watch.start()
        assert process.stdout.readline().startswith("[")
        watch.cancel()
    began_s = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert time.monotonic() - began_s < 5.0
    assert process.returncode == INTERRUPTED, err
    assert "Traceback" not in err
    assert all(line.startswith("audiosvc: ") for line in err.splitlines())
    assert nothing_in(out)


@pytest.mark.model
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_standard_output_on_a_full_disk(recordings: Path) -> None:
    with Path("/dev/full").open("w") as full:
        process = spawn([recordings / "silence.flac", "-q"], stdout=full)
    _, err = process.communicate(timeout=120)
    refused(Ended(process.returncode, "", err), OUTPUT, "No space left")


@pytest.mark.model
@pytest.mark.skipif(sys.platform == "win32", reason="pipes break in another way there")
def test_a_reader_who_goes_early_is_no_error(recordings: Path) -> None:
    process = spawn([recordings / "late.flac", recordings / "silence.flac", "-q"])
    assert process.stdout is not None
    assert process.stdout.readline().startswith("== ")
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=120) in {0, 128 + 13}
    assert err == ""
