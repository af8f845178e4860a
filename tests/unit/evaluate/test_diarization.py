"""DER against seconds worked out by hand."""

from __future__ import annotations

import pytest

from audiosvc.evaluate.diarization import diarization_errors
from audiosvc.evaluate.rates import ErrorRate
from audiosvc.spans import Span
from audiosvc.types import Turn

WHOLE = (Span(0.0, 20.0),)


def turns(*spoken: tuple[str, float, float]) -> tuple[Turn, ...]:
    return tuple(Turn(Span(start_s, end_s), speaker) for speaker, start_s, end_s in spoken)


def seconds(rate: ErrorRate) -> tuple[float, ...]:
    return tuple(round(s, 6) for s in (rate.missed, rate.added, rate.confused, rate.total))


@pytest.mark.parametrize(
    ("collar_s", "expected"),
    [
        # Speech from 2 to 12 s, found from 3 to 12.5 s: 1 s missed, 0.5 s too much, of 10.
        (0.0, (1.0, 0.5, 0.0, 10.0)),
        # 1.75 to 2.25 s and 11.75 to 12.25 s are left out: 0.75 s missed, 0.25 s too much, of 9.5.
        (0.25, (0.75, 0.25, 0.0, 9.5)),
    ],
)
def test_collar_is_left_out_on_either_side_of_a_boundary(
    collar_s: float, expected: tuple[float, ...]
) -> None:
    rate = diarization_errors(turns(("A", 2, 12)), turns(("x", 3, 12.5)), WHOLE, collar_s)
    assert seconds(rate) == expected


def test_collar_of_pyannote_is_the_width_of_both_sides() -> None:
    # What it would be if our 0.25 s were handed on as it is: 0.875 s missed of 9.75.
    rate = diarization_errors(turns(("A", 2, 12)), turns(("x", 3, 12)), WHOLE, 0.125)
    assert seconds(rate) == (0.875, 0.0, 0.0, 9.75)


def test_overlap_is_scored() -> None:
    rate = diarization_errors(turns(("A", 0, 10), ("B", 5, 10)), turns(("x", 0, 10)), WHOLE, 0.0)
    assert seconds(rate) == (5.0, 0.0, 0.0, 15.0)


def test_speech_of_the_wrong_voice_is_confusion() -> None:
    reference, hypothesis = turns(("A", 0, 4), ("B", 4, 8)), turns(("x", 0, 6), ("y", 6, 8))
    assert seconds(diarization_errors(reference, hypothesis, WHOLE, 0.0)) == (0, 0, 2.0, 8.0)


def test_only_the_scored_stretches_count() -> None:
    reference, hypothesis = turns(("A", 0, 10)), turns(("x", 0, 4), ("y", 12, 15))
    rate = diarization_errors(reference, hypothesis, (Span(0.0, 5.0),), 0.0)
    assert seconds(rate) == (1.0, 0.0, 0.0, 5.0)


def test_a_voice_that_overlaps_itself_counts_once() -> None:
    rate = diarization_errors(turns(("A", 0, 10)), turns(("x", 0, 6), ("x", 4, 10)), WHOLE, 0.0)
    assert seconds(rate) == (0.0, 0.0, 0.0, 10.0)


def test_touching_turns_keep_the_collar_between_them() -> None:
    reference = turns(("A", 0, 5), ("A", 5, 10))
    rate = diarization_errors(reference, reference, WHOLE, 0.25)
    assert seconds(rate) == (0.0, 0.0, 0.0, 9.0)


def test_silence_found_where_someone_speaks_is_all_missed() -> None:
    assert seconds(diarization_errors(turns(("A", 0, 4)), (), WHOLE, 0.0)) == (4.0, 0, 0, 4.0)
