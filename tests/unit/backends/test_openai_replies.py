from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.backends.openai_faults import Passing
from audiosvc.backends.openai_replies import MOST_BYTES, Reply
from audiosvc.errors import ModelFailed
from tests.fakes.transcription_protocols import PROTOCOLS, Said

SERVER = "http://host:8000"
TEXT = "[0.00][S01]Guten Tag, 你好 🙂 ünd so.[2.50][2.50][S02]Adieu.[4.00]"
STREAMED = {"stream": "true", "stream_include_usage": "true", "response_format": "json"}


def read(*pieces: bytes, budget: int = 1000) -> tuple[str, str]:
    """The text, and why it ended."""
    one = Reply(SERVER, budget)
    text = "".join(one.feed(piece) for piece in pieces)
    return text + one.finish(), one.ending


def event(value: Any) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


def chunk(text: str | None, why: str | None = None) -> bytes:
    return event({"choices": [{"delta": {"content": text}, "finish_reason": why}]})


def usage(tokens: int) -> bytes:
    return event({"choices": [], "usage": {"completion_tokens": tokens}})


def delta(text: str) -> bytes:
    return event({"type": "transcript.text.delta", "delta": text})


def closing(text: str, **more: Any) -> bytes:
    return event({"type": "transcript.text.done", "text": text, **more})


DONE = b"data: [DONE]\n\n"


@pytest.mark.parametrize("protocol", ["vllm", "sglang", "json"])
@given(cuts=st.lists(st.integers(0, 4000)), line_end=st.sampled_from([b"\n", b"\r\n"]))
def test_any_split_of_the_bytes_gives_the_same_text(
    protocol: str, cuts: list[int], line_end: bytes
) -> None:
    _, events = PROTOCOLS[protocol](Said(TEXT, STREAMED, 4.0, cut=False, finish_reason="stop"))
    data = b"".join(one.data for one in events).replace(b"\n", line_end)
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    pieces = [data[a:b] for a, b in itertools.pairwise(places)]
    assert read(*pieces) == (TEXT, "stop")


@pytest.mark.parametrize("protocol", ["verbose_json", "diarized_json"])
def test_segments_become_the_text_that_they_came_from(protocol: str) -> None:
    _, events = PROTOCOLS[protocol](Said(TEXT, {}, 4.0, cut=False, finish_reason="stop"))
    assert read(*(one.data for one in events)) == (TEXT, "stop")


def test_text_comes_as_soon_as_its_event_is_whole() -> None:
    one = Reply(SERVER, 10)
    assert one.feed(chunk("Hello")[:-1]) == ""
    assert one.feed(b"\n") == "Hello"
    assert not one.done


def test_chunks_end_with_their_reason() -> None:
    assert read(chunk("a"), chunk("b", "stop")) == ("ab", "stop")
    assert read(chunk("a"), chunk("b", "length"), DONE) == ("ab", "length")
    assert read(chunk(None), chunk("a"), usage(3)) == ("a", "stop")


def test_as_many_tokens_as_allowed_is_no_end() -> None:
    assert read(chunk("a", "stop"), usage(9), DONE, budget=10)[1] == "stop"
    assert read(chunk("a", "stop"), usage(10), DONE, budget=10)[1] == "length"
    tokens = {"type": "tokens", "output_tokens": 10}
    assert read(delta("a"), closing("a", usage=tokens), budget=10)[1] == "length"
    assert read(json.dumps({"text": "a", "usage": tokens}).encode(), budget=10)[1] == "length"
    seconds = {"type": "duration", "seconds": 10}
    assert read(json.dumps({"text": "a", "usage": seconds}).encode(), budget=10)[1] == "stop"


def test_each_part_of_the_audio_may_have_an_end_of_its_own() -> None:
    assert read(chunk("a", "length"), chunk("b"), chunk("c", "stop")) == ("abc", "length")


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [b"\n"],
        [chunk("a")],
        [chunk("a", "stop"), chunk("b")],
        [chunk("a"), b'data: {"choices": [{"del'],
        [chunk("a"), b'data: {"choices": [{"del\n\n'],
        [chunk("a"), b"data: [DO"],
        [delta("a")],
        [b'{"text": "a'],
        [b'{"text": "a"'],
        [chunk("a"), chunk("", "abort"), DONE],
        [event({"error": {"message": "The engine died.", "code": 500}}), DONE],
        [event({"type": "error", "error": {"message": "The engine died."}})],
        [chunk("a"), event({"object": "error", "message": "Out of memory", "code": 503}), DONE],
    ],
)
def test_a_text_that_is_not_whole_is_worth_another_try(pieces: list[bytes]) -> None:
    with pytest.raises(Passing, match=SERVER):
        read(*pieces)


def test_what_comes_behind_the_end_is_ignored() -> None:
    assert read(chunk("a", "stop"), DONE, chunk("b", "length"), DONE, b"rubbish") == ("a", "stop")
    assert read(delta("a"), closing("a"), delta("b"), DONE) == ("a", "stop")
    assert read(chunk("a", "stop"), b"data: [DO") == ("a", "stop")


