"""WER, cpWER and tcpWER against figures worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiosvc.errors import ModelMissing
from audiosvc.evaluate import words
from audiosvc.evaluate.extra import metric_library
from audiosvc.evaluate.normalise import Normaliser, normaliser_for, primary_subtag
from audiosvc.evaluate.rates import ErrorRate
from audiosvc.evaluate.words import cp_word_errors, tcp_word_errors, word_errors
from audiosvc.spans import Span
from audiosvc.types import Segment

AS_IS = Normaliser("as it is", str)


def said(*pieces: tuple[str | None, float, float, str]) -> tuple[Segment, ...]:
    return tuple(
        Segment(number, Span(start_s, end_s), speaker, text)
        for number, (speaker, start_s, end_s, text) in enumerate(pieces)
    )


def test_wer_counts_a_substitution_and_a_deletion() -> None:
    reference = said(("A", 0, 4, "one two three four"))
    hypothesis = said((None, 0, 4, "one too four"))
    assert word_errors(reference, hypothesis, AS_IS) == ErrorRate(1, 0, 1, 4)


def test_wer_reads_segments_in_order_of_time_whoever_speaks() -> None:
    reference = said(("B", 5, 6, "three"), ("A", 0, 2, "one two"))
    hypothesis = said(("x", 0, 6, "one two three"))
    assert word_errors(reference, hypothesis, AS_IS).errors == 0


def test_wer_of_words_where_nothing_was_said_are_insertions() -> None:
    assert word_errors((), said((None, 0, 1, "thank you")), AS_IS) == ErrorRate(added=2)


def test_wer_of_nothing_where_words_were_said_are_deletions() -> None:
    assert word_errors(said(("A", 0, 1, "thank you")), (), AS_IS) == ErrorRate(missed=2, total=2)


def test_cpwer_pairs_speakers_by_their_words() -> None:
    # "three" is written to the wrong voice: one deletion for A, one insertion for B.
    reference = said(("A", 0, 3, "one two three"), ("B", 3, 5, "four five"))
    hypothesis = said(("x", 0, 2, "one two"), ("y", 2, 5, "three four five"))
    assert cp_word_errors(reference, hypothesis, AS_IS) == ErrorRate(1, 1, 0, 5)
    assert word_errors(reference, hypothesis, AS_IS).errors == 0


def test_cpwer_without_speakers_takes_all_words_for_one_voice() -> None:
    reference = said(("A", 0, 3, "one two three"), ("B", 3, 5, "four five"))
    hypothesis = said((None, 0, 5, "one two three four five"))
    assert cp_word_errors(reference, hypothesis, AS_IS) == ErrorRate(2, 2, 0, 5)


def test_tcpwer_matches_words_within_the_collar_and_not_beyond() -> None:
    # One word from 10 s to 11 s; the other's midpoint reaches back five seconds.
    reference = said(("A", 10, 11, "word"))
    within = said(("x", 15.4, 16.4, "word"))  # 15.9 - 5 lies before 11
    beyond = said(("x", 15.6, 16.6, "word"))  # 16.1 - 5 lies behind 11
    assert tcp_word_errors(reference, within, AS_IS, 5.0) == ErrorRate(total=1)
    assert tcp_word_errors(reference, beyond, AS_IS, 5.0) == ErrorRate(1, 1, 0, 1)
    assert cp_word_errors(reference, beyond, AS_IS).errors == 0


def test_more_speakers_than_the_library_pairs_are_still_scored() -> None:
    # 23 strangers with a word each are 23 insertions; A and B are found among them.
    reference = said(("A", 0, 2, "one two"), ("B", 2, 4, "three four"))
    strangers = [(f"s{number}", 10.0 + number, 11.0 + number, "noise") for number in range(23)]
    hypothesis = said(*strangers, ("x", 0, 2, "one two"), ("y", 2, 4, "three for"))
    assert cp_word_errors(reference, hypothesis, AS_IS) == ErrorRate(0, 23, 1, 4)
    assert tcp_word_errors(reference, hypothesis, AS_IS, 5.0) == ErrorRate(0, 23, 1, 4)


some_words = st.lists(st.sampled_from(["a", "b", "c"]), max_size=5).map(" ".join)
pieces = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.integers(0, 40).map(float), some_words), max_size=8
)


@settings(max_examples=30, deadline=None)
@given(reference=pieces, hypothesis=pieces)
def test_own_pairing_agrees_with_the_library(
    reference: list[tuple[str, float, str]], hypothesis: list[tuple[str, float, str]]
) -> None:
    truth = said(*((who, start, start + 3, text) for who, start, text in reference))
    guess = said(*((who, start, start + 3, text) for who, start, text in hypothesis))
    theirs = cp_word_errors(truth, guess, AS_IS), tcp_word_errors(truth, guess, AS_IS, 5.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "MANY_SPEAKERS", 0)
        ours = cp_word_errors(truth, guess, AS_IS), tcp_word_errors(truth, guess, AS_IS, 5.0)
    assert [rate.errors for rate in ours] == [rate.errors for rate in theirs]
    assert [rate.total for rate in ours] == [rate.total for rate in theirs]


@pytest.mark.parametrize(
    ("language", "name", "text", "plain"),
    [
        ("en-GB", "Whisper English", "Mr. Bo, um, it's grey!", "mister bo it is gray"),
        (None, "Whisper English (no language stated)", "It's", "it is"),
        ("de", "Whisper basic", "Es ist's: schön.", "es ist s schön"),
        ("ja-JP", "Whisper basic, by letter", "実在。", "実 在"),
    ],
)
def test_normaliser_follows_the_language(
    language: str | None, name: str, text: str, plain: str
) -> None:
    normalise = normaliser_for(language)
    assert normalise.name == name
    assert normalise(text) == plain


def test_a_missing_library_is_named_with_what_to_do() -> None:
    with pytest.raises(ModelMissing, match=r"'nowhere'.*pip install .audiosvc\[evaluate\]"):
        metric_library("nowhere.metrics")


def test_primary_subtag() -> None:
    assert [primary_subtag(tag) for tag in ("pt-BR", "zh_CN", "EN")] == ["pt", "zh", "en"]
