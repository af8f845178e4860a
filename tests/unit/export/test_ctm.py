"""CTM: words with times."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from audiosvc.errors import FormatError
from audiosvc.export.clock import milliseconds
from audiosvc.export.ctm import parse, serialise
from audiosvc.export.text import text_of
from audiosvc.spans import Span
from audiosvc.types import Coverage, Segment, Transcript, Word
from tests.unit.export.expected import timed_words
from tests.unit.export.strategies import transcripts

EMPTY = Transcript((), (), None, 0.0, Coverage(), "m")


@given(transcripts())
def test_words_come_back(transcript: Transcript) -> None:
    """Kept: words, times to the millisecond, probabilities to four decimals; no speakers."""
    read = parse(serialise(transcript, "x"))
    found = [
        (
            milliseconds(word.span.start_s),
            milliseconds(word.span.end_s),
            word.text,
            -1.0 if word.probability is None else word.probability,
        )
        for segment in read.segments
        for word in segment.words
    ]
    assert sorted(found) == timed_words(transcript)
    written = "".join(text_of(segment) for segment in transcript.segments).replace(" ", "")
    assert sorted("".join(word for _, _, word, _ in found)) == sorted(written)


def test_words_are_in_order_of_time_and_a_segment_without_words_shares_its_time() -> None:
    words = (Word(" New York", Span(1, 2), 0.98765), Word(" now", Span(3, 3.5)))
    segments = (
        Segment(0, Span(1, 4), "S1", "New York now", words),
        Segment(1, Span(2, 4), "S2", "yes no"),
    )
    assert serialise(replace(EMPTY, segments=segments), "my talk") == (
        "my_talk 1 1.000 0.429 New 0.9877\n"
        "my_talk 1 1.429 0.571 York 0.9877\n"
        "my_talk 1 2.000 1.200 yes\n"
        "my_talk 1 3.000 0.500 now\n"
        "my_talk 1 3.200 0.800 no\n"
    )


def test_pauses_channels_and_speakers_end_a_segment() -> None:
    read = parse(
        "\ufeff;; from elsewhere\r\nx A 0.00 0.5 so 1.00\r\nx B 0.25 0.5 yes NA\r\n"
        "x A 0.6 0.5 far <NA>\r\nx A 2.1 0.5 later\r\n"
        "x A 2.6 0.5 on 0.5 lex spk1\r\nx A 2.7 0.5 hm NA fp spk2\r\n"
    )
    assert [(s.speaker, s.text, s.span) for s in read.segments] == [
        (None, "so far", Span(0, 1.1)),
        (None, "yes", Span(0.25, 0.75)),
        (None, "later", Span(2.1, 2.6)),
        ("spk1", "on", Span(2.6, 3.1)),
        ("spk2", "hm", Span(2.7, 3.2)),
    ]
    assert read.segments[0].words == (
        Word("so", Span(0, 0.5), 1.0),
        Word("far", Span(0.6, 1.1), None),
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("x 1 0.5 0.5\n", "Line 1: a line has 5 to 8 fields"),
        ("x 1 0 1 a\nx 1 zero 1 b", "Line 2: the beginning"),
        ("x 1 0 -1 a", "Line 1: the duration"),
        ("x 1 0 1 a 2", "Line 1: a probability"),
        ("x 1 0 1 a maybe", "Line 1: the probability"),
        ("x 1 0 1 a\ny 1 0 1 a", "2 recordings"),
    ],
)
def test_nonsense_is_refused(text: str, named: str) -> None:
    with pytest.raises(FormatError, match=named):
        parse(text)
