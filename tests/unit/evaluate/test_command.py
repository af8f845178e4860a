"""The command, on transcripts in a folder and with a stand-in for the transcriber."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audiosvc.cli import evaluate
from audiosvc.errors import OptionError, OutputError
from audiosvc.evaluate.manifest import load_manifest

STM = "a 1 A 0.0 2.0 good morning\na 1 B 2.0 4.0 hello there friend\n"
RTTM = "SPEAKER a 1 0.0 2.0 <NA> <NA> A <NA> <NA>\nSPEAKER a 1 2.0 2.0 <NA> <NA> B <NA> <NA>\n"
SEGLST = [
    {"session_id": "a", "speaker": "S1", "start_time": 0, "end_time": 2, "words": "Good morning."},
    {"session_id": "a", "speaker": "S2", "start_time": 2, "end_time": 4, "words": "Hello friend."},
]
TRANSCRIPT = {
    "segments": [
        {"id": 0, "start_s": 0.0, "end_s": 2.0, "speaker": "S1", "text": "Good morning.",
         "words": [], "language": "en", "confidence": None, "overlapped": False},
    ],
    "speakers": [{"label": "S1", "speech_s": 2.0, "first_s": 0.0}],
    "language": "en", "duration_s": 4.0, "turns": [], "notices": [],
    "coverage": {"speech_s": 4.0, "covered_s": 2.0, "missed": [], "stopped_early": []},
    "model": "m", "version": "0",
}  # fmt: skip

# Writes what it is told to the folder it is told, as `audiosvc transcribe` does.
STAND_IN = """
import sys
from pathlib import Path
audio = Path(sys.argv[-1])
if not audio.is_file():
    sys.exit(f"There is no file {audio}.")
folder = sys.argv[sys.argv.index("-o") + 1]
Path(folder, audio.stem + ".json").write_text(audio.read_text())
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    (tmp_path / "a.stm").write_text(STM)
    (tmp_path / "a.rttm").write_text(RTTM)
    (tmp_path / "a.wav").write_text(json.dumps(TRANSCRIPT))
    meeting = {"kind": "meeting", "duration_s": 4, "reference": {"stm": "a.stm", "rttm": "a.rttm"}}
    entries = [
        {"id": "a", "audio": "a.wav"} | meeting,
        {"id": "gone", "audio": "gone.wav"} | meeting,
        {"id": "noise", "audio": "noise.wav", "kind": "edge", "duration_s": 1},
    ]
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(entries))
    return path


def test_transcripts_in_a_folder_are_scored(manifest: Path) -> None:
    folder = manifest.parent / "found"
    folder.mkdir()
    (folder / "a.seglst.json").write_text(json.dumps(SEGLST))
    (folder / "a.rttm").write_text(RTTM.replace(" A ", " S1 ").replace(" B ", " S2 "))
    out, table = manifest.parent / "out.json", manifest.parent / "out.md"
    arguments = ["transcribe", str(manifest), "--hypotheses", str(folder), "--pool", "only=a"]
    result = CliRunner().invoke(
        evaluate.app, [*arguments, "--json", str(out), "--markdown", str(table)]
    )
    assert result.exit_code == 0, result.output
    document = json.loads(out.read_text())
    found, gone = document["files"]
    assert (found["cpwer"]["errors"], found["cpwer"]["total"]) == (1, 5)
    assert (found["der_0"]["errors"], found["der_0"]["total"]) == (0, 4.0)
    assert gone["failure"].endswith("has no transcript of it")
    assert gone["cpwer"]["rate"] == 1.0
    assert {pool["name"]: pool["cpwer"]["errors"] for pool in document["pooled"]} == {
        "all meeting": 6,
        "only": 1,
    }
    assert document["left_out"] == {"edge": 1}
    assert "| gone (failed) |" in table.read_text()
    assert sorted(path.name for path in manifest.parent.glob("out*")) == ["out.json", "out.md"]


def test_a_whole_transcript_is_preferred_to_its_parts(manifest: Path) -> None:
    (manifest.parent / "a.json").write_text(json.dumps(TRANSCRIPT))
    (manifest.parent / "a.rttm").write_text(RTTM)
    transcript, failure, _ = evaluate._read(manifest.parent, "a")
    assert failure is None
    assert transcript is not None
    assert (transcript.model, len(transcript.segments)) == ("m", 1)


def test_a_transcript_that_does_not_parse_fails_alone(manifest: Path) -> None:
    (manifest.parent / "a.json").write_text("{")
    transcript, failure, _ = evaluate._read(manifest.parent, "a")
    assert transcript is None
    assert failure is not None
    assert "JSON" in failure


def test_each_file_is_transcribed_in_a_process_of_its_own(manifest: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", STAND_IN]
    good, gone, _ = load_manifest(manifest)
    transcript, failure, cost = evaluate._transcribe(good, command, tmp_path / "kept")
    assert (failure, transcript and transcript.text) == (None, "Good morning.")
    assert cost.wall_s is not None
    assert json.loads((tmp_path / "kept" / "a.json").read_text()) == TRANSCRIPT
    transcript, failure, _ = evaluate._transcribe(gone, command, None)
    assert transcript is None
    assert failure is not None
    assert failure.startswith("There is no file")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--pool", "english"], "NAME=PATTERN, not 'english'"),
        (["--kind", "edge"], "anything that a transcript can be held to"),
        (["--hypotheses", ".", "--model", "small"], "--hypotheses scores what is there"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    manifest: Path, options: list[str], said: str
) -> None:
    result = CliRunner().invoke(evaluate.app, ["transcribe", str(manifest), *options])
    assert isinstance(result.exception, OptionError)
    assert said in str(result.exception)


def test_a_report_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"Cannot write .*no/out.json"):
        evaluate._write(tmp_path / "no" / "out.json", "x")
    assert list(tmp_path.iterdir()) == []
