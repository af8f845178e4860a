"""Writing down one stretch: a second try where the first one failed, and the truth about both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.spans import Span
from audiosvc.transcription.recognition import (
    LONGEST_WORD_S,
    SHORTEST_RETRY_S,
    Written,
    settle,
    write_down,
)
from audiosvc.types import Hints, Word
from tests.fakes import (
    FakeRecognizer,
    Fault,
    drops,
    invents,
    loops,
    script,
    silence,
    sound,
    spans,
    texts,
)

STRETCH = Span(2.0, 26.0)
TALK = script(
    ("A", 2, 12, "the long bolts for the bridge are still missing this morning"),
    ("A", 14, 26, "nobody can tell me where they are so please call the supplier now"),
)
ALL = [text for line in TALK.lines for text in line.text.split()]
FIRST, SECOND = (line.text.split() for line in TALK.lines)
HINTS = Hints(hotwords=("bolts",))


def write(*faults: Fault) -> tuple[Written, FakeRecognizer]:
    recognizer = FakeRecognizer(TALK, faults=faults)
    written = write_down(recognizer, sound(30.0), STRETCH, TALK.speech, "en", HINTS)
    return written, recognizer


def test_what_was_said_is_written_at_the_first_try() -> None:
    written, recognizer = write()
    assert texts(written.words) == ALL
    assert written.notices == ()
    (call,) = recognizer.calls
    assert (call.spans, call.language, call.hints, call.careful) == ((STRETCH,), "en", HINTS, False)


def test_a_loop_is_tried_again_in_halves_with_care() -> None:
    written, recognizer = write(loops("and so", STRETCH))
    assert texts(written.words) == ALL
    assert [call.careful for call in recognizer.calls] == [False, True]
    assert recognizer.calls[1].spans == (Span(2, 13), Span(13, 26))
    (notice,) = written.notices
    assert (notice.code, notice.span) == ("text_retried", STRETCH)
    assert "repeated itself" in notice.message


def test_a_loop_that_stays_one_is_left_out_and_named() -> None:
    written, _ = write(loops("and so", STRETCH, even_if_careful=True))
    assert written.words == ()
    (notice,) = written.notices
    assert (notice.code, notice.span) == ("text_left_out", STRETCH)


def test_half_of_a_loop_that_could_not_be_mended_is_left_out_and_named() -> None:
    written, _ = write(
        loops("and so", STRETCH), loops("uh huh", Span(14, 26), even_if_careful=True)
    )
    assert texts(written.words) == FIRST
    (notice,) = written.notices
    assert notice.code == "text_left_out"
    assert notice.span is not None
    assert notice.span.overlap_s(Span(14, 26)) > 10.0


def test_invented_text_is_left_out_and_named() -> None:
    nothing = script()
    recognizer = FakeRecognizer(nothing, faults=[invents("Thank you for watching.")])
    written = write_down(recognizer, silence(30.0), STRETCH, spans((2, 26)), "en", Hints())
    assert written.words == ()
    (notice,) = written.notices
    assert notice.code == "text_left_out"
    assert "made up" in notice.message


def test_text_is_invented_for_the_silent_half_alone() -> None:
    half = script(("A", 2, 12, TALK.lines[0].text))
    recognizer = FakeRecognizer(
        half, faults=[invents("Thank you."), loops("thank you", STRETCH, even_if_careful=False)]
    )
    written = write_down(recognizer, sound(30.0), STRETCH, spans((2, 12), (14, 26)), "en", Hints())
    assert texts(written.words) == FIRST


@pytest.mark.parametrize(("lost", "kept"), [(Span(14, 27), FIRST), (Span(1, 13), SECOND)])
def test_text_that_was_dropped_is_tried_alone(lost: Span, kept: list[str]) -> None:
    written, recognizer = write(drops(lost))
    assert texts(written.words) == ALL
    assert len(recognizer.calls) == 2
    (again,) = recognizer.calls[1].spans
    assert recognizer.calls[1].careful
    assert again.overlap_s(lost) > 0.8 * again.duration_s
    assert len(kept) < len(ALL)


def test_text_that_is_dropped_twice_leaves_the_rest_as_it_was() -> None:
    written, _ = write(drops(Span(14, 27), even_if_careful=True))
    assert texts(written.words) == FIRST


def test_words_are_in_order_of_time_after_a_second_try() -> None:
    written, recognizer = write(drops(Span(6, 10)))
    assert recognizer.calls[1].careful
    starts_s = [word.span.start_s for word in written.words]
    assert starts_s == sorted(starts_s)
    assert texts(written.words)[-len(SECOND) - 1 :] == ["morning", *SECOND]


def test_what_is_too_short_for_a_second_try_is_not_tried() -> None:
    short = Span(2.0, 2.0 + 1.5 * SHORTEST_RETRY_S)
    recognizer = FakeRecognizer(script(), faults=[invents("you")])
    written = write_down(recognizer, sound(5.0), short, [short], "en", Hints())
    assert written.words == ()
    assert len(recognizer.calls) == 1


def test_a_word_that_begins_in_silence_begins_when_somebody_speaks() -> None:
    assert settle(Word(" a", Span(1, 5)), spans((4.5, 8))).span == Span(4.5, 5)
    assert settle(Word(" a", Span(1, 5)), spans((0, 1.2), (4.5, 8))).span == Span(4.5, 5)
    assert settle(Word(" a", Span(1, 5)), spans((0, 2))).span == Span(1, 2)


def test_a_word_goes_on_no_longer_than_words_do() -> None:
    assert settle(Word(" a", Span(1, 9)), spans((0, 10))).span == Span(9 - LONGEST_WORD_S, 9)


def test_a_word_where_no_speech_was_detected_stays() -> None:
    word = Word(" a", Span(1, 5), 0.4)
    assert settle(word, spans((6, 8))) == word
    assert settle(word, []) == word


@given(
    st.tuples(st.floats(0, 20), st.floats(0, 8)),
    st.lists(st.tuples(st.floats(0, 20), st.floats(0.05, 4)), max_size=6),
)
def test_a_settled_word_lies_within_its_old_time_and_in_speech(
    word_at: tuple[float, float], speech_at: list[tuple[float, float]]
) -> None:
    old = Word(" w", Span(word_at[0], sum(word_at)), 0.5)
    time_s, speech = 0.0, []
    for gap_s, length_s in speech_at:
        speech.append(Span(time_s + gap_s, time_s + gap_s + length_s))
        time_s = speech[-1].end_s
    new = settle(old, speech)
    assert (new.text, new.probability) == (old.text, old.probability)
    assert old.span.start_s <= new.span.start_s <= new.span.end_s <= old.span.end_s
    if new != old:
        assert new.span.duration_s <= LONGEST_WORD_S + 1e-9
        assert any(
            part.start_s - 1e-9 <= new.span.start_s and new.span.end_s <= part.end_s + 1e-9
            for part in speech
        )
