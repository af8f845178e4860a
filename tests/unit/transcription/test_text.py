"""Words as they are written and as they are read, with spaces and without."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.spans import Span
from audiosvc.transcription.text import ends_sentence, is_spaced, join, tidy
from audiosvc.types import Word
from tests.fakes import texts


def written(*parts: str) -> list[Word]:
    """Words a second long, each a little less sure than the one before."""
    return [Word(part, Span(n, n + 1), 1.0 - n / 20) for n, part in enumerate(parts)]


def test_spaced_words_are_joined_as_they_were_written() -> None:
    words = written(" Four", " thousand,", " if", " we", "'ll", " do", " it.")
    assert join(words) == "Four thousand, if we'll do it."
    assert texts(tidy(words)) == ["Four", "thousand,", "if", "we'll", "do", "it."]


def test_a_piece_without_a_space_makes_the_word_before_it_longer_and_less_sure() -> None:
    joined = tidy(written(" well", "-", "known", " fact"))[0]
    assert joined == Word("well-known", Span(0, 3), 1.0 - 2 / 20)


def test_the_first_piece_needs_no_space() -> None:
    assert texts(tidy(written("Well", " then", " go"))) == ["Well", "then", "go"]


def test_writing_without_spaces_keeps_its_units() -> None:
    words = written("今日", "は", "いい", "天気", "です。")
    assert not is_spaced(words)
    assert join(words) == "今日はいい天気です。"
    assert texts(tidy(words)) == ["今日", "は", "いい", "天気", "です。"]


def test_a_foreign_name_in_writing_without_spaces_does_not_swallow_what_follows() -> None:
    words = written("我", "用", " Python", "写", "程序")
    assert texts(tidy(words)) == ["我", "用", "Python", "写", "程序"]
    assert join(words) == "我用 Python写程序"


def test_nothing_but_space_is_no_word() -> None:
    assert tidy(written(" ", " a", "  ")) == (Word("a", Span(1, 2), 0.95),)
    assert tidy([]) == ()
    assert join([]) == ""


def test_a_probability_that_is_not_known_stays_so() -> None:
    assert tidy([Word(" a", Span(0, 1)), Word("b", Span(1, 2))])[0].probability is None
    assert tidy([Word(" a", Span(0, 1)), Word("b", Span(1, 2), 0.4)])[0].probability == 0.4


@pytest.mark.parametrize(
    "text",
    [
        " end.",
        " really?",
        " no!",
        "です。",
        "吗？",
        "快！",
        " so…",
        ' "he said."',
        " (yes.)",
        "”は。”",
    ],
)
def test_a_sentence_ends_with_its_mark_quotes_aside(text: str) -> None:
    assert ends_sentence(Word(text, Span(0, 1)))


@pytest.mark.parametrize("text", [" word", " 3,000", " and,", " e.g", "です", " ", "", ' "', " .x"])
def test_no_sentence_ends_with_anything_else(text: str) -> None:
    assert not ends_sentence(Word(text, Span(0, 1)))


@given(st.lists(st.text("ab.é ", min_size=1, max_size=4), max_size=12))
def test_tidying_loses_no_letter_and_no_time(parts: list[str]) -> None:
    words = written(*(f" {part}" for part in parts))
    tidied = tidy(words)
    assert "".join(texts(tidied)).replace(" ", "") == join(words).replace(" ", "")
    assert all(word.text and word.text == word.text.strip() for word in tidied)
    assert [word.span for word in tidied] == [word.span for word in words if word.text.strip()]
