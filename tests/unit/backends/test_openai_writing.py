from __future__ import annotations

import threading
from concurrent.futures import Future

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.backends.openai_writing import RetriedWriting
from audiosvc.errors import ModelFailed
from audiosvc.ports import Ending


def writing() -> tuple[RetriedWriting, Future[Ending]]:
    made: tuple[RetriedWriting, Future[Ending]] = (RetriedWriting(), Future())
    made[0].follow(made[1])
    return made


def test_pieces_come_as_they_are_written_and_the_ending_last() -> None:
    text, work = writing()
    text.begin()
    text.add("a")
    text.add("b")
    assert text.ending is None
    assert next(text) == "ab"
    text.add("c")
    work.set_result("length")
    assert text.ending is None
    assert list(text) == ["c"]
    assert text.ending == "length"


def test_a_reader_waits_for_the_next_piece() -> None:
    text, work = writing()
    text.begin()
    threading.Timer(0.05, text.add, ("late",)).start()
    assert next(text) == "late"
    threading.Timer(0.05, work.set_result, ("stop",)).start()
    assert list(text) == []


def test_a_second_try_gives_only_what_is_new() -> None:
    text, work = writing()
    text.begin()
    text.add("one two")
    assert next(text) == "one two"
    text.begin()
    text.add("one")
    text.add(" two th")
    text.add("ree")
    text.finish()
    work.set_result("stop")
    assert list(text) == [" three"]


def test_what_nobody_has_read_may_change() -> None:
    text, work = writing()
    text.begin()
    text.add("one")
    assert next(text) == "one"
    text.add(" too")
    text.begin()
    text.add("one two")
    text.finish()
    work.set_result("stop")
    assert list(text) == [" two"]


@pytest.mark.parametrize("again", ["One", "on!", "oe two"])
def test_a_second_try_may_not_contradict_what_was_read(again: str) -> None:
    text, _ = writing()
    text.begin()
    text.add("one")
    next(text)
    text.begin()
    with pytest.raises(ModelFailed, match="something else"):
        text.add(again)


def test_a_second_try_may_not_end_before_what_was_read() -> None:
    text, _ = writing()
    text.begin()
    text.add("one")
    next(text)
    text.begin()
    text.add("on")
    with pytest.raises(ModelFailed, match="less"):
        text.finish()


def test_an_error_is_raised_behind_what_came_before_it() -> None:
    text, work = writing()
    text.begin()
    text.add("one")
    work.set_exception(ModelFailed("It stopped."))
    assert next(text) == "one"
    with pytest.raises(ModelFailed, match="It stopped"):
        next(text)
    assert text.ending is None


def test_closing_ends_the_work_and_wakes_the_reader() -> None:
    text, work = writing()
    text.begin()
    text.add("unread")
    assert next(text) == "unread"
    threading.Timer(0.05, text.close).start()
    assert list(text) == []
    assert work.cancelled()
    assert text.ending is None
    text.close()


def test_work_that_others_ended_is_an_error() -> None:
    text, work = writing()
    work.cancel()
    with pytest.raises(ModelFailed, match="closed"):
        next(text)


@given(
    text=st.text(max_size=30),
    tries=st.lists(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=6), max_size=4),
)
def test_whatever_breaks_the_reader_gets_the_text_once(
    text: str, tries: list[list[tuple[int, bool]]]
) -> None:
    one, work = writing()
    got = []
    for pieces in [*tries, [(len(text), True)]]:
        one.begin()
        at = 0
        for length, read in pieces:
            one.add(text[at : at + length])
            at += length
            if read and one._ready:
                got.append(next(one))
    one.finish()
    work.set_result("stop")
    assert "".join([*got, *one]) == text
