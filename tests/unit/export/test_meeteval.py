"""meeteval reads from every format what was written into it."""

from __future__ import annotations

import meeteval
import meeteval.io
from hypothesis import assume, given

from audiosvc.export import ctm, rttm, seglst, stm
from audiosvc.export.clock import milliseconds
from audiosvc.export.labels import UNKNOWN, distinct, labels_of, never_missing, token
from audiosvc.export.text import text_of
from audiosvc.spans import Span
from audiosvc.types import Coverage, Segment, Transcript
from tests.unit.export.expected import activity, timed_words
from tests.unit.export.strategies import transcripts


@given(transcripts())
def test_rttm(transcript: Transcript) -> None:
    lines = meeteval.io.RTTM.parse(rttm.serialise(transcript, "a b"), parse_float=float).lines
    assert activity(transcript) == sorted(
        (Span(line.begin_time, round(line.begin_time + line.duration, 3)), line.speaker_id)
        for line in lines
    )
    assert {line.filename for line in lines} <= {"a_b"}


@given(transcripts())
def test_stm(transcript: Transcript) -> None:
    # meeteval knows no labels before the text, such as <O>.
    assume(not any(text_of(segment).startswith("<") for segment in transcript.segments))
    names = distinct(labels_of(transcript), token)
    lines = meeteval.io.STM.parse(stm.serialise(transcript, "a b"), parse_float=float).lines
    assert [
        (x.filename, x.speaker_id, Span(x.begin_time, x.end_time), x.transcript) for x in lines
    ] == [
        ("a_b", UNKNOWN if s.speaker is None else names[s.speaker], s.span, text_of(s))
        for s in transcript.segments
    ]


@given(transcripts())
def test_ctm(transcript: Transcript) -> None:
    lines = meeteval.io.CTM.parse(ctm.serialise(transcript, "a b"), parse_float=float).lines
    assert [line.begin_time for line in lines] == sorted(line.begin_time for line in lines)
    assert timed_words(transcript) == sorted(
        (
            milliseconds(line.begin_time),
            milliseconds(line.begin_time + line.duration),
            line.word,
            -1.0 if line.confidence is None else float(line.confidence),
        )
        for line in lines
    )
    assert {line.filename for line in lines} <= {"a_b"}


@given(transcripts())
def test_seglst(transcript: Transcript) -> None:
    names = distinct(labels_of(transcript), never_missing)
    read = meeteval.io.SegLST.parse(seglst.serialise(transcript, "a b"), parse_float=float)
    assert read.segments == [
        {
            "session_id": "a_b",
            "speaker": UNKNOWN if s.speaker is None else names[s.speaker],
            "start_time": s.span.start_s,
            "end_time": s.span.end_s,
            "words": text_of(s),
        }
        for s in transcript.segments
    ]


def test_stm_and_seglst_score_alike() -> None:
    segments = (
        Segment(0, Span(0, 2), "Ann B", "good morning everyone"),
        Segment(1, Span(1, 2), "S2", ""),
        Segment(2, Span(3, 4), None, "yes indeed"),
    )
    transcript = Transcript(segments, (), None, 4.0, Coverage(), "m")
    lines = meeteval.io.STM.parse(stm.serialise(transcript, "x"))
    listed = meeteval.io.SegLST.parse(seglst.serialise(transcript, "x"))
    score = meeteval.wer.cpwer(reference=listed, hypothesis=lines)["x"]
    assert (score.errors, score.length) == (0, 5)
    timed = meeteval.wer.tcpwer(reference=lines, hypothesis=listed, collar=5)["x"]
    assert (timed.errors, timed.length) == (0, 5)
