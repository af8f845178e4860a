"""Values as they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.audio.container import RawFormat
from audiosvc.cli.progress import clock
from audiosvc.cli.values import parse_raw, parse_time_s, parse_words
from audiosvc.errors import OptionError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("90", 90.0),
        ("90.5", 90.5),
        ("1:30", 90.0),
        ("0:01:30.5", 90.5),
        ("2:00:00", 7200.0),
        ("75:00", 4500.0),
    ],
)
def test_times(text: str | None, seconds: float | None) -> None:
    assert parse_time_s(text, "--start") == seconds


@given(st.integers(0, 400_000))
def test_a_time_that_was_shown_can_be_typed(seconds: int) -> None:
    assert parse_time_s(clock(seconds), "--start") == seconds


@pytest.mark.parametrize(
    "text", ["", "soon", "-1", "1:60", "1:2:3:4", "nan", "inf", "1:nan", "1:-5", ":", "1e400"]
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(OptionError, match=r"^--end takes seconds or h:mm:ss, not "):
        parse_time_s(text, "--end")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("16000", RawFormat(16_000)),
        ("44100,2", RawFormat(44_100, 2)),
        (" 8000 , 1 , mulaw ", RawFormat(8_000, 1, "mulaw")),
        ("48000,64,f32be", RawFormat(48_000, 64, "f32be")),
    ],
)
def test_raw_formats(text: str | None, expected: RawFormat | None) -> None:
    assert parse_raw(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "--raw takes"),
        ("fast", "--raw takes"),
        ("16000,mono", "--raw takes"),
        ("16000,1,s16le,x", "--raw takes"),
        ("-16000", "--raw takes"),
        ("1" * 5000, "--raw takes"),
        ("16000,1,mp3", "no sample format 'mp3'"),
        ("16000,0", "1 to 64 channels"),
        ("5", "sample rate from 500 Hz"),
    ],
)
def test_what_is_no_raw_format(text: str, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        parse_raw(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [(None, ()), ("", ()), (" , ", ()), ("Duguid, San José,", ("Duguid", "San José"))],
)
def test_words(text: str | None, words: tuple[str, ...]) -> None:
    assert parse_words(text) == words
