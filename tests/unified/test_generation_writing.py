"""Tokens become text in pieces: whatever the pieces, the same text, and never half a character."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.backends.generation_desk import Desk
from audiosvc.backends.generation_writing import TokenWriting
from audiosvc.types import Hints, Request
from tests.unified.conftest import clip

REQUEST = Request(clip(0.1), Hints(), 100)
PATIENCE_S = 10.0
# U+FFFD says that there is no character.
WHOLE = st.text(st.characters(codec="utf-8", exclude_characters="\ufffd"))


def by_bytes(tokens):
    """A tokenizer of which every byte is a token."""
    return bytes(tokens).decode("utf-8", "replace")


def dropping_the_first_space(tokens):
    """As those that write spaces before words do at the beginning of a line."""
    return by_bytes(tokens).removeprefix(" ")


def given_in(parts: list[list[int]], detokenise=by_bytes) -> list[str]:
    """The pieces of a text whose tokens come in these parts, each read before the next comes."""
    writing = TokenWriting(REQUEST, detokenise)
    characters = writing._characters
    return [*(characters.feed(part) for part in parts), characters.flush()]


@given(WHOLE, st.lists(st.integers(1, 9)), st.sampled_from([by_bytes, dropping_the_first_space]))
def test_any_parts_give_the_same_text(text, sizes, detokenise):
    tokens, parts = list(text.encode()), []
    for size in sizes:
        parts.append(tokens[:size])
        tokens = tokens[size:]
    pieces = given_in([*parts, tokens], detokenise)
    assert "".join(pieces) == detokenise(text.encode())
    assert all("\ufffd" not in piece for piece in pieces)


@given(st.binary(max_size=60))
def test_broken_bytes_hold_nothing_up(garbage):
    pieces = given_in([[byte] for byte in garbage] + [list(b"the end")])
    assert "".join(pieces).endswith("the end")
    assert len("".join(pieces)) <= len(garbage) + len("the end")


def test_a_reader_waits_and_an_ending_comes_last():
    writing = TokenWriting(REQUEST, by_bytes)
    pieces: list[str] = []
    reader = threading.Thread(target=lambda: pieces.extend(writing))
    reader.start()
    writing.written += b"ab"
    writing.hand_over()
    assert writing.ending is None
    writing.written += b"c"
    writing.hand_over()
    writing.finish("stop")
    writing.finish(ValueError("too late"))
    reader.join(PATIENCE_S)
    assert "".join(pieces) == "abc"
    assert writing.ending == "stop"
    with pytest.raises(StopIteration):
        next(writing)


def test_an_error_stays():
    writing = TokenWriting(REQUEST, by_bytes)
    writing.finish(ValueError("no"))
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            next(writing)


def test_a_desk_waits_for_a_lull_or_a_full_batch():
    desk: Desk[int] = Desk(3, lull_s=0.05)
    for number in range(5):
        assert desk.put(number, "kind")
    assert desk.take() == [0, 1, 2]
    assert desk.take() == [3, 4]


def test_one_kind_at_a_time_the_oldest_first():
    desk: Desk[str] = Desk(2, lull_s=0.0)
    for job, kind in (("a1", "a"), ("b1", "b"), ("a2", "a"), ("b2", "b"), ("a3", "a")):
        desk.put(job, kind)
    assert [desk.take() for _ in range(3)] == [["a1", "a2"], ["b1", "b2"], ["a3"]]


def test_a_closed_desk_gives_back_what_is_not_done():
    desk: Desk[int] = Desk(1, lull_s=0.0)
    for number in range(3):
        desk.put(number, None)
    assert desk.take() == [0]
    assert desk.take() == [1]
    assert desk.close() == [1, 2]
    assert desk.take() == []
    assert not desk.put(3, None)
