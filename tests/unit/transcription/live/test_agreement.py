"""What two drafts say alike is confirmed, once enough is heard behind it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from audiosvc.spans import Span
from audiosvc.transcription.live.agreement import BEHIND_S, BEHIND_SENTENCE_S, Agreement
from audiosvc.types import DraftWord


def draft(text: str, first_s: float = 0.0) -> tuple[DraftWord, ...]:
    """Two words a second."""
    return tuple(
        DraftWord(f" {word}", Span(first_s + place / 2, first_s + place / 2 + 0.5), 0.9, (place,))
        for place, word in enumerate(text.split())
    )


def said(words: tuple[DraftWord, ...]) -> str:
    return " ".join(word.text.strip() for word in words)


def test_the_first_draft_confirms_nothing() -> None:
    agreement = Agreement()
    assert agreement.feed(draft("so far so good"), 9.0) == ()
    assert said(agreement.tentative) == "so far so good"


def test_the_second_draft_confirms_what_both_say_up_to_the_first_difference() -> None:
    agreement = Agreement()
    agreement.feed(draft("we meet again on monday"), 9.0)
    assert said(agreement.feed(draft("we meet again in munich"), 9.0)) == "we meet again"
    assert said(agreement.tentative) == "in munich"


def test_a_word_said_just_now_waits() -> None:
    agreement = Agreement()
    agreement.feed(draft("one two three"), 1.5)
    assert said(agreement.feed(draft("one two three"), 1.0 + BEHIND_S)) == "one two"
    assert said(agreement.tentative) == "three"


def test_the_end_of_a_sentence_waits_less() -> None:
    agreement = Agreement()
    agreement.feed(draft("one two. three"), 1.5)
    heard_s = 1.0 + (BEHIND_S + BEHIND_SENTENCE_S) / 2
    assert said(agreement.feed(draft("one two. three"), heard_s)) == "one two."


def test_a_draft_that_disagrees_at_once_confirms_nothing() -> None:
    agreement = Agreement()
    agreement.feed(draft("hello"), 9.0)
    assert agreement.feed(draft("yellow there"), 9.0) == ()


def test_nothing_is_tentative_after_clearing() -> None:
    agreement = Agreement()
    agreement.feed(draft("hello"), 9.0)
    agreement.clear()
    assert agreement.tentative == ()
    assert agreement.feed(draft("hello"), 9.0) == ()


WORDS = st.lists(st.sampled_from("abc"), max_size=6)


@given(st.lists(WORDS, max_size=8))
def test_confirmed_words_only_ever_grow_and_were_said_twice(drafts: list[list[str]]) -> None:
    """A draft continues what is confirmed, as a recognizer does that is told what was said."""
    agreement = Agreement()
    confirmed: list[str] = []
    before: list[str] = []
    for rest in drafts:
        new = agreement.feed(draft(" ".join(rest)), 99.0)
        texts = [word.text.strip() for word in new]
        assert texts == before[: len(texts)] == rest[: len(texts)]
        confirmed += texts
        assert [word.text.strip() for word in agreement.tentative] == rest[len(texts) :]
        before = rest[len(texts) :]