def test_done_needs_no_empty_line_behind_it() -> None:
    assert read(chunk("a"), b"data: [DONE]") == ("a", "stop")


def test_events_without_an_empty_line_between_them_are_told_apart() -> None:
    assert read(chunk("a").rstrip() + b"\n" + chunk("b").rstrip() + b"\n", DONE)[0] == "ab"


def test_one_event_may_stand_on_two_lines() -> None:
    assert read(b'data: {"type": "transcript.text.delta",\ndata: "delta": "a"}\n\n', DONE)[0] == "a"


def test_comments_and_names_of_events_are_passed_over() -> None:
    assert read(b": ping\n\nevent: x\nid: 1\nretry: 5\n", chunk("a"), DONE)[0] == "a"


@pytest.mark.parametrize(
    ("pieces", "whole", "text"),
    [
        (["a", "b"], "ab", "ab"),
        (["a", "b"], "abc", "abc"),
        ([" a", "b "], "ab", " ab "),
        ([" a", "b"], "abc", " abc"),
        (["a", "b"], "", "ab"),
        (["a", "b"], "a", "ab"),
        (["a", "b"], "Ab.", "ab"),
        ([], "ab", "ab"),
        (["  "], "ab", "  ab"),
        ([], "", ""),
    ],
)
def test_the_closing_text_gives_the_rest_and_nothing_twice(
    pieces: list[str], whole: str, text: str
) -> None:
    assert read(*(delta(piece) for piece in pieces), closing(whole), DONE) == (text, "stop")


def test_silence_is_an_empty_text() -> None:
    assert read(chunk("", "stop"), DONE) == ("", "stop")
    assert read(b'{"text": ""}') == ("", "stop")
    assert read(b'{"text": "", "segments": []}') == ("", "stop")


@pytest.mark.parametrize(
    ("data", "came"),
    [
        (b"<!DOCTYPE html><title>Welcome</title>", "Welcome"),
        (b"Internal Server Error", "Internal Server Error"),
        (b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello", "WEBVTT"),
        (b"\x1f\x8b\x08\x00\x00", "answered with"),
        (b"[1, 2]", r"\[1, 2\]"),
        (b"{}", "{}"),
        (b'{"text": 5}', "5"),
        (b'{"text": null}', "null"),
        (b'{"text": ["a"]}', "a"),
        (b'{"segments": [{"start": 0.0}]}', "segments"),
        (b'{"segments": ["a"], "text": "b"}', "segments"),
        (b'{"text": "a"} and more', "and more"),
        (b'{"text": "\xff"}', "text"),
        (b"[" * 100_000, "which is not JSON"),
        (b"data: 5\n\n", "5"),
        (b"data: rubbish\n\n", "rubbish"),
        (event({"choices": 5}), "choices"),
        (event({"choices": ["a"]}), "choices"),
        (event({"choices": [{"delta": "a"}]}), "delta"),
        (event({"choices": [{"delta": {"content": 5}}]}), "content 5"),
        (event({"type": "transcript.text.delta", "delta": None}), "delta None"),
        (event({"type": "transcript.text.done"}), "text None"),
        (event({"type": "ping"}) + DONE, "no transcript"),
        (DONE, "no transcript"),
        (event({"error": {"message": "No such language", "code": 400}}), "No such language"),
    ],
)
def test_rubbish_is_named_and_not_tried_again(data: bytes, came: str) -> None:
    with pytest.raises(ModelFailed, match=came) as caught:
        read(data)
    assert not isinstance(caught.value, Passing)
    assert SERVER in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("head", [b"data: ", b'{"text": "', b": "])
def test_a_reply_without_an_end_is_given_up(head: bytes) -> None:
    one = Reply(SERVER, 10)
    one.feed(head)
    piece = b"a" * 2**16
    with pytest.raises(ModelFailed, match="64 MiB"):
        for _ in range(MOST_BYTES // len(piece) + 1):
            one.feed(piece)


@given(st.binary(max_size=300))
def test_no_bytes_at_all_raise_anything_else(data: bytes) -> None:
    for head in (b"", b"data: ", b"{"):
        try:
            text, ending = read(head + data)
        except ModelFailed:
            continue
        assert isinstance(text, str)
        assert ending in ("stop", "length")


FIELDS = [
    *("choices", "delta", "content", "finish_reason", "usage", "completion_tokens"),
    *("type", "text", "segments", "start", "end", "speaker", "error", "message", "code"),
]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(FIELDS),
                inner,
            )
        ),
        max_leaves=12,
    )
)
def test_no_value_at_all_raises_anything_else(value: Any) -> None:
    for data in (json.dumps(value).encode(), event(value) + DONE):
        try:
            text, _ = read(data)
        except ModelFailed:
            continue
        assert isinstance(text, str)
