"""Noticing loops early, and nothing else."""

from __future__ import annotations

import pytest

from audiosvc.transcription.joint.loops import LoopWatch, is_circular

SPEECH = (
    "[0.4][S01]Well, no, no, no, that is not what I meant at all, you see.[5.1][5.3][S02]Yes. Yes. "
    "Yes, I know. Ha ha ha ha ha.[8.0][8.2][S01]The first is one, the second is two, the third is "
    "three, the fourth is four, the fifth is five, and the sixth is six.[19.0][19.5][S02]Row, row, "
    "row your boat, gently down the stream, merrily, merrily, merrily, merrily.[27.2]"
)


def noticed_after(text: str, step: int = 5) -> int | None:
    """How many letters were fed when the loop was noticed."""
    watch = LoopWatch()
    for place in range(0, len(text), step):
        if watch.feed(text[place : place + step]):
            return place + step
    return None


def test_speech_that_repeats_itself_is_no_loop() -> None:
    assert noticed_after(SPEECH) is None


@pytest.mark.parametrize(
    "phrase",
    [
        "a",
        "no ",
        "and so on ",
        "I do not think that this is what you want to hear from me. ",
        "是的，",
    ],
)
def test_a_loop_is_noticed_within_a_few_hundred_letters(phrase: str) -> None:
    found = noticed_after(SPEECH + phrase * 400)
    assert found is not None
    assert found - len(SPEECH) < 600


def test_a_loop_whose_times_go_on_is_noticed() -> None:
    rounds = "".join(f"[{n}.0][S0{n % 3}]Thank you for watching.[{n}.9]" for n in range(60))
    assert noticed_after(SPEECH + rounds) is not None


def test_what_may_be_part_of_a_loop_lies_within_reach() -> None:
    watch = LoopWatch()
    before = 0
    for letter in SPEECH + "over and over again " * 100:
        if letter == "o" and not before and watch.written >= len("".join(SPEECH.split("]")[1:])):
            before = watch.written
        if watch.feed(letter):
            break
    assert is_circular("over and over again " * 20)
    assert watch.reach >= 120


def test_an_empty_text_is_no_loop() -> None:
    assert not is_circular("")
    assert not is_circular(" " * 500)


def test_a_loop_of_objects_whose_times_go_on_is_noticed() -> None:
    watch = LoopWatch("json")
    rounds = ",".join(
        f'{{"Start":{n * 1.5},"End":{n * 1.5 + 1.25},"Speaker":0,"Content":"Thank you for that."}}'
        for n in range(40)
    )
    assert any(watch.feed(rounds[place : place + 5]) for place in range(0, len(rounds), 5))
    watch = LoopWatch("json")
    told = ",".join(
        f'{{"Start":{n * 1.5},"End":{n * 1.5 + 1.25},"Speaker":{n % 3},"Content":"{words}"}}'
        for n, words in enumerate(SPEECH.split(","))
    )
    assert not any(watch.feed(told[place : place + 5]) for place in range(0, len(told), 5))
