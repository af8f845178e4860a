"""Which model does the work, and what is said when the one that was asked for cannot."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import ctranslate2
import pytest

from audiosvc import cli
from tests.fakes.transcription_endpoint import Clip, TranscriptionEndpoint

OPTION, MODEL = 2, 4
HAS_GPU = ctranslate2.get_cuda_device_count() > 0

# Who speaks in dialogue.flac, as a unified model writes it.
DIALOGUE = (
    (0.95, 3.96, "S01", "Hi Ben. Did the parts for the bridge arrive this morning?"),
    (4.41, 9.86, "S02", "Most of them did. The long bolts are still missing."),
    (10.16, 14.10, "S01", "Then call the supplier before lunch, please."),
    (14.35, 17.28, "S02", "I will. Who looks after the crane, you or Maria?"),
)

Run = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """``audiosvc transcribe`` in this process: exit code, output, lines on standard error."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    for name in ("AUDIOSVC_MODEL", "AUDIOSVC_MODEL_SERVER", "AUDIOSVC_DEVICE"):
        monkeypatch.delenv(name, raising=False)

    def call(*words: str | Path) -> tuple[int, str, list[str]]:
        monkeypatch.setattr(sys, "argv", ["audiosvc", "transcribe", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, captured.out, captured.err.splitlines()

    return call


def said_in(clip: Clip) -> str:
    """As much of the dialogue as a clip has room for."""
    return "".join(
        f"[{start_s:.2f}][{speaker}]{text}[{end_s:.2f}]"
        for start_s, end_s, speaker, text in DIALOGUE
        if end_s <= clip.duration_s
    )


def refused(ended: tuple[int, str, list[str]], code: int, *words: str) -> None:
    """It ended with one line that holds the words, and no transcript."""
    assert ended[:2] == (code, "")
    (line,) = ended[2]
    for word in words:
        assert word in line


@pytest.fixture
def talk(recordings: Path) -> Path:
    return recordings / "late.flac"


@pytest.mark.skipif(HAS_GPU, reason="there is a GPU")
@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_a_gpu_that_is_not_here_is_no_run_on_the_cpu(run: Run, talk: Path, device: str) -> None:
    for model in ("auto", "base"):
        options = ("--model", model, "--device", device)
        refused(run(talk, *options), MODEL, repr(device), "no CUDA GPU", "--device cpu")


def test_the_unified_model_that_was_never_fetched(run: Run, talk: Path) -> None:
    (line,) = run(talk, "--model", "moss")[2]
    assert "audiosvc models pull moss" in line or 'pip install "audiosvc[unified]"' in line


@pytest.mark.skipif(find_spec("torch") is not None, reason="the extra is installed")
def test_the_unified_model_without_its_packages(run: Run, talk: Path) -> None:
    folder = Path("moss")
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "moss_transcribe_diarize"}')
    (folder / "model.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")
    for name in ("processor_config.json", "tokenizer.json"):
        (folder / name).write_text("{}")
    refused(run(talk, "--model", "./moss"), MODEL, 'pip install "audiosvc[unified]"')


def test_a_folder_that_holds_no_model(run: Run, talk: Path) -> None:
    folder = Path("folder")
    folder.mkdir()
    (folder / "notes.txt").write_text("nothing to load")
    refused(run(talk, "--model", "./folder"), MODEL, str(folder.resolve()))


def test_a_folder_that_is_not_there(run: Run, talk: Path) -> None:
    refused(run(talk, "--model", "./nowhere"), MODEL, "'./nowhere'")


@pytest.fixture
def nobody() -> str:
    """An address at which nothing answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{held.getsockname()[1]}/v1"


def test_a_model_server_that_is_down(run: Run, talk: Path, nobody: str) -> None:
    ended = run(talk, "--model", f"openai:{nobody}#some/model")
    refused(ended, MODEL, nobody.removesuffix("/v1"))
    refused(run(talk, "--model-server", f"{nobody}#some/model"), MODEL, nobody.removesuffix("/v1"))


@pytest.mark.model
def test_a_model_server_does_the_work_when_auto_may_choose_it(run: Run, recordings: Path) -> None:
    dialogue = recordings / "dialogue.flac"
    with TranscriptionEndpoint(said_in) as server:
        options = ("--model-server", server.address, "--language", "en", "--align", "off")
        asked = ("--prompt", "About a bridge.", "--window", "20", "-f", "json")
        code, out, said = run(dialogue, *options, *asked)
        assert len(server.clips) >= 2
        assert all(clip.duration_s <= 20.0 + 2 * 2.0 for clip in server.clips)
        assert all("About a bridge." in clip.fields["prompt"] for clip in server.clips)
    assert code == 0, said
    place = urlsplit(server.base).netloc
    assert said[0] == f"audiosvc: Model: openai:{server.address} (the model server at {place})"
    found = json.loads(out)
    assert found["model"] == f"openai:{server.address}"
    assert "Did the parts for the bridge arrive" in found["segments"][0]["text"]
    assert found["segments"][0]["speaker"] == "S1"


@pytest.mark.model
def test_events_come_from_a_model_server_on_request(run: Run, talk: Path) -> None:
    with TranscriptionEndpoint(said_in) as server:
        model = ("--model", f"openai:{server.address}", "--align", "off", "-q")
        assert run(talk, *model, "--events")[0] == 0
        assert run(talk, *model)[0] == 0
        asked, plain = (clip.fields.get("prompt", "") for clip in server.clips[:2])
    assert asked != plain


def test_an_address_that_is_none(run: Run, talk: Path) -> None:
    for address in ("openai:ftp://here/v1", "openai:http://"):
        refused(run(talk, "--model", address), OPTION, "http://host:8000/v1#")
    ended = run(talk, "--model", "openai:http://me:secret@here/v1")
    refused(ended, OPTION, "AUDIOSVC_MODEL_SERVER_KEY")
    assert "secret" not in ended[2][0]


@pytest.mark.model
@pytest.mark.skipif(HAS_GPU, reason="there is a GPU, for which another may be chosen")
def test_what_is_chosen_is_said_with_its_reason(run: Run, talk: Path) -> None:
    code, out, said = run(talk, "-f", "json")
    assert code == 0
    assert re.fullmatch(r"audiosvc: Model: whisper-base \(.+\)", said[0])
    assert json.loads(out)["model"] == "whisper-base"
    assert run(talk, "-q")[2] == []
    assert not any("Model" in line for line in run(talk, "--model", "base")[2])


@pytest.mark.model
@pytest.mark.skipif(HAS_GPU, reason="there is a GPU, for which another may be chosen")
def test_the_doctor_says_what_is_chosen() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "audiosvc", "doctor"],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.split()[:2] == ["ok", "auto"]]
    assert re.search(r"base \(.+\)$", line)
