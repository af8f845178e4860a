from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.backends.openai_segments import as_sats
from audiosvc.transcription.sats import parse_sats


def segment(start: Any, end: Any, text: str, **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "text": text, **more}


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (segment(0, 1.5, "[S01]Hello."), "[0.00][S01]Hello.[1.50]"),
        (segment(0, 1.5, " Hello.", speaker="S02"), "[0.00][S02]Hello.[1.50]"),
        (segment(0, 1.5, "Hello.", speaker="SPEAKER_03"), "[0.00][S03]Hello.[1.50]"),
        (segment(0, 1.5, "Hello.", speaker="Ann"), "[0.00][S01]Hello.[1.50]"),
        (segment(0, 1.5, "Hello.", speaker=7), "[0.00][S01]Hello.[1.50]"),
        (segment(0, 1.5, "Hello.", speaker=None), "[0.00]Hello.[1.50]"),
        (segment(None, "soon", "Hello."), "Hello."),
        (segment(float("nan"), float("inf"), "Hello."), "Hello."),
        (segment(-1, True, "Hello."), "Hello."),
        ({"text": "Hello."}, "Hello."),
        (segment(0, 1, "Version [2.5] of [2024]."), "[0.00]Version (2.5) of [2024].[1.00]"),
    ],
)
def test_a_segment_is_written_with_what_is_known_of_it(one: dict[str, Any], text: str) -> None:
    assert as_sats("", [one]) == text


def test_speakers_are_told_apart_whatever_they_are_called() -> None:
    named = [segment(n, n + 1, "a", speaker=who) for n, who in enumerate(["B", "S01", "B", "A"])]
    parsed = parse_sats(as_sats("", named) or "")
    first, second, third, fourth = (one.speaker for one in parsed)
    assert first == third
    assert len({first, second, fourth}) == 3


def test_a_text_with_times_stands_before_the_segments_made_of_it() -> None:
    text = "[0.00][S01]Hello[1.00][1.00]and more[2.00]"
    assert as_sats(text, [segment(0, 1, "[S01]Hello")]) == text


def test_a_text_without_times_gives_way_to_segments() -> None:
    assert as_sats("Hello", [segment(0, 1, "Hello")]) == "[0.00]Hello[1.00]"
    assert as_sats("Hello", []) == "Hello"


@pytest.mark.parametrize("one", [5, "a", {}, {"text": None}])
def test_what_is_no_segment_is_told(one: object) -> None:
    assert as_sats("", [one]) is None


WORDS = st.text("abcdef ", min_size=1).filter(str.strip)


@given(st.lists(st.tuples(WORDS, st.sampled_from(["A", "B", "S01", "speaker 2"])), min_size=1))
def test_nothing_is_lost_on_the_way_to_the_parser_and_back(said: list[tuple[str, str]]) -> None:
    listed = [segment(n, n + 0.5, text, speaker=who) for n, (text, who) in enumerate(said)]
    parsed = parse_sats(as_sats("", listed) or "")
    assert [one.text for one in parsed] == [" ".join(text.split()) for text, _ in said]
    assert [(one.start_s, one.end_s) for one in parsed] == [(n, n + 0.5) for n in range(len(said))]
    labels = {who: one.speaker for (_, who), one in zip(said, parsed, strict=True)}
    assert len(set(labels.values())) == len(labels)
    assert [one.speaker for one in parsed] == [labels[who] for _, who in said]
