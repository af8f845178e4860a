"""``audiosvc transcribe`` with models that play a script."""

from __future__ import annotations

import io
import json
import sys
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from audiosvc import cli, service
from audiosvc.settings import Settings
from audiosvc.spans import Span
from audiosvc.types import Notice
from tests.fakes import RATE_HZ, FakeDetector, FakePolyglot, FakeTranscriber, script
from tests.fakes.transcriber import LIMITS

LINES = script(
    ("ann", 1.0, 4.0, "Good morning to everybody."),
    ("ben", 5.0, 7.0, "Good morning."),
    ("ann", 8.0, 10.0, "Shall we begin?"),
)
TEXT = """\
[00:00:01.0] S1: Good morning to everybody.

[00:00:05.0] S2: Good morning.

[00:00:08.0] S1: Shall we begin?
"""

Call = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings for which models were loaded; they are fakes."""
    settings_asked: list[Settings] = []
    play(monkeypatch, FakePolyglot(LINES, {0.0: "en"}), settings_asked)
    return settings_asked


def play(
    monkeypatch: pytest.MonkeyPatch,
    transcriber: FakeTranscriber,
    asked: list[Settings] | None = None,
    detector: FakeDetector | None = None,
) -> None:
    def load(settings: Settings) -> service.Models:
        if asked is not None:
            asked.append(settings)
        return service.Models("script", lambda: transcriber, detector or FakeDetector(LINES))

    monkeypatch.setattr(service, "load_models", load)


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    asked: list[Settings],
    tmp_path: Path,
) -> Call:
    """Runs the command: the exit code, standard output, and the lines on standard error."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path) -> tuple[int, str, list[str]]:
        monkeypatch.setattr(sys, "argv", ["audiosvc", "transcribe", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, captured.out, captured.err.splitlines()

    return run


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "talk.wav")


def write_wav(path: Path, seconds: float = 12.0) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.full(round(seconds * RATE_HZ), 3_000, "<i2").tobytes())
    return path


def test_the_transcript_goes_to_standard_output(call: Call, talk: Path) -> None:
    code, out, err = call(talk)
    assert (code, out) == (0, TEXT)
    assert len(err) == 1
    assert err[0].startswith("audiosvc: talk.wav: 0:12 in ")
    assert err[0].endswith("2 speakers, language en")


def test_quiet_says_nothing_else(call: Call, talk: Path) -> None:
    assert call(talk, "-q") == (0, TEXT, [])


