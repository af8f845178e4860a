"""Loops, invented text and dropped text are recognised, and what people really say is not."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.spans import Span, subtract_spans, total_s
from audiosvc.transcription.guards import (
    DOUBLED_WORDS,
    DROPPED_S,
    ECHO_WORDS,
    LONGEST_PHRASE,
    WORD_REACH_S,
    doubled_from,
    dropped,
    is_echo,
    is_invented,
    is_loop,
)
from audiosvc.types import Hypothesis, Word
from tests.fakes import read_script, spans

THAI = (
    "วันนี้เราจะพูดถึงงบประมาณสำหรับฤดูร้อนและห้องสมุดแห่งใหม่ที่กำลังสร้างอยู่ใกล้กับสถานีรถไฟหลายคนถามว่า"
    "หลังคาจะซ่อมเสร็จก่อนฤดูใบไม้ร่วงหรือไม่เพราะฝนตกเข้ามาในห้องโถงแล้วขอให้ทุกคนพูดทีละคนนะครับแล้วเราจะจดบันทึก"
    "ทุกอย่างไว้ในรายงานการประชุมและส่งให้ทุกท่านภายในวันศุกร์หน้าถ้ามีคำถามอะไรก็ถามได้เลยตอนนี้หรือจะเขียนมาทีหลังก็ได้"
)
JAPANESE = (
    "本日は夏の予算についてお話しします。予定よりも支出が少なかったので、残りのお金は新しい図書館のために取っておきたいと"
    "思います。しかし、屋根の修理は秋まで待てません。すでにホールに雨が漏れています。順番にお話しください。"
)
CHINESE = (
    "今天我们讨论夏天的预算。支出比计划的少，我想把剩下的钱留给新的图书馆。可是屋顶不能等到秋天，雨已经漏进大厅了。"
    "请一个一个地说。屋顶需要多少钱？如果在暴风雨之前做，需要四千。好的，那么我们就这样决定。"
)


def said(text: str, words_per_s: float, instant: float = 0.0) -> list[Word]:
    """The text at an even pace; instant: the share of words to which the aligner gave no time."""
    spaced = " " in text or text.isascii()
    parts = [f" {part}" for part in text.split()] if spaced else list(text)
    words = []
    for place, part in enumerate(parts):
        start_s = place / words_per_s
        length_s = 0.0 if place < instant * len(parts) else 0.9 / words_per_s
        words.append(Word(part, Span(start_s, start_s + length_s)))
    return words


@pytest.mark.parametrize("length", range(2, LONGEST_PHRASE + 1))
def test_a_phrase_again_and_again_too_fast_to_be_said_is_a_loop(length: int) -> None:
    phrase = " ".join(f"word{place}" for place in range(length))
    before = "and that is what we had decided about it in spring"
    assert is_loop(said(f"{before} {' '.join([phrase] * 5)}", words_per_s=6.0))


def test_a_single_word_again_and_again_too_fast_to_be_said_is_a_loop() -> None:
    assert is_loop(said("you know " + "so " * 12, words_per_s=7.0))


def test_a_loop_to_which_the_aligner_gave_no_time_is_a_loop() -> None:
    looped = " ".join(["Thank you for watching."] * 8)
    assert is_loop(said(looped, words_per_s=2.0, instant=0.5))
    assert not is_loop(said(looped, words_per_s=2.0))


def test_a_loop_in_writing_without_spaces_is_a_loop() -> None:
    assert is_loop(said("ご視聴ありがとうございました" * 8, words_per_s=20.0))
    assert is_loop(said("ご視聴ありがとうございました" * 8, words_per_s=7.0, instant=0.5))
    assert is_loop(said("谢谢观看" * 12, words_per_s=20.0))


def test_more_words_than_anybody_can_say_are_a_loop_whatever_they_are() -> None:
    text = " ".join(f"{place * 7919 % 9973}" for place in range(60))
    assert is_loop(said(text, words_per_s=15.0))
    assert not is_loop(said(text, words_per_s=3.0))


@pytest.mark.parametrize(
    "text",
    [
        "no no no",
        "No, no, no, no, that is not what I meant.",
        "yes yes yes yes",
        "very very very very good",
        "one two three four five six seven eight nine ten eleven twelve",
        "ha ha ha ha ha",
        "twenty one twenty two twenty three twenty four twenty five twenty six",
        "the first point is the roof the second point is the crane the third point is the hall",
        "bolts for the bridge, bolts for the crane, bolts for the roof, bolts for the hall",
        "I know, I know, I know. But still.",
    ],
)
@pytest.mark.parametrize("words_per_s", [1.5, 3.0, 5.0])
def test_what_people_repeat_is_no_loop(text: str, words_per_s: float) -> None:
    assert not is_loop(said(text, words_per_s))


def test_a_chorus_at_the_pace_of_speech_is_no_loop() -> None:
    chorus = "row row row your boat gently down the stream " * 5
    assert not is_loop(said(chorus, words_per_s=2.5))


@pytest.mark.parametrize(
    ("text", "pieces_per_s"), [(THAI, 11.0), (THAI, 13.0), (JAPANESE, 7.5), (CHINESE, 5.5)]
)
@pytest.mark.parametrize("instant", [0.0, 0.3])
def test_ordinary_speech_in_writing_without_spaces_is_no_loop(
    text: str, pieces_per_s: float, instant: float
) -> None:
    for first in range(0, len(text), 60):
        assert not is_loop(said(text[first:], pieces_per_s, instant))


def test_no_part_of_the_sample_meeting_is_a_loop(sample_meeting: Path) -> None:
    lines = read_script(sample_meeting.with_suffix(".stm")).lines
    for first, last in [*pairwise(range(len(lines) + 1)), (0, 5), (4, 9), (8, 14)]:
        words = [word for line in lines[first:last] for word in line.words]
        assert not is_loop(words)


@pytest.mark.parametrize("name", ["dialogue", "overlap", "spanish", "french"])
def test_no_part_of_the_test_recordings_is_a_loop(recordings: Path, name: str) -> None:
    for line in read_script(recordings / f"{name}.stm").lines:
        assert not is_loop(line.words)
        assert not is_loop(said(line.text, words_per_s=6.0))


def test_a_few_words_are_no_loop() -> None:
    assert not is_loop([])
    assert not is_loop(said("so so so", words_per_s=30.0))


def hypothesis(doubt: float, log_probability: float, text: str = "thank you") -> Hypothesis:
    return Hypothesis(tuple(said(text, 2.0)), log_probability, doubt)


@pytest.mark.parametrize(
    ("doubt", "log_probability", "invented"),
    [
        (0.02, -0.1, False),  # plain speech
        (0.02, -0.9, False),  # mumbled speech
        (0.4, -0.6, False),  # far from the microphone
        (0.7, -0.3, False),  # doubtful, but sure of its words
        (0.7, -0.9, True),  # doubtful in both ways
        (0.94, -0.4, True),  # Whisper base on digital silence
        (0.75, -1.6, True),  # on a tenth of a second
        (0.81, -1.9, True),  # on noise
        (0.05, -1.8, True),  # on music
    ],
)
def test_text_that_the_model_doubts_is_invented(
    doubt: float, log_probability: float, invented: bool
) -> None:
    assert is_invented(hypothesis(doubt, log_probability)) is invented


def test_no_text_is_not_invented() -> None:
    assert not is_invented(Hypothesis((), -9.0, 1.0))


def test_a_dropped_tail_is_found() -> None:
    words = said("a b c d e f", words_per_s=2.0)  # ends at 2.95 s
    (tail,) = dropped(words, spans((0, 9)), Span(0, 10))
    assert tail.start_s == pytest.approx(2.95 + WORD_REACH_S)
    assert tail.end_s == 9


def test_a_hole_in_the_middle_is_found_and_a_pause_is_none() -> None:
    words = [Word(" a", Span(0, 2)), Word(" z", Span(12, 14))]
    (hole,) = dropped(words, spans((0, 14)), Span(0, 14))
    assert hole == Span(2 + WORD_REACH_S, 12 - WORD_REACH_S)
    assert dropped(words, spans((0, 2.5), (11.5, 14)), Span(0, 14)) == []


def test_what_was_said_outside_of_the_stretch_is_not_dropped() -> None:
    words = [Word(" a", Span(10, 19.5))]
    assert dropped(words, spans((0, 30)), Span(10, 20)) == []


def test_all_of_it_may_be_dropped() -> None:
    assert dropped([], spans((1, 6), (6.3, 9)), Span(0, 10)) == [Span(1, 9)]


@given(
    st.lists(st.tuples(st.floats(0, 30), st.floats(0, 2)), max_size=12),
    st.lists(st.tuples(st.floats(0, 30), st.floats(0.1, 15)), max_size=5),
)
def test_what_is_dropped_is_long_enough_and_free_of_words(
    words_at: list[tuple[float, float]], speech_at: list[tuple[float, float]]
) -> None:
    words = [Word(" w", Span(start_s, start_s + length_s)) for start_s, length_s in words_at]
    speech = [Span(start_s, start_s + length_s) for start_s, length_s in speech_at]
    within = Span(2, 28)
    holes = dropped(words, speech, within)
    for hole in holes:
        assert hole.duration_s >= DROPPED_S
        assert within.start_s <= hole.start_s < hole.end_s <= within.end_s
        assert all(hole.overlap_s(word.span) <= 1e-9 for word in words)
    reached = [Span(w.span.start_s - WORD_REACH_S, w.span.end_s + WORD_REACH_S) for w in words]
    outside = [Span(-1, within.start_s), Span(within.end_s, 99)]
    for left in subtract_spans(speech, [*reached, *outside, *holes]):
        assert left.duration_s < DROPPED_S
    if not speech:
        assert total_s(holes) == 0.0


def plain_words(text: str) -> list[Word]:
    return [Word(f" {word}", Span(place, place + 1.0)) for place, word in enumerate(text.split())]


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("in a case of attempted suicide In a case of attempted suicide", 6),
        ("Hold on, hold fast. Hold on, hold", 4),
        ("we shall fight on the beaches, we shall fight on the landing grounds", None),
        ("no no no", None),
        ("yes, I know, yes, I know", 3),
        ("good morning", None),
        ("", None),
    ],
)
def test_a_text_that_begins_all_over_again(text: str, again: int | None) -> None:
    assert doubled_from(plain_words(text)) == again


@given(st.lists(st.sampled_from("abcdefgh"), min_size=DOUBLED_WORDS, max_size=12))
def test_whatever_is_said_twice_is_found(words: list[str]) -> None:
    again = doubled_from(plain_words(" ".join([*words, *words])))
    assert again is not None
    assert again <= len(words)


@given(st.lists(st.integers(), unique=True, max_size=30))
def test_what_never_repeats_is_not_doubled(numbers: list[int]) -> None:
    assert doubled_from(plain_words(" ".join(f"w{number}" for number in numbers))) is None


def test_an_echo_is_what_was_said_just_before() -> None:
    before = plain_words("hold on hold fast hold out Patience is genius.")
    assert is_echo(before, plain_words("Hold on, hold fast, hold out."))
    assert is_echo(before, plain_words("hold out, patience is genius"))
    assert not is_echo(before, plain_words("hold on hold fights"))
    assert not is_echo(before, plain_words("the gut and the gullet"))
    assert not is_echo(before, plain_words("hold on hold"[:ECHO_WORDS]))
    assert not is_echo([], plain_words("hold on hold fast"))
