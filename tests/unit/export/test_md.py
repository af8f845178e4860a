"""Markdown: a document in which every word shows as it was said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from audiosvc.errors import FormatError
from audiosvc.export.md import escape, parse, serialise
from audiosvc.export.paragraphs import paragraphs
from audiosvc.export.text import flat
from audiosvc.spans import Span
from audiosvc.types import Coverage, Notice, Segment, Speaker, Transcript
from tests.unit.export.strategies import texts, transcripts

EMPTY = Transcript((), (), None, 0.0, Coverage(), "m")


@given(transcripts())
def test_paragraphs_come_back(transcript: Transcript) -> None:
    """Kept: times to a tenth of a second, speakers on one line, text on one line."""
    read = parse(serialise(transcript, "x"))
    written = list(paragraphs(transcript))
    assert sorted((s.speaker or "", s.text) for s in read.segments) == sorted(
        ("" if p.speaker is None else flat(p.speaker) or "_", p.text) for p in written
    )
    ends_s = sorted(p.end_s for p in written)
    assert sorted(s.span.end_s for s in read.segments) == pytest.approx(ends_s, abs=0.0501)


@given(texts)
def test_a_markdown_reader_shows_the_text_as_it_was_said(text: str) -> None:
    tokens = MarkdownIt().parse(escape(text))
    said = flat(text)
    assert [token.type for token in tokens] == (
        ["paragraph_open", "inline", "paragraph_close"] if said else []
    )
    children = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in children} <= {"text", "text_special"}
    assert "".join(child.content for child in children) == said


def test_the_document() -> None:
    transcript = Transcript(
        segments=(
            Segment(0, Span(1, 3), "Ann | B", "1. is * this"),
            Segment(1, Span(3, 4.25), None, "yes"),
        ),
        speakers=(Speaker("Ann | B", 75.04, 1.0),),
        language="en",
        duration_s=3723.5,
        coverage=Coverage(5, 4, (Span(10, 12.5),), (Span(3600, 3660),)),
        model="whisper-base",
        notices=(
            Notice("noise", "Much <noise>.", Span(2, 3)),
            Notice("cut", "The file breaks off."),
        ),
        version="0.1.0",
    )
    assert serialise(transcript, "my_talk") == (
        "# my\\_talk\n\n"
        "- Length: 01:02:03.5\n- Language: en\n- Model: whisper-base (audiosvc 0.1.0)\n\n"
        "## Speakers\n\n"
        "| Speaker | Speech | First heard |\n|:--|--:|--:|\n"
        "| Ann \\| B | 75.0 s | 00:00:01.0 |\n\n"
        "## Transcript\n\n"
        "**Ann \\| B** 00:00:01.0 \u2013 00:00:03.0\n\n1\\. is \\* this\n\n"
        "_unknown speaker_ 00:00:03.0 \u2013 00:00:04.3\n\nyes\n\n"
        "## Speech without text\n\n"
        "- 00:00:10.0 \u2013 00:00:12.5 (2.5 s)\n"
        "- 01:00:00.0 \u2013 01:01:00.0: the model stopped early\n\n"
        "## Notices\n\n"
        "- Much \\<noise\\>. (00:00:02.0 \u2013 00:00:03.0)\n- The file breaks off.\n"
    )


def test_an_empty_transcript_says_so() -> None:
    written = serialise(EMPTY, "x")
    assert "_No words were made out._" in written
    assert parse(written).segments == ()


def test_a_wrapped_paragraph_is_one_text() -> None:
    read = parse(
        "\ufeff# t\r\n\r\n## Transcript\r\n\r\n**S1** 00:00:01.0 \u2013 00:00:02.0\r\n\r\n"
        "one\r\ntwo\r\n\r\n## Notices\r\n\r\n- three\r\n"
    )
    assert [(s.speaker, s.text) for s in read.segments] == [("S1", "one two")]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("# title\n", "Line 1: the document has no section"),
        ("## Transcript\n\nhello\n", "Line 3: expected a speaker"),
        ("## Transcript\n\n**S1** 00:00:01.0 \u2013 00:99:02.0\n", "Line 3: a time"),
        ("## Transcript\n\n**S1** 00:00:03.0 \u2013 00:00:02.0\n", "Line 3: the end"),
    ],
)
def test_nonsense_is_refused(text: str, named: str) -> None:
    with pytest.raises(FormatError, match=named):
        parse(text)


def test_segments_are_left_as_they_are() -> None:
    transcript = replace(EMPTY, segments=(Segment(0, Span(0, 1), "S1", "a  b"),))
    serialise(transcript, "x")
    assert transcript.segments[0].text == "a  b"
