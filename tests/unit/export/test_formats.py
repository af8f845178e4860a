"""What holds for every format."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.errors import FormatError, OptionError
from audiosvc.export.formats import FORMATS, parse, serialise
from audiosvc.export.text import text_of
from audiosvc.spans import Span
from audiosvc.types import Coverage, Segment, Speaker, Transcript, Turn
from tests.unit.export.strategies import AWKWARD_TEXTS, transcripts

every_format = pytest.mark.parametrize("name", FORMATS)
EMPTY = Transcript((), (), None, 0.0, Coverage(), "m")


def test_names_and_suffixes() -> None:
    assert {name: item.suffix for name, item in FORMATS.items()} == {
        "json": ".json",
        "txt": ".txt",
        "srt": ".srt",
        "vtt": ".vtt",
        "rttm": ".rttm",
        "stm": ".stm",
        "ctm": ".ctm",
        "seglst": ".seglst.json",
        "md": ".md",
    }
    assert all(item.name == name for name, item in FORMATS.items())


@every_format
def test_an_empty_transcript_comes_back_empty(name: str) -> None:
    read = parse(serialise(EMPTY, name, "x"), name)
    assert (read.segments, read.turns, read.speakers) == ((), (), ())


@every_format
@given(transcript=transcripts(), recording=st.text())
def test_whatever_is_written_can_be_encoded_and_read(
    name: str, transcript: Transcript, recording: str
) -> None:
    written = serialise(transcript, name, recording)
    read = parse(written.encode().decode(), name)
    assert written == "" or written.endswith("\n")
    assert [segment.id for segment in read.segments] == list(range(len(read.segments)))
    for line_end in ("\r\n", "\r"):
        again = parse("\ufeff" + written.replace("\n", line_end), name)
        assert [s.text.split() for s in again.segments] == [s.text.split() for s in read.segments]
        assert again.turns == read.turns


@every_format
@given(text=st.text() | st.lists(st.sampled_from(AWKWARD_TEXTS)).map("\n".join))
def test_any_text_is_read_or_refused_with_a_reason(name: str, text: str) -> None:
    try:
        read = parse(text, name)
    except FormatError as error:
        assert str(error).endswith(".")
        assert len(str(error)) < 300
    else:
        assert all(s.span.start_s <= s.span.end_s for s in read.segments)


@every_format
def test_a_lone_surrogate_is_no_reason_to_lose_the_result(name: str) -> None:
    transcript = Transcript(
        (Segment(0, Span(0, 1), "A\udc80", "w\ud800ord"),),
        (Speaker("A\udc80", 1, 0),),
        None,
        1.0,
        Coverage(),
        "m",
        (Turn(Span(0, 1), "A\udc80"),),
    )
    assert "A\ufffd" in serialise(transcript, name, "file\udcff").encode().decode() or name == "ctm"


@every_format
@pytest.mark.parametrize("start_s", [3_600.0, 36_000.0, 359_999.0, 400_000.0])
def test_hours_do_not_overflow(name: str, start_s: float) -> None:
    segment = Segment(0, Span(start_s, start_s + 2), "S1", "late")
    read = parse(
        serialise(Transcript((segment,), (), None, 500_000.0, Coverage(), "m"), name, "x"), name
    )
    items = read.segments or read.turns
    assert [item.span.start_s for item in items] == [start_s]


@every_format
def test_a_long_meeting_is_written_in_a_moment(name: str) -> None:
    segments = tuple(
        Segment(i, Span(i * 2, i * 2 + 3), f"S{i % 7}", "and so it goes on " * 3)
        for i in range(5400)
    )
    transcript = Transcript(segments, (), "en", 10_900.0, Coverage(), "m")
    read = parse(serialise(transcript, name, "x"), name)
    if name != "rttm":
        said = sum(len(text_of(segment).split()) for segment in segments)
        assert sum(len(segment.text.split()) for segment in read.segments) == said


def test_an_unknown_format_is_named_with_those_that_exist() -> None:
    for call in (lambda: serialise(EMPTY, "docx", "x"), lambda: parse("", "docx")):
        with pytest.raises(OptionError, match=r"'docx'\. Choose from: json, txt, srt"):
            call()
