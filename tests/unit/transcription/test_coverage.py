"""Coverage: what was said and is not written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.spans import Span, subtract_spans, total_s
from audiosvc.transcription.coverage import REACH_S, SHORTEST_MISS_S, measure
from tests.fakes import spans


def test_speech_that_is_written_is_covered() -> None:
    found = measure(spans((1, 5), (7, 9)), spans((1.2, 4.8), (7, 9)))
    assert (found.speech_s, found.covered_s, found.missed) == (6.0, 6.0, ())


def test_speech_that_is_not_written_is_named() -> None:
    found = measure(spans((1, 5), (10, 20)), spans((1, 5), (14, 20)))
    assert found.missed == (Span(10, 14 - REACH_S),)
    assert found.covered_s == pytest.approx(14.0 - found.missed[0].duration_s)


def test_what_is_too_short_to_hold_a_word_is_not_missed() -> None:
    nearly = SHORTEST_MISS_S - 0.01
    assert measure(spans((10, 10 + nearly)), []).missed == ()
    assert measure(spans((10, 10 + SHORTEST_MISS_S)), []).missed == (
        Span(10, 10 + SHORTEST_MISS_S),
    )


def test_silence_is_covered_by_nothing() -> None:
    found = measure([], spans((1, 2)))
    assert (found.speech_s, found.covered_s, found.missed) == (0.0, 0.0, ())


def test_windows_that_stopped_early_are_named() -> None:
    assert measure([], [], spans((3, 9))).stopped_early == (Span(3, 9),)


def some_spans() -> st.SearchStrategy[list[Span]]:
    pairs = st.tuples(st.floats(0, 90), st.floats(0, 9))
    return st.lists(pairs.map(lambda pair: Span(pair[0], pair[0] + pair[1])), max_size=8)


@given(some_spans(), some_spans())
def test_covered_and_missed_make_up_all_speech(speech: list[Span], written: list[Span]) -> None:
    found = measure(speech, written)
    assert found.speech_s == pytest.approx(total_s(speech))
    assert found.covered_s + total_s(found.missed) == pytest.approx(found.speech_s)
    assert total_s(subtract_spans(found.missed, speech)) == pytest.approx(0.0, abs=1e-6)
    for missed in found.missed:
        assert missed.duration_s >= SHORTEST_MISS_S
        assert all(missed.overlap_s(span) <= 1e-9 for span in written)


@given(some_spans(), some_spans())
def test_more_text_never_covers_less(speech: list[Span], written: list[Span]) -> None:
    assert measure(speech, written).covered_s >= measure(speech, written[1:]).covered_s - 1e-9
