"""Nothing that a unified model wrote down is lost, whatever is wrong with its marks."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import audiosvc
from audiosvc.transcription.sats import SatsParser, SatsSegment, parse_sats

Row = tuple[float | None, float | None, str | None, str]


def rows(text: str, **window: float) -> list[Row]:
    return [(one.start_s, one.end_s, one.speaker, one.text) for one in parse_sats(text, **window)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[0.50][S01]Hello.[1.90]", [(0.5, 1.9, "S01", "Hello.")]),
        (
            "[0.00]hello[2.00][2.00]world[3.88]",
            [(0.0, 2.0, None, "hello"), (2.0, 3.88, None, "world")],
        ),
        ("[00:00:01][s01] a [00:00:02]", [(1.0, 2.0, "S01", "a")]),
        ("[ 1.0 ] [ S01 ] a [ 2.0 ]", [(1.0, 2.0, "S01", "a")]),
        ("[01:01.5][S02]a[1:01:02.25]", [(61.5, 3662.25, "S02", "a")]),
        ("［1.0］［S01］a［2.0］", [(1.0, 2.0, "S01", "a")]),
        ("[1][S01]a[2][2][S02]b[3]", [(1.0, 2.0, "S01", "a"), (2.0, 3.0, "S02", "b")]),
        ("", []),
        (" \n", []),
        ("[1.0][S01][2.0]", []),
    ],
)
def test_what_is_well_formed_or_nearly(text: str, expected: list[Row]) -> None:
    assert rows(text) == expected
    assert not any(one.repaired for one in parse_sats(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[1.0][S01]hello [2.0][S02]bye[3.0]",
            [(1.0, 2.0, "S01", "hello"), (2.0, 3.0, "S02", "bye")],
        ),
        ("[5.0][S01]a[4.0][6.0][S02]b[7.0]", [(5.0, 6.0, "S01", "a"), (6.0, 7.0, "S02", "b")]),
        ("[1.0][S01]and then", [(1.0, None, "S01", "and then")]),
        ("[1.0][S01]and then [2.", [(1.0, None, "S01", "and then")]),
        ("[1.0][S01]a[S02]b[3.0]", [(1.0, 2.0, "S01", "a"), (2.0, 3.0, "S02", "b")]),
        ("[S01]a[2.0][3.0][S02]b[4.0]", [(0.0, 2.0, "S01", "a"), (3.0, 4.0, "S02", "b")]),
        ("plain text", [(0.0, None, None, "plain text")]),
    ],
)
def test_what_is_missing_is_taken_from_the_neighbours(text: str, expected: list[Row]) -> None:
    assert rows(text) == expected
    assert any(one.repaired for one in parse_sats(text))


def test_the_window_tells_what_the_text_does_not() -> None:
    assert rows("[S01]hello[S02]world", start_s=10.0, end_s=20.0) == [
        (10.0, 15.0, "S01", "hello"),
        (15.0, 20.0, "S02", "world"),
    ]
    assert rows("[12.0][S01]and then", start_s=10.0, end_s=20.0) == [
        (12.0, 20.0, "S01", "and then")
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1.0][S01]the year [2024][3.0]", ["the year [2024]"]),
        ("[1.0][S01]chapter [12][3.0][3.1][S02]b[4.0]", ["chapter [12]", "b"]),
        ("[1.0][S01]an [open bracket that nobody ever closes, and more[2.0]", None),
        ("[1.0][S01]a[] b[2.0]", ["a[] b"]),
        ("[1.0][S01]x[0][2.0]", ["x[0]"]),
    ],
)
def test_brackets_that_belong_to_the_text_stay(text: str, said: list[str] | None) -> None:
    found = [one.text for one in parse_sats(text)]
    assert found == said if said else "nobody ever closes" in " ".join(found)


def test_events_are_kept_as_events() -> None:
    (one,) = parse_sats("[1.0][S01]no [laughter] really[2.0]")
    assert (one.text, one.events) == ("no really", ("laughter",))
    (alone,) = parse_sats("[1.0][background music][2.0]")
    assert (alone.text, alone.events) == ("", ("background music",))


def test_the_faults_are_told() -> None:
    assert parse_sats("[1.0][S01]and then")[0].faults == ("unterminated",)
    assert parse_sats("[5.0][S01]a[4.0][6.0][S02]b[7.0]")[0].faults == ("end_before_start",)
    assert parse_sats("[1.0]a[2.0]")[0].faults == ("no_speaker",)


def test_segments_come_as_soon_as_they_are_sure() -> None:
    parser = SatsParser()
    assert parser.feed("[0.0][S01]one[1.0") == []
    assert [one.text for one in parser.feed("][1.5]")] == ["one"]
    assert parser.feed("[S02]two[S03]three") == []
    assert [one.text for one in parser.feed("[4.0]")] == ["two", "three"]
    assert parser.finish() == []


MARKS = st.one_of(
    st.floats(0, 9999, allow_nan=False).map(lambda time_s: f"[{time_s:.2f}]"),
    st.integers(0, 12).map(lambda number: f"[S{number:02d}]"),
    st.sampled_from(["[s1]", "[ S02 ]", "[00:01:02]", "[3:04.5]", "［1.0］"]),
)
WORDS = st.text("abc éß中文 .,?", min_size=1, max_size=12)
PIECES = st.lists(st.one_of(MARKS, WORDS, st.sampled_from(["[2024]", "[12]", "[]"])), max_size=25)


@given(PIECES, st.lists(st.integers(1, 9), min_size=1, max_size=9))
def test_how_it_is_cut_changes_nothing(pieces: list[str], sizes: list[int]) -> None:
    text = "".join(pieces)
    parser, found, place, turn = SatsParser(end_s=50.0), list[SatsSegment](), 0, 0
    while place < len(text):
        size = sizes[turn % len(sizes)]
        found += parser.feed(text[place : place + size])
        place, turn = place + size, turn + 1
    assert [*found, *parser.finish()] == parse_sats(text, end_s=50.0)


@given(st.lists(st.one_of(MARKS, WORDS), max_size=25))
def test_every_word_comes_out_once_and_in_order(pieces: list[str]) -> None:
    said = "".join(piece for piece in pieces if not re.match(r"[\[［]", piece))
    found = "".join(one.text for one in parse_sats("".join(pieces)))
    assert "".join(found.split()) == "".join(said.split())


@given(st.text("[]S0123456789.: ab［］", max_size=80))
def test_nothing_makes_it_fail_and_times_are_in_order(text: str) -> None:
    for one in parse_sats(text, end_s=1e6):
        assert one.start_s is not None
        assert one.end_s is not None
        assert one.start_s <= one.end_s


def test_the_front_door() -> None:
    (one,) = audiosvc.parse_sats("[1.0][S01]a[2.0]")
    assert (one.start_s, one.end_s, one.speaker, one.text, one.repaired) == (
        1.0,
        2.0,
        "S01",
        "a",
        False,
    )
