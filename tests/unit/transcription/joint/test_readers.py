"""Reading what joint models write, in pieces of any length."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.ports import Markup
from audiosvc.transcription.joint.readers import open_reader
from audiosvc.transcription.sats import SatsSegment

ROWS = [
    {"Start": 0.0, "End": 2.5, "Speaker": 0, "Content": 'He said "no", and left.'},
    {"Start": 2.5, "End": 4.0, "Speaker": 1, "Content": "Braces { and } and \\ too [laughter]"},
    {"Start": 4, "End": 9.25, "Speaker": 0, "Content": "好的，明白了。"},
]
JSON = "assistant\n" + json.dumps(ROWS, ensure_ascii=False)
SATS = "[0.00][S01]hello[2.00][2.00][S02]wide world[3.88]"


def read(text: str, markup: Markup = "json", step: int = 10_000) -> list[SatsSegment]:
    reader = open_reader(markup, 30.0)
    found: list[SatsSegment] = []
    for place in range(0, len(text), step):
        found += reader.feed(text[place : place + step])
    return [*found, *reader.finish()]


def test_a_list_of_objects_is_read() -> None:
    first, second, third = read(JSON)
    assert (first.start_s, first.end_s, first.speaker) == (0.0, 2.5, "S00")
    assert first.text == 'He said "no", and left.'
    assert second.text == "Braces { and } and \\ too"
    assert second.events == ("laughter",)
    assert (third.start_s, third.end_s, third.text) == (4.0, 9.25, "好的，明白了。")
    assert not any(one.faults for one in (first, second, third))


@pytest.mark.parametrize("step", range(1, 12))
@pytest.mark.parametrize(("text", "markup"), [(JSON, "json"), (SATS, "sats")])
def test_how_the_text_is_cut_changes_nothing(text: str, markup: Markup, step: int) -> None:
    assert read(text, markup, step) == read(text, markup)


def test_objects_are_given_as_soon_as_they_are_closed() -> None:
    reader = open_reader("json", 30.0)
    assert reader.feed('[{"Start":0,"End":1,"Speaker":0,"Content":"yes"') == []
    assert [one.text for one in reader.feed("}")] == ["yes"]


@given(st.integers(len("assistant\n"), len(JSON)))
def test_a_text_that_breaks_off_gives_what_it_has(place: int) -> None:
    found = read(JSON[:place])
    said = "".join(one.text for one in found)
    whole = 'He said "no", and left.Braces { and } and \\ too好的，明白了。'
    assert whole.startswith(said.rstrip(" [laughter"))  # an event that breaks off is text
    assert sum("unterminated" in one.faults for one in found) <= 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Sorry, I cannot hear anything.", ["Sorry, I cannot hear anything."]),
        ('[{"Start":0,"End":1,"Content":"a"}] and b', ["a", "and b"]),
        ('{"Start":0,"End":1,"Speaker":"Ann","Content":"one object"}', ["one object"]),
        ('[{"Start":"0.5","End":"x","Speaker":null,"Content":"odd"}]', ["odd"]),
        ('[{"Start":3,"End":1,"Speaker":0,"Content":"backwards"}]', ["backwards"]),
        ('[{"Start":0 "End":1,"Content":"no comma"}]', ["no comma"]),
        ('[{"Speech":"another name"}]', ["another name"]),
        ("```json\n[]\n```", []),
        ("", []),
    ],
)
def test_what_is_not_as_agreed_loses_no_text(text: str, said: list[str]) -> None:
    assert [one.text for one in read(text)] == said


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_no_json_breaks_it(value: Any) -> None:
    for one in read(json.dumps([{"Content": value, "Start": value, "Speaker": value}])):
        assert one.start_s is not None
        assert one.end_s is not None
        assert 0.0 <= one.start_s <= one.end_s


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    for one in read(text):
        assert one.text.strip() or one.events
