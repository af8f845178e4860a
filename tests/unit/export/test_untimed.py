"""Segments whose text has one time for all of it: no format loses any of the text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from rich.cells import cell_len

from audiosvc.export import ctm
from audiosvc.export.cues import LINE_COLUMNS, LONGEST_S, cues
from audiosvc.export.formats import FORMATS, parse, serialise
from audiosvc.spans import Span
from audiosvc.types import Coverage, Segment, Speaker, Transcript

SPAN = Span(12.5, 61.5)
ENGLISH = "So we walked on, and nobody said a word until the harbour came into sight. " * 9
CHINESE = "大家早上好，我们开始吧。谢谢各位今天来参加这个会议，先讨论预算，然后再谈港口。" * 6
TEXTS = {
    "short": "Yes.",
    "long": ENGLISH.strip(),
    "chinese": CHINESE,
    "mixed": "我们用GPU训练。" * 20 + " Then we stopped.",
}
every_format = pytest.mark.parametrize("name", [name for name in FORMATS if name != "rttm"])
every_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


def transcript(text: str) -> Transcript:
    neighbour = Segment(1, Span(70.0, 71.0), "S2", "No.")
    segments = (Segment(0, SPAN, "S1", text, language="en"), neighbour)
    speakers = (Speaker("S1", 49.0, 12.5), Speaker("S2", 1.0, 70.0))
    return Transcript(segments, speakers, "en", 80.0, Coverage(50.0, 50.0), "m")


@every_format
@every_text
def test_every_character_is_written_and_read_in_order(name: str, text: str) -> None:
    read = parse(serialise(transcript(text), name, "x"), name)
    said = "".join(segment.text for segment in read.segments)
    assert said.replace(" ", "") == f"{text}No.".replace(" ", "")
    *first, last = read.segments
    assert last.text == "No."
    assert first[0].span.start_s == SPAN.start_s
    if name != "ctm":
        assert {segment.speaker for segment in first} == {"S1"}


@every_text
def test_json_says_that_there_are_no_words(text: str) -> None:
    whole = transcript(text)
    written = serialise(whole, "json", "x")
    assert written.count('"words": []') == 2
    assert parse(written, "json") == whole


@every_text
def test_words_in_ctm_share_the_time(text: str) -> None:
    read = ctm.parse(ctm.serialise(transcript(text), "x"))
    words = [word for segment in read.segments for word in segment.words][:-1]
    assert words[0].span.start_s == SPAN.start_s
    assert words[-1].span.end_s == pytest.approx(SPAN.end_s, abs=0.002)
    assert all(
        one.span.end_s == pytest.approx(other.span.start_s, abs=0.002)
        for one, other in pairwise(words)
    )


def test_a_chinese_text_in_ctm_is_its_characters_with_what_follows_them() -> None:
    segment = Segment(0, Span(0, 4), None, "大家好，OK吗")
    written = ctm.serialise(Transcript((segment,), (), "zh", 4.0, Coverage(), "m"), "x")
    assert [line.split()[2:] for line in written.splitlines()] == [
        ["0.000", "0.571", "大"],
        ["0.571", "0.572", "家"],
        ["1.143", "1.143", "好，"],
        ["2.286", "1.143", "OK"],
        ["3.429", "0.571", "吗"],
    ]


@pytest.mark.parametrize("text", [TEXTS["long"], TEXTS["chinese"], TEXTS["mixed"]])
def test_cues_are_short_and_follow_each_other(text: str) -> None:
    found = [cue for cue in cues(transcript(text)) if cue.speaker == "S1"]
    assert len(found) >= 7
    assert found[0].start_ms == 12_500
    assert found[-1].end_ms == 61_500
    assert all(one.end_ms == other.start_ms for one, other in pairwise(found))
    for cue in found:
        assert cue.end_ms - cue.start_ms <= LONGEST_S * 1000 + 1
        assert all(cell_len(line) <= LINE_COLUMNS for line in cue.lines)


def test_a_sentence_of_chinese_ends_its_cue() -> None:
    found = [cue for cue in cues(transcript(TEXTS["chinese"])) if cue.speaker == "S1"]
    assert sum(cue.lines[-1].endswith(("。", "，")) for cue in found) > len(found) / 2
    assert not any(cue.lines[0].startswith(("。", "，")) for cue in found)