def test_files_go_into_a_folder_that_is_made(call: Call, talk: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    code, printed, err = call(talk, "-o", out, "-f", "json", "-f", "txt", "-f", "json")
    assert (code, printed) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == ["talk.json", "talk.txt"]
    assert (out / "talk.txt").read_text("utf-8") == TEXT
    assert [str(out / "talk.json") in line for line in err] == [True, False, False]


def test_json_names_model_language_and_length(call: Call, talk: Path) -> None:
    _, out, _ = call(talk, "-f", "json")
    found = json.loads(out)
    assert (found["model"], found["language"]) == ("script", "en")
    assert found["duration_s"] == pytest.approx(12.0)


def test_several_recordings_have_headings_and_load_once(
    call: Call, talk: Path, tmp_path: Path, asked: list[Settings]
) -> None:
    other = write_wav(tmp_path / "other.wav")
    code, out, _ = call(talk, other, "-q")
    assert code == 0
    assert [line for line in out.splitlines() if line.startswith("==")] == [
        f"== {talk}",
        f"== {other}",
    ]
    assert out.count("Shall we begin?") == 2
    assert len(asked) == 1


def test_recordings_of_one_name_do_not_overwrite_each_other(
    call: Call, talk: Path, tmp_path: Path
) -> None:
    (tmp_path / "b").mkdir()
    same = write_wav(tmp_path / "b" / "talk.wav")
    code, out, err = call(talk, same, "-o", tmp_path / "out")
    assert (code, out, len(err)) == (2, "", 1)
    assert not (tmp_path / "out").exists()


def test_settings_reach_the_models(call: Call, talk: Path, asked: list[Settings]) -> None:
    assert call(talk, "--model", "small", "--threads", "3", "--speakers", "1", "-q")[0] == 0
    machine = ("--device", "cuda:1", "--dtype", "float16", "--window", "1h30m")
    parts = ("--align", "off", "--diarization", "org/name")
    chosen = ("--model", "auto", "--model-server", "http://here:8000/v1")
    assert call(talk, *machine, *parts, *chosen, "-q")[0] == 0
    plain, settings = asked
    assert (plain.model, plain.threads, plain.speakers) == ("small", 3, 1)
    assert (settings.device, settings.dtype, settings.window_s) == ("cuda:1", "float16", 5400.0)
    assert (settings.align, settings.diarization) == ("off", "org/name")
    assert (settings.model, settings.model_server) == ("auto", "http://here:8000/v1")


def test_a_known_number_of_speakers_is_kept_to(call: Call, talk: Path) -> None:
    _, out, _ = call(talk, "--speakers", "1", "-q")
    assert "S1" in out
    assert "S2" not in out


def test_hotwords_and_language_are_handed_on(
    call: Call, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcriber = FakePolyglot(LINES, {0.0: "en"})
    play(monkeypatch, transcriber)
    assert call(talk, "--hotwords", " Duguid, Ademesoye,,", "--language", "de", "-q")[0] == 0
    assert {hints.hotwords for hints in transcriber.hints} == {("Duguid", "Ademesoye")}
    assert {hints.language for hints in transcriber.hints} == {"de"}
    assert transcriber.listened == []


def test_a_prompt_and_the_wish_for_events_are_handed_on(
    call: Call, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcriber = FakePolyglot(LINES, {0.0: "en"})
    play(monkeypatch, transcriber)
    assert call(talk, "--prompt", "A board meeting.", "--events", "-q")[0] == 0
    assert call(talk, "-q")[0] == 0
    asked_for, plain = dict.fromkeys(transcriber.hints)
    assert (asked_for.prompt, asked_for.events) == ("A board meeting.", True)
    assert (plain.prompt, plain.events) == (None, False)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--device", "gpu"), ("--device", "'gpu'", "cuda:N")),
        (("--dtype", "int8"), ("--dtype", "'int8'", "bfloat16")),
        (("--window", "5 s"), ("--window", "'5 s'", "1:30:00")),
        (("--model", "base", "--model-server", "http://a/v1"), ("--model-server", "base")),
    ],
)
def test_what_is_no_such_thing_is_one_line(
    call: Call, talk: Path, asked: list[Settings], options: tuple[str, ...], words: tuple[str, ...]
) -> None:
    code, out, err = call(talk, *options)
    assert (code, out, len(err), asked) == (2, "", 1, [])
    assert all(word in err[0] for word in words)


def test_a_window_that_the_model_cannot_take_is_one_line(
    call: Call, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(monkeypatch, FakeTranscriber(LINES, limits=replace(LIMITS, longest_s=60.0)))
    code, out, err = call(talk, "--window", "90m")
    assert (code, out) == (2, "")
    assert err == [
        "audiosvc: A window of 5400 s is more than this model takes at once: ask for 60 s or less."
    ]


def test_speakers_get_their_names(call: Call, talk: Path) -> None:
    code, out, err = call(talk, "--speaker-names", "S1=Ann,S2=Ben,S3=Eve", "-q")
    assert code == 0
    assert "Ann: Shall we begin?" in out
    assert "Ben: Good morning." in out
    assert err == ["audiosvc: there is no speaker S3 to be called Eve"]


def test_a_part_keeps_the_times_of_the_whole(call: Call, talk: Path) -> None:
    code, out, _ = call(talk, "--start", "0:04.5", "--end", "7.5", "-q")
    assert (code, out) == (0, "[00:00:05.0] S1: Good morning.\n")


def test_follow_prints_each_segment(call: Call, talk: Path) -> None:
    code, out, _ = call(talk, "--follow", "-q")
    assert code == 0
    assert out.splitlines() == [
        "[0:01] S1: Good morning to everybody.",
        "[0:05] S2: Good morning.",
        "[0:08] S1: Shall we begin?",
    ]


def test_standard_input(call: Call, talk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with io.TextIOWrapper(io.BytesIO(talk.read_bytes())) as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert call("-", "-q", "-o", "out") == (0, "", [])
    assert Path("out/stdin.txt").read_text("utf-8") == TEXT


def test_what_a_reader_should_know_is_said(
    call: Call, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices = {0: Notice("text_left_out", "The text from 0:05 was left out.", Span(5.0, 7.0))}
    detector = FakeDetector([*LINES.speech, Span(10.5, 11.5)])
    play(monkeypatch, FakeTranscriber(LINES, notices=notices), detector=detector)
    code, _, err = call(talk)
    assert code == 0
    assert "audiosvc: The text from 0:05 was left out." in err
    assert any("1.0 s of detected speech have no text: 0:10-0:12" in line for line in err)


def test_a_model_that_stops_is_one_line(
    call: Call, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(monkeypatch, FakeTranscriber(LINES, raises=(5.5, RuntimeError("out of luck\nat 0x1"))))
    code, out, err = call(talk, "-o", "out")
    assert (code, out) == (4, "")
    assert len(err) == 1
    assert "out of luck" in err[0]
    assert not list(Path("out").iterdir())


def test_a_model_that_cannot_tell_the_language_is_one_line(
    call: Call, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Deaf(FakePolyglot):
        def detect_language(self, stretches: object) -> list[dict[str, float]]:
            raise RuntimeError("out of luck")

    play(monkeypatch, Deaf(LINES, {0.0: "en"}))
    code, out, err = call(talk)
    assert (code, out, len(err)) == (4, "", 1)


def test_a_detector_that_stops_is_one_line(
    call: Call, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(FakeDetector):
        def start(self) -> None:  # type: ignore[override]
            raise RuntimeError("out of luck")

    play(monkeypatch, FakeTranscriber(LINES), detector=Broken(LINES))
    code, out, err = call(talk)
    assert (code, out, len(err)) == (4, "", 1)
    assert "out of luck" in err[0]
