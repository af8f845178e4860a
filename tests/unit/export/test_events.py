"""What was heard beside the words, in every format that people read."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from audiosvc.export import md, srt, vtt
from audiosvc.export.cues import cues
from audiosvc.export.formats import parse, serialise
from audiosvc.spans import Span
from audiosvc.types import Coverage, Segment, Transcript, Word

GOOD = Segment(
    0, Span(1, 2), "S1", "Good.", (Word("Good.", Span(1, 1.75)),), events=("laughter", "door slam")
)


def transcript(*segments: Segment) -> Transcript:
    return Transcript(segments, (), "en", 100.0, Coverage(), "m")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("txt", "[00:00:01.0] S1: Good. [laughter] [door slam]"),
        ("srt", "S1: Good. [laughter] [door slam]"),
        ("vtt", "<v S1>Good. [laughter] [door slam]"),
        ("md", "Good. \\[laughter\\] \\[door slam\\]"),
        ("stm", "x 1 S1 1.000 2.000 Good."),
        ("ctm", "x 1 1.000 0.750 Good."),
    ],
)
def test_they_stand_behind_the_text_where_people_read_it(name: str, line: str) -> None:
    assert line in serialise(transcript(GOOD), name, "x").splitlines()


@pytest.mark.parametrize("name", ["stm", "ctm", "seglst", "rttm"])
def test_they_are_not_taken_for_words_where_words_are_counted(name: str) -> None:
    assert "laughter" not in serialise(transcript(GOOD), name, "x")


@pytest.mark.parametrize("name", ["txt", "srt", "vtt", "md"])
def test_they_are_shown_where_nothing_was_said(name: str) -> None:
    alone = Segment(0, Span(5, 8), "S1", "", events=("applause",))
    (read,) = parse(serialise(transcript(alone), name, "x"), name).segments
    assert (read.speaker, read.text, read.span.start_s) == ("S1", "[applause]", 5.0)


def test_a_reader_sees_them_as_they_are() -> None:
    odd = Segment(0, Span(0, 2), "S1", "Good.", events=("<b>a & b</b> *", "two\n\nlines\x07", " "))
    shown = "Good. [<b>a & b</b> *] [two lines\ufffd]"
    (read,) = vtt.parse(vtt.serialise(transcript(odd), "x")).segments
    assert read.text == shown
    written = md.serialise(transcript(odd), "x")
    texts = [
        "".join(child.content for child in token.children or ())
        for token in MarkdownIt().parse(written)
    ]
    assert shown in texts
    assert len(srt.parse(srt.serialise(transcript(odd), "x")).segments) == 1


def test_they_come_when_the_text_has_been_said() -> None:
    text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen."
    long = Segment(0, Span(10, 14), "S1", text, events=("laughter",))
    found = cues(transcript(long, Segment(1, Span(14, 16), "S1", "Next.")))
    assert [(cue.start_ms, cue.end_ms, cue.lines[-1]) for cue in found] == [
        (10_000, 14_000, "nine ten eleven twelve thirteen fourteen."),
        (14_000, 15_000, "[laughter]"),
        (14_000, 16_000, "Next."),
    ]
