"""Several recordings, raw ones, and files beside what is followed."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from audiosvc.audio.sources import FileSource
from tests.fakes import script
from tests.unit.cli.conftest import TALK, Run, Stage, write_sound


def test_a_model_that_stops_does_not_stop_the_other_recordings(
    audiosvc: Run, stage: Stage, talk: Path, tmp_path: Path
) -> None:
    long = script(*(("ann", start_s, start_s + 1.0, "Again.") for start_s in (1.0, 70.0)))
    stage.play(long, raises=(70.5, RuntimeError("out of luck")))
    longer = write_sound(tmp_path / "longer.wav", 90.0)
    ended = audiosvc("transcribe", longer, talk, "-o", tmp_path / "out")
    assert ended.code == 4
    assert "out of luck" in ended.said[0]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["talk.txt"]
    assert ended.loads == 1


def test_nor_does_a_fault_of_our_own(
    audiosvc: Run, talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def length_s(source: FileSource) -> float:
        if "odd" in source.name:
            raise KeyError("nobody thought of this")
        return 5.0

    monkeypatch.setattr(FileSource, "duration_s", property(length_s))
    ended = audiosvc("transcribe", write_sound(tmp_path / "odd.wav"), talk, "-q")
    assert ended.code == 1
    assert ended.said == [
        "unexpected error, a fault of audiosvc: KeyError: 'nobody thought of this' "
        "(AUDIOSVC_DEBUG=1 shows where)"
    ]
    assert "Good morning, Ann." in ended.out


def test_a_fault_can_be_traced(audiosvc: Run, talk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIOSVC_DEBUG", "1")
    monkeypatch.setattr(FileSource, "blocks", lambda source: 1 / 0)
    ended = audiosvc("transcribe", talk)
    assert ended.code != 0
    assert "ZeroDivisionError" in ended.err
    assert f'File "{__file__}"' in ended.err


def test_what_fails_with_every_recording_is_told_once(
    audiosvc: Run, talk: Path, tmp_path: Path
) -> None:
    other = write_sound(tmp_path / "other.wav")
    ended = audiosvc("transcribe", talk, other, "--language", "xx")
    assert (ended.code, ended.out, len(ended.said)) == (2, "", 1)
    assert "'xx'" in ended.said[0]


def test_models_are_not_loaded_for_what_cannot_be_read(audiosvc: Run, tmp_path: Path) -> None:
    ended = audiosvc("transcribe", tmp_path / "gone.wav", tmp_path / "lost.wav")
    assert (ended.code, ended.loads, len(ended.said)) == (3, 0, 2)


def test_one_recording_twice_can_be_read(audiosvc: Run, talk: Path) -> None:
    ended = audiosvc("transcribe", talk, talk, "-q")
    assert (ended.code, ended.out.count(f"== {talk}\n")) == (0, 2)


def test_files_beside_what_is_followed(audiosvc: Run, talk: Path, tmp_path: Path) -> None:
    ended = audiosvc("transcribe", talk, "--follow", "-q", "-f", "srt", "-o", tmp_path / "out")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "[0:00] S1: Good morning to everybody.",
        "[0:02] S2: Good morning, Ann.",
    ]
    assert "S2: Good morning, Ann." in (tmp_path / "out" / "talk.srt").read_text("utf-8")


def test_followed_recordings_have_headings(audiosvc: Run, talk: Path) -> None:
    ended = audiosvc("transcribe", talk, talk, "--follow", "-q")
    assert [line for line in ended.out.splitlines() if line.startswith("==")] == [f"== {talk}"] * 2


@pytest.mark.parametrize(
    "options",
    [
        ["--follow", "-f", "json"],
        ["--language", "en", "--language-per-window"],
        ["--raw", "loud"],
    ],
)
def test_contradictions_are_refused(audiosvc: Run, talk: Path, options: list[str]) -> None:
    ended = audiosvc("transcribe", talk, *options)
    assert (ended.code, ended.out, len(ended.said), ended.loads) == (2, "", 1, 0)
    assert options[0] in ended.said[0]


def test_raw_pcm(audiosvc: Run, talk: Path, tmp_path: Path) -> None:
    bare = tmp_path / "talk.pcm"
    bare.write_bytes(talk.read_bytes()[44:])
    assert audiosvc("transcribe", bare).code == 3
    ended = audiosvc("transcribe", bare, "--raw", "16000,1,s16le")
    assert ended.code == 0
    assert "Good morning, Ann." in ended.out
    assert ended.said[0].startswith("talk.pcm: 0:05 in ")
    assert audiosvc("transcribe", bare, "--raw", "32000,2").said[0].startswith("talk.pcm: 0:01 in ")


def test_raw_pcm_from_standard_input(
    audiosvc: Run, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with io.TextIOWrapper(io.BytesIO(talk.read_bytes()[44:])) as file:
        monkeypatch.setattr(sys, "stdin", file)
        ended = audiosvc("transcribe", "-", "--raw", "16000", "-f", "rttm", "-q")
    assert ended.code == 0
    assert ended.out.startswith("SPEAKER stdin 1 0.500 1.500 ")


def test_standard_input_is_no_terminal(audiosvc: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream in (Terminal(), None):
        monkeypatch.setattr(sys, "stdin", stream)
        ended = audiosvc("transcribe", "-")
        assert (ended.code, len(ended.said)) == (3, 1)


def test_standard_output_may_be_closed(
    audiosvc: Run, talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    ended = audiosvc("transcribe", talk, "-q")
    assert (ended.code, ended.said) == (
        5,
        ["Standard output is closed. Name a folder to write to: -o FOLDER."],
    )
    assert audiosvc("transcribe", talk, "-q", "-o", tmp_path / "out").code == 0


def test_a_character_that_cannot_be_encoded_is_escaped(
    audiosvc: Run, stage: Stage, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.play(
        script(
            ("ann", 0.5, 2.0, "Grüße aus 東京 ."),
        )
    )
    with io.TextIOWrapper(io.BytesIO(), encoding="latin-1") as file:
        monkeypatch.setattr(sys, "stdout", file)
        assert audiosvc("transcribe", talk, "-q").code == 0
        file.flush()
        printed = file.buffer.getvalue().decode("latin-1")
    assert "Grüße aus \\u6771\\u4eac" in printed


def test_an_unwritable_folder_is_told_before_the_work(
    audiosvc: Run, stage: Stage, talk: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    ended = audiosvc("transcribe", talk, "-o", tmp_path / "file" / "out")
    assert (ended.code, ended.loads, len(ended.said)) == (5, 0, 1)
    assert stage.transcriber.cores == []


def test_the_script_is_as_long_as_the_sound() -> None:
    assert TALK.end_s < 5.0
