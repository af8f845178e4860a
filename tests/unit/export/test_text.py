"""Text, times and labels as the formats share them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.export.clock import clock, decimal, milliseconds, parse_clock
from audiosvc.export.labels import distinct, is_missing, never_missing, plain, token
from audiosvc.export.text import breakable, encodable, flat, join
from audiosvc.export.timing import timed_text
from audiosvc.spans import Span
from audiosvc.types import Segment, Word
from tests.unit.export.strategies import labels, segments, spans, texts

any_text = texts | st.text(st.characters())


@given(any_text)
def test_flat_text_is_one_encodable_line_with_every_visible_character(text: str) -> None:
    line = flat(text)
    line.encode()
    assert line.splitlines() in ([], [line])
    assert line == line.strip()
    for written, read in zip("".join(text.split()), "".join(line.split()), strict=True):
        assert written == read or (read == "\ufffd" and not written.isprintable())


def test_flat_text_cannot_steer_a_terminal_or_break_utf_8() -> None:
    assert flat("a\x1b[31m\x00\ud800b\n\tc\u2028d") == "a\ufffd[31m\ufffd\ufffdb c d"
    assert encodable("a\ud800\nb") == "a\ufffd\nb"


def test_join_sets_blanks_where_the_script_does() -> None:
    assert join(["Hello.", "", "World"]) == "Hello. World"
    assert join(["大家好。", "谢谢", "Ann"]) == "大家好。谢谢 Ann"
    assert join(["안녕", "여러분"]) == "안녕 여러분"


def test_chinese_may_break_between_characters_but_not_before_a_comma() -> None:
    assert breakable("大家，ok吗") == ["大", "家，", "ok", "吗"]


@given(any_text)
def test_breaking_loses_nothing(text: str) -> None:
    assert "".join(breakable(text)) == text


@pytest.mark.parametrize(
    ("time_ms", "shown"),
    [
        (0, "00:00:00.000"),
        (59_999, "00:00:59.999"),
        (3_600_000, "01:00:00.000"),
        (36_061_002, "10:01:01.002"),
        (360_000_000, "100:00:00.000"),
    ],
)
def test_clock_shows_hours_however_many(time_ms: int, shown: str) -> None:
    assert clock(time_ms) == shown


def test_clock_carries_when_it_rounds() -> None:
    assert clock(3_599_960, digits=1) == "01:00:00.0"
    assert clock(3_599_949, digits=1) == "00:59:59.9"


@given(st.integers(0, 10**9))
def test_clock_and_seconds_come_back(time_ms: int) -> None:
    assert parse_clock(clock(time_ms, point=",")) == time_ms / 1000
    assert milliseconds(float(decimal(time_ms))) == time_ms


@pytest.mark.parametrize(
    ("text", "time_s"),
    [("01:02", 62.0), ("1:02:03.5", 3723.5), ("00:60", None), ("1:2:3:4", None), ("nan", None)],
)
def test_clock_reads_what_others_write(text: str, time_s: float | None) -> None:
    assert parse_clock(text) == time_s


@given(st.lists(labels, unique=True, max_size=8), st.sampled_from((token, plain, never_missing)))
def test_no_two_labels_become_one_and_none_gets_lost(names: list[str], form) -> None:
    forms = distinct(names, form)
    assert list(forms) == names
    assert len(set(forms.values())) == len(names)
    assert not any(is_missing(name) or not name for name in forms.values())


@given(any_text)
def test_a_token_is_one_field_for_every_reader(text: str) -> None:
    assert token(text).split() == [token(text)]
    assert '"' not in token(text)
    assert not token(text).startswith((";", "\ufeff"))


@given(st.data())
def test_timed_text_is_the_whole_text_in_order(data: st.DataObject) -> None:
    span = data.draw(spans())
    segment = data.draw(segments(0, span, st.none()))
    pieces = timed_text(segment)
    rebuilt = "".join(piece.text if piece.glued else f" {piece.text}" for piece in pieces)
    if segment.text.strip():
        assert rebuilt.strip() == flat(segment.text)
    assert all(piece.span.start_s <= piece.span.end_s for piece in pieces)


def test_words_lend_their_times_to_the_text() -> None:
    words = (Word(" hello", Span(1, 2), 0.5), Word(" World", Span(3, 4), 0.25))
    spelled = timed_text(Segment(0, Span(0, 9), None, "hello World", words))
    counted = timed_text(Segment(0, Span(0, 9), None, "Hello, world!", words))
    for pieces in (spelled, counted):
        assert [piece.span for piece in pieces] == [Span(1, 2), Span(3, 4)]
        assert [piece.probability for piece in pieces] == [0.5, 0.25]


def test_text_without_fitting_words_shares_the_time_by_length() -> None:
    words = (Word("other", Span(1, 2)), Word("words", Span(2, 3)), Word("here", Span(3, 4)))
    pieces = timed_text(Segment(0, Span(10, 14), None, "abc d", words))
    assert [(piece.text, piece.span) for piece in pieces] == [
        ("abc", Span(10, 13)),
        ("d", Span(13, 14)),
    ]


def test_words_stand_in_for_a_missing_text() -> None:
    words = (Word("大", Span(1, 2)), Word("家", Span(2, 3)))
    pieces = timed_text(Segment(0, Span(1, 3), None, " ", words))
    assert [(piece.text, piece.glued) for piece in pieces] == [("大", False), ("家", True)]
