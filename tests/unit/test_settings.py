"""Environment, then file, then flags; and sentences that say where a wrong value came from."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.cli.progress import clock
from audiosvc.errors import OptionError
from audiosvc.settings import default_cache_dir, read_settings
from audiosvc.types import SpeakerCount


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("AUDIOSVC_"):
            monkeypatch.delenv(name)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "audiosvc.toml"
    path.write_text('model = "from-file"\nthreads = 3\n')
    return path


def test_without_anything_the_defaults_hold() -> None:
    settings = read_settings()
    assert (settings.model, settings.device, settings.window_s) == ("auto", "auto", None)
    assert settings.cache_dir == default_cache_dir()
    assert settings.thread_count >= 1
    assert settings.speaker_count == SpeakerCount()


def test_a_file_is_stronger_than_the_environment_and_a_flag_than_both(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    monkeypatch.setenv("AUDIOSVC_MODEL", "from-environment")
    monkeypatch.setenv("AUDIOSVC_LANGUAGE", "de")
    assert read_settings().model == "from-environment"
    assert read_settings(file).model == "from-file"
    settings = read_settings(file, model="from-flag", threads=None)
    assert (settings.model, settings.threads, settings.language) == ("from-flag", 3, "de")


def test_the_file_may_be_named_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, file: Path, tmp_path: Path
) -> None:
    monkeypatch.setenv("AUDIOSVC_CONFIG", str(file))
    assert read_settings().model == "from-file"
    other = tmp_path / "other.toml"
    other.write_text('model = "other"')
    assert read_settings(other).model == "other"


def test_an_empty_variable_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIOSVC_MODEL", "")
    assert read_settings().model == "auto"


def test_a_cache_may_be_relative_or_at_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert read_settings(cache_dir="~/models").cache_dir == tmp_path / "models"
    monkeypatch.chdir(tmp_path)
    assert read_settings(cache_dir="models").cache_dir == tmp_path / "models"


@pytest.mark.parametrize(
    ("tag", "primary"),
    [("de", "de"), ("de-DE", "de"), ("EN", "en"), ("zh-Hant-TW", "zh"), ("pt_BR", "pt")],
)
def test_a_language_goes_by_its_primary_subtag(tag: str, primary: str) -> None:
    assert read_settings(language=tag).language == primary


@pytest.mark.parametrize("tag", ["", "d", "german", "de-", "de--AT", "d3", "-de", "de DE"])
def test_what_is_no_language_tag_is_refused_in_a_sentence(tag: str) -> None:
    with pytest.raises(OptionError) as caught:
        read_settings(language=tag)
    expected = f"--language is {tag!r}: a language is a tag such as de or pt-BR."
    assert str(caught.value) == expected


def test_speakers_are_counted_or_bounded() -> None:
    assert read_settings(speakers=4).speaker_count == SpeakerCount(exact=4)
    bounded = read_settings(min_speakers=2, max_speakers=5)
    assert bounded.speaker_count == SpeakerCount(at_least=2, at_most=5)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("300", 300.0),
        ("300.5", 300.5),
        (300, 300.0),
        ("45s", 45.0),
        ("5m", 300.0),
        ("90m", 5400.0),
        ("1.5h", 5400.0),
        ("1h30m", 5400.0),
        ("1h30m15s", 5415.0),
        ("1:30:00", 5400.0),
        ("5:00", 300.0),
        ("24h", 86_400.0),
    ],
)
def test_a_window_is_said_as_people_say_it(
    said: str | float, seconds: float, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert read_settings(window_s=said).window_s == seconds
    monkeypatch.setenv("AUDIOSVC_WINDOW_S", str(said))
    assert read_settings().window_s == seconds
    monkeypatch.delenv("AUDIOSVC_WINDOW_S")
    file = tmp_path / "window.toml"
    file.write_text(f"window_s = {said!r}")
    assert read_settings(file).window_s == seconds


@given(st.integers(11, 86_400))
def test_a_length_that_was_shown_can_be_typed(seconds: int) -> None:
    assert read_settings(window_s=clock(seconds)).window_s == seconds


@pytest.mark.parametrize(
    "said",
    ["", "10", "9.99", "25h", "86401", "5mm", "m", "h5", "1e3", "nan", "-60", "1:2:3:4", ":"],
)
def test_what_is_no_window_is_refused_in_a_sentence(said: str) -> None:
    with pytest.raises(OptionError) as caught:
        read_settings(window_s=said)
    assert str(caught.value) == (
        f"--window is {said!r}: a window is more than 10 s and at most 24 h, such as 300, 90m or "
        "1:30:00."
    )


@pytest.mark.parametrize("device", ["auto", "cpu", "mps", "cuda", "cuda:0", "cuda:15"])
def test_devices(device: str) -> None:
    assert read_settings(device=device).device == device


@pytest.mark.parametrize("device", ["", "gpu", "CUDA", "cuda:", "cuda:x", "cpu:0", "cuda:1234"])
def test_what_is_no_device_is_refused_in_a_sentence(device: str) -> None:
    with pytest.raises(OptionError) as caught:
        read_settings(device=device)
    expected = f"--device is {device!r}: a device is auto, cpu, cuda, cuda:N or mps."
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"dtype": "int8"}, "--dtype is 'int8': input should be 'auto', 'float32', "),
        ({"align": ""}, "--align is '': "),
        ({"diarization": ""}, "--diarization is '': "),
        ({"model_server": ""}, "--model-server is '': "),
        ({"threads": -1}, "--threads is -1: "),
        ({"min_speakers": 0}, "--min-speakers is 0: "),
        ({"language": "english please"}, "--language is 'english please': "),
        ({"speakers": 3, "max_speakers": 4}, "speakers is exact: "),
        ({"min_speakers": 5, "max_speakers": 4}, "min_speakers, 5, is more than max_speakers, 4"),
    ],
)
def test_a_wrong_flag_is_named(flags: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError, match=f"^{re.escape(message)}"):
        read_settings(**flags)


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIOSVC_THREADS", "many")
    with pytest.raises(OptionError, match=r"^AUDIOSVC_THREADS is 'many': .*integer"):
        read_settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("threads = -2", "threads in .* is -2: "),
        ("thread = 2", "thread in .*: there is no such setting; the settings are model, "),
        ("threads = ", "is not valid TOML"),
    ],
)
def test_a_wrong_file_is_named(file: Path, text: str, message: str) -> None:
    file.write_text(text)
    with pytest.raises(OptionError, match=message) as caught:
        read_settings(file)
    assert str(file) in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"none\.toml cannot be read: No such file"):
        read_settings(tmp_path / "none.toml")
