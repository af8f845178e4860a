"""Words of a text, spelt for a CTC model, and their times from the tokens that were found."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.backends.ctc_words import (
    Alphabet,
    Found,
    Target,
    frames_needed,
    spell_line,
    split_words,
    to_words,
)
from audiosvc.spans import Span

BETWEEN, WILDCARD = 50, 99
UPPER = Alphabet({letter: n for n, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ'")}, 50, 99)
SPANISH = Alphabet({letter: n for n, letter in enumerate("aeiouñéb")}, 50, 99)
HINDI = Alphabet({letter: n for n, letter in enumerate("हिन्दी")}, 50, 99)
CHINESE = Alphabet({letter: n for n, letter in enumerate("你好世界")}, None, 99)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  \n", []),
        ("Hello", ["Hello"]),
        (" Hello, world.", [" Hello,", " world."]),
        ("one  two\nthree ", ["one", "  two", "\nthree "]),
        ("yes - no", ["yes", " -", " no"]),
        ("it's well-known (by all)", ["it's", " well-known", " (by", " all)"]),
        ("你好，世界。", ["你", "好，", "世", "界。"]),
        ("他说「好」。", ["他", "说", "「好」。"]),
        ("我有iPhone 12吗", ["我", "有", "iPhone", " 12", "吗"]),
        ("カメラは3台", ["カ", "メ", "ラ", "は", "3", "台"]),
        ("น้ำดี", ["น้ำ", "ดี"]),
        ("안녕 세계", ["안녕", " 세계"]),
        ("cafe\u0301 noir", ["cafe\u0301", " noir"]),
    ],
)
def test_a_text_is_split_as_it_is_written(text: str, words: list[str]) -> None:
    assert split_words(text) == words


TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from(" \n,.()「」abcABC123你好ไน้ำéß'’-")), max_size=40
)


@given(TEXTS)
def test_the_words_together_are_the_text(text: str) -> None:
    words = split_words(text)
    assert "".join(words) == (text if text.strip() else "")
    assert all(word.strip() for word in words)


def letters(alphabet: Alphabet, word: str) -> str:
    names = {token: letter for letter, token in alphabet.letters.items()}
    return "".join(names[token] for token in alphabet.spell(word))


@pytest.mark.parametrize(
    ("alphabet", "word", "spelt"),
    [
        (UPPER, " Hello,", "HELLO"),
        (UPPER, "it\u2019s", "IT'S"),
        (UPPER, "café", "CAFE"),
        (UPPER, "cafe\u0301", "CAFE"),
        (UPPER, "Straße", "STRASSE"),
        (UPPER, "ﬁn", "FIN"),
        (UPPER, "well-known", "WELLKNOWN"),
        (UPPER, "2024", ""),
        (UPPER, "B2B", "BB"),
        (UPPER, "мир", ""),
        (SPANISH, "BÉÑÓ", "béño"),
        (SPANISH, "e\u0301", "é"),
        (SPANISH, "'", ""),
        (CHINESE, "好，", "好"),
        (HINDI, "हिन्दी।", "हिन्दी"),
    ],
)
def test_a_word_is_spelt_with_what_the_model_knows(
    alphabet: Alphabet, word: str, spelt: str
) -> None:
    assert letters(alphabet, word) == spelt


def shown(words: list[str], alphabet: Alphabet = UPPER) -> str:
    names = {token: letter for letter, token in alphabet.letters.items()}
    names |= {BETWEEN: "|", WILDCARD: "*"}
    return "".join(names[target.token] for target in spell_line(words, alphabet))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("ab cd", "*AB|CD*"),
        (" ab", "*AB*"),
        ("in 2024 we", "*IN*WE*"),
        ("in 20 24 we", "*IN*WE*"),
        ("7 of 9", "*OF*"),
        ("12 34", ""),
        ("", ""),
    ],
)
def test_a_line_has_wildcards_at_its_ends_and_for_what_cannot_be_spelt(
    text: str, line: str
) -> None:
    assert shown(split_words(text)) == line


def test_writing_without_spaces_has_nothing_between_words() -> None:
    assert shown(split_words("你好"), CHINESE) == "*你好*"


def test_tokens_that_are_alike_need_a_frame_between_them() -> None:
    assert frames_needed([Target(1), Target(1), Target(2)]) == 4
    assert frames_needed([]) == 0


def evenly(targets: list[Target], start_s: float, step_s: float, score: float) -> list[Found]:
    return [
        Found(start_s + step_s * n, start_s + step_s * (n + 1), score) for n in range(len(targets))
    ]


def test_a_word_lasts_from_its_first_letter_to_its_last() -> None:
    words = split_words("ab cd")
    targets = spell_line(words, UPPER)  # *AB|CD*
    found = evenly(targets, 10.0, 1.0, math.log(0.5))
    one, two = to_words(words, targets, found, Span(10, 17))
    assert (one.text, one.span) == ("ab", Span(11, 13))
    assert (two.text, two.span) == (" cd", Span(14, 16))
    assert one.probability == pytest.approx(0.5)


def test_the_probability_is_that_of_the_mean_score() -> None:
    targets = spell_line(["ab"], UPPER)
    found = [Found(n, n + 1.0, score) for n, score in enumerate([-9.0, -0.2, -0.6, -9.0])]
    (word,) = to_words(["ab"], targets, found, Span(0, 4))
    assert word.probability == pytest.approx(math.exp(-0.4))


def test_words_that_cannot_be_spelt_share_what_lies_between_their_neighbours() -> None:
    words = split_words("1 a 20 24 b 3 4")
    targets = spell_line(words, UPPER)  # *A*B*
    times_s = [(0.0, 2.0), (2.0, 2.5), (2.5, 4.5), (4.5, 5.0), (5.0, 6.0)]
    found = [Found(start_s, end_s, -0.1) for start_s, end_s in times_s]
    placed = to_words(words, targets, found, Span(1.0, 7.0))
    assert [(word.text.strip(), word.span) for word in placed] == [
        ("1", Span(1.0, 2.0)),
        ("a", Span(2.0, 2.5)),
        ("20", Span(2.5, 3.5)),
        ("24", Span(3.5, 4.5)),
        ("b", Span(4.5, 5.0)),
        ("3", Span(5.0, 6.0)),
        ("4", Span(6.0, 7.0)),
    ]
    assert [word.text.strip() for word in placed if word.probability is not None] == ["a", "b"]


def test_of_a_line_without_letters_nothing_is_found() -> None:
    words = split_words("12 34")
    assert to_words(words, spell_line(words, UPPER), [], Span(0, 1)) == ()


@given(TEXTS, st.lists(st.floats(0.0, 0.5), min_size=1, max_size=8), st.floats(0.0, 100.0))
def test_words_are_in_order_whole_and_near_their_line(
    text: str, steps_s: list[float], start_s: float
) -> None:
    """Whatever the tokens' times are, as long as they are in order and in what was heard."""
    words = split_words(text)
    targets = spell_line(words, UPPER)
    found: list[Found] = []
    time_s = start_s
    for n in range(len(targets)):
        end_s = time_s + steps_s[n % len(steps_s)]
        found.append(Found(time_s, end_s, -0.5))
        time_s = end_s
    line = Span(start_s + 0.25 * (time_s - start_s), start_s + 0.75 * (time_s - start_s))
    placed = to_words(words, targets, found, line)
    if not targets:
        assert placed == ()
        return
    assert "".join(word.text for word in placed) == text
    assert all(
        start_s - 1e-6 <= word.span.start_s <= word.span.end_s <= time_s + 1e-6 for word in placed
    )
    assert all(one.span.end_s <= two.span.start_s + 1e-9 for one, two in pairwise(placed))
    for word in placed:
        assert (word.probability is None) == (not UPPER.spell(word.text))
