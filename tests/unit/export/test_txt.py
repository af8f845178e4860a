"""Plain text: paragraphs with times and speakers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given

from audiosvc.errors import FormatError
from audiosvc.export.labels import distinct, labels_of, plain
from audiosvc.export.paragraphs import paragraphs
from audiosvc.export.text import shown_text
from audiosvc.export.txt import parse, serialise
from audiosvc.spans import Span
from audiosvc.types import Coverage, Segment, Transcript
from tests.unit.export.strategies import transcripts

EMPTY = Transcript((), (), None, 0.0, Coverage(), "m")


@given(transcripts())
def test_paragraphs_come_back(transcript: Transcript) -> None:
    """Kept: beginnings to a tenth of a second, speakers, text on one line."""
    names = distinct(labels_of(transcript), plain)
    written = list(paragraphs(transcript))
    nameless = all(s.speaker is None for s in transcript.segments)
    assume(not (nameless and written and all(":" in p.text for p in written)))
    read = parse(serialise(transcript, "x"))
    assert [(s.speaker, s.text) for s in read.segments] == [
        (None if p.speaker is None else names[p.speaker], p.text) for p in written
    ]
    for segment, paragraph in zip(read.segments, written, strict=True):
        assert segment.span.start_s == pytest.approx(paragraph.start_s, abs=0.0501)


@given(transcripts())
def test_paragraphs_hold_every_text_in_order(transcript: Transcript) -> None:
    said = "".join(shown_text(segment) for segment in transcript.segments)
    written = "".join(paragraph.text for paragraph in paragraphs(transcript))
    assert written.replace(" ", "") == said.replace(" ", "")


def test_one_paragraph_for_what_a_speaker_says_in_a_row() -> None:
    segments = (
        Segment(0, Span(62.34, 64), "S1", "Good morning."),
        Segment(1, Span(64, 66), "S1", "Shall we\nbegin?"),
        Segment(2, Span(65, 66), "S2", ""),
        Segment(3, Span(66, 67), "S2", "Yes."),
        Segment(4, Span(36_000, 36_001), None, "Hm."),
    )
    assert serialise(replace(EMPTY, segments=segments), "x") == (
        "[00:01:02.3] S1: Good morning. Shall we begin?\n"
        "\n[00:01:06.0] S2: Yes.\n"
        "\n[10:00:00.0] unknown: Hm.\n"
    )


def test_a_long_speech_has_a_new_time_after_half_a_minute() -> None:
    segments = tuple(Segment(i, Span(i * 10, i * 10 + 10), "S1", f"Part {i}.") for i in range(7))
    assert [p.text for p in paragraphs(replace(EMPTY, segments=segments))] == [
        "Part 0. Part 1. Part 2.",
        "Part 3. Part 4. Part 5.",
        "Part 6.",
    ]


def test_names_are_left_out_when_no_speaker_is_known() -> None:
    transcript = replace(EMPTY, segments=(Segment(0, Span(0, 1), None, "Hello."),))
    assert serialise(transcript, "x") == "[00:00:00.0] Hello.\n"


def test_wrapped_lines_belong_to_the_paragraph_above() -> None:
    read = parse("\ufeff[01:02] Ann: so\r\n  it goes\r\n\r\n[00:01:04.5] Bob: on\r\n")
    assert [(s.speaker, s.span, s.text) for s in read.segments] == [
        ("Ann", Span(62, 64.5), "so it goes"),
        ("Bob", Span(64.5, 64.5), "on"),
    ]


@pytest.mark.parametrize(
    ("text", "line"), [("hello\n", 1), ("\n[00:75] S1: hello\n", 2), ("S1: [00:01] hi", 1)]
)
def test_nonsense_is_refused(text: str, line: int) -> None:
    with pytest.raises(FormatError, match=rf"^Line {line}: "):
        parse(text)
