"""When words of a passage are given out, and where drafts begin to listen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audiosvc.spans import Span
from audiosvc.transcription.live.passage import LONGEST_DRAFT_S, LONGEST_S, Passage
from audiosvc.types import DraftWord


def words(text: str, first_s: float = 0.0, pace_s: float = 0.5) -> list[DraftWord]:
    return [
        DraftWord(
            f" {word}",
            Span(first_s + place * pace_s, first_s + (place + 1) * pace_s - 0.05),
            tokens=(place,),
        )
        for place, word in enumerate(text.split())
    ]


def said(given: list[DraftWord]) -> str:
    return " ".join(word.text.strip() for word in given)


def test_a_sentence_is_given_out_and_the_rest_waits() -> None:
    passage = Passage(0.0)
    passage.confirm(words("That is all we have. Now for the"))
    assert said(passage.give(everything=False)) == "That is all we have."
    assert said(passage.waiting) == "Now for the"
    assert passage.give(everything=False) == []


def test_a_very_short_sentence_is_one_as_well() -> None:
    passage = Passage(0.0)
    passage.confirm(words("Yes. We do"))
    assert said(passage.give(everything=False)) == "Yes."


def test_somebody_without_full_stops_is_cut_in_a_late_pause() -> None:
    passage = Passage(0.0)
    before = words("and then and then and then and then and")
    after = words("so on", first_s=before[-1].span.end_s + 0.3, pace_s=0.3)
    passage.confirm([*before, *after])
    assert after[-1].span.end_s >= LONGEST_S
    assert said(passage.give(everything=False)) == said(before)
    assert before[-1].span.end_s < passage.given_s < after[0].span.start_s


def test_somebody_who_does_not_pause_is_cut_where_it_is_confirmed() -> None:
    passage = Passage(0.0)
    passage.confirm(words("and so on and so on and so on and so on"))
    assert said(passage.give(everything=False)) == "and so on and so on and so on and so on"


def test_at_the_end_everything_is_given_out() -> None:
    passage = Passage(0.0)
    passage.listened_s = passage.end_s = 3.0
    passage.confirm(words("no full stop here"))
    assert said(passage.give(everything=True)) == "no full stop here"
    assert passage.given_s == 3.0


def test_no_word_begins_before_the_one_before_it_has_ended() -> None:
    passage = Passage(10.0)
    passage.confirm([DraftWord(" a", Span(9.5, 10.5)), DraftWord(" b", Span(10.2, 10.4))])
    spans = [word.span for word in passage.confirmed]
    assert spans == [Span(10.0, 10.5), Span(10.5, 10.5)]


def test_the_anchor_follows_when_drafts_have_become_long() -> None:
    passage = Passage(0.0)
    passage.confirm(words("one two three four five six. seven eight"))
    passage.give(everything=False)
    passage.listened_s = LONGEST_DRAFT_S - 1
    passage.follow(everything=False)
    assert passage.anchor_s == 0.0
    passage.listened_s = LONGEST_DRAFT_S + 1
    passage.follow(everything=False)
    assert passage.anchor_s == pytest.approx(3.0, abs=0.1)
    assert said(passage.confirmed) == "seven eight"
    assert passage.waiting == passage.confirmed


def test_the_anchor_follows_where_the_recognizer_has_stopped() -> None:
    passage = Passage(0.0)
    passage.confirm(words("this is really all."))
    passage.give(everything=False)
    passage.listened_s = 5.0
    passage.follow(everything=False)
    assert passage.anchor_s == passage.given_s > 0.0


def ended(said_before: list[DraftWord]) -> Passage:
    before = Passage(0.0)
    before.confirm(said_before)
    before.end_s = before.listened_s = said_before[-1].span.end_s
    before.give(everything=True)
    return before


def test_the_last_sentence_before_a_short_pause_is_context() -> None:
    passage = Passage(4.0)
    passage.inherit(ended(words("That is that. And then this.")))
    assert said(passage.confirmed) == "And then this."
    assert passage.has_context
    assert passage.waiting == []


def test_words_that_were_mended_are_no_context() -> None:
    """The recognizer cannot be told of them, and would say them again."""
    mended = [replace(word, tokens=()) for word in words("That is that. And then this.")]
    passage = Passage(4.0)
    passage.inherit(ended(mended))
    assert passage.confirmed == []
    assert passage.anchor_s == 4.0
