"""Stretches: all speech is in one, none is too long, and a stretch can be halved."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.spans import Span, merge_spans, subtract_spans, total_s
from audiosvc.transcription.stretches import LONGEST_PAUSE_S, MIN_PAUSE_S, halve, pack
from tests.fakes import spans


@st.composite
def speeches(draw: st.DrawFn) -> list[Span]:
    """Detected speech in order, some of it very long."""
    time_s = 0.0
    found = []
    for _ in range(draw(st.integers(0, 25))):
        time_s += draw(st.floats(0.1, 8.0))
        length_s = draw(st.one_of(st.floats(0.05, 12.0), st.floats(0.05, 200.0)))
        found.append(Span(time_s, time_s + length_s))
        time_s += length_s
    return found


longest = st.sampled_from([10.0, 29.7, 30.0])


@given(speeches(), longest)
def test_all_speech_is_in_a_stretch_and_nothing_else_at_its_ends(
    speech: list[Span], longest_s: float
) -> None:
    stretches = pack(speech, longest_s)
    assert total_s(subtract_spans(speech, stretches)) < 1e-6
    starts_s = {round(span.start_s, 6) for span in speech}
    for stretch in stretches:
        inside = [part for part in speech if part.overlap_s(stretch) > 0.0]
        assert round(stretch.start_s, 6) in starts_s or inside[0].holds(stretch.start_s)
        assert stretch.end_s <= inside[-1].end_s


@given(speeches(), longest)
def test_no_stretch_is_too_long_and_none_hides_a_long_pause(
    speech: list[Span], longest_s: float
) -> None:
    stretches = pack(speech, longest_s)
    for stretch in stretches:
        assert 0.0 < stretch.duration_s <= longest_s + 1e-9
        pauses = subtract_spans([stretch], speech)
        assert all(pause.duration_s <= LONGEST_PAUSE_S + 1e-9 for pause in pauses)
    assert all(before.end_s <= after.start_s for before, after in pairwise(stretches))


@given(speeches(), longest)
def test_no_two_stretches_could_be_one(speech: list[Span], longest_s: float) -> None:
    for before, after in pairwise(pack(speech, longest_s)):
        too_long = after.end_s - before.start_s > longest_s - 1e-9
        assert too_long or after.start_s - before.end_s > LONGEST_PAUSE_S


def test_long_speech_is_cut_into_equal_parts() -> None:
    assert pack(spans((10, 85)), 30.0) == spans((10, 35), (35, 60), (60, 85))


def test_short_speech_is_packed_together_with_its_pauses() -> None:
    assert pack(spans((1, 5), (6, 12), (14, 20), (21, 35)), 30.0) == spans((1, 20), (21, 35))
    assert pack([], 30.0) == []


@given(speeches())
def test_halves_touch_and_cover_and_do_not_cut_into_speech(speech: list[Span]) -> None:
    for stretch in pack(speech, 30.0):
        first, second = halve(stretch, speech)
        assert (first.start_s, second.end_s) == (stretch.start_s, stretch.end_s)
        assert first.end_s == second.start_s
        assert stretch.start_s < first.end_s < stretch.end_s
        pauses = subtract_spans([stretch], merge_spans(speech))
        if any(pause.duration_s > MIN_PAUSE_S + 1e-6 for pause in pauses):
            assert all(not span.holds(first.end_s) for span in speech)
        elif not any(pause.duration_s > MIN_PAUSE_S - 1e-6 for pause in pauses):
            assert first.end_s == pytest.approx(stretch.midpoint_s)


def test_the_pause_nearest_to_the_middle_is_the_cut() -> None:
    speech = spans((0, 4), (4.5, 11), (11.1, 12), (13, 20))
    assert halve(Span(0, 20), speech) == spans((0, 12.5), (12.5, 20))
