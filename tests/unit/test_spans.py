"""The arithmetic of stretches of time, against counting milliseconds one by one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.spans import Span, merge_spans, subtract_spans, total_s


@st.composite
def whole_spans(draw: st.DrawFn) -> Span:
    """Whole seconds, so that sets of seconds are the reference."""
    start = draw(st.integers(0, 60))
    return Span(float(start), float(start + draw(st.integers(0, 20))))


span_lists = st.lists(whole_spans(), max_size=8)


def seconds(spans: list[Span] | tuple[Span, ...]) -> set[int]:
    return {second for span in spans for second in range(int(span.start_s), int(span.end_s))}


@given(whole_spans(), whole_spans())
def test_overlap_is_what_both_share(one: Span, other: Span) -> None:
    assert one.overlap_s(other) == other.overlap_s(one) == len(seconds([one]) & seconds([other]))


@given(span_lists)
def test_merged_spans_hold_the_same_seconds_in_order_and_apart(spans: list[Span]) -> None:
    merged = merge_spans(spans)
    assert seconds(merged) == seconds(spans)
    assert all(before.end_s < after.start_s for before, after in pairwise(merged))
    assert merge_spans(merged) == merged
    assert merge_spans(reversed(spans)) == merged


@given(span_lists, st.integers(0, 10))
def test_merging_over_gaps_leaves_longer_ones(spans: list[Span], gap_s: int) -> None:
    merged = merge_spans(spans, gap_s)
    assert seconds(spans) <= seconds(merged)
    assert all(after.start_s - before.end_s > gap_s for before, after in pairwise(merged))


@given(span_lists, span_lists)
def test_subtracting_takes_away_the_holes_and_nothing_else(
    spans: list[Span], holes: list[Span]
) -> None:
    left = subtract_spans(spans, holes)
    assert seconds(left) == seconds(spans) - seconds(holes)
    assert all(span.overlap_s(hole) == 0.0 for span in left for hole in holes)


@given(span_lists)
def test_seconds_that_are_shared_count_once(spans: list[Span]) -> None:
    assert total_s(spans) == len(seconds(spans))


def test_a_span_holds_its_beginning_and_not_its_end() -> None:
    span = Span(1.0, 2.0)
    assert span.holds(1.0)
    assert not span.holds(2.0)


def test_a_span_that_ends_before_it_begins_has_no_length() -> None:
    assert Span(3.0, 2.0).duration_s == 0.0
    assert Span(3.0, 2.0).overlap_s(Span(0.0, 10.0)) == 0.0


def test_a_shifted_span_keeps_its_length() -> None:
    assert Span(1.0, 2.5).shifted(10.0) == Span(11.0, 12.5)
    assert Span(1.0, 2.5).midpoint_s == pytest.approx(1.75)
