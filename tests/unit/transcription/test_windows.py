"""Windows: cores tile the recording, cuts fall into pauses, and each hears its own and margins."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.spans import Span, merge_spans, subtract_spans
from audiosvc.transcription.windows import EARLIEST_CUT, cut_cores, cut_windows, join
from audiosvc.types import Audio, Limits
from tests.fakes import sound, spans

RATE_HZ = 100


@st.composite
def surveys(draw: st.DrawFn) -> tuple[list[Span], Span, Limits]:
    """Speech of a recording, all of it, and what a model takes."""
    start_s = draw(st.sampled_from([0.0, 12.34]))
    whole = Span(start_s, start_s + draw(st.floats(0.1, 400.0)))
    edges = sorted(draw(st.lists(st.floats(whole.start_s, whole.end_s), max_size=30)))
    speech = [Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=False)]
    window_s = draw(st.floats(5.0, 120.0))
    first_window_s = draw(st.one_of(st.none(), st.floats(2.0, window_s)))
    return speech, whole, Limits(window_s, margin_s=1.0, first_window_s=first_window_s)


def limit_s(limits: Limits, place: int) -> float:
    return limits.window_s if place else limits.first_window_s or limits.window_s


@given(surveys())
def test_cores_tile_the_recording(survey: tuple[list[Span], Span, Limits]) -> None:
    speech, whole, limits = survey
    cores = cut_cores(speech, whole, limits)
    assert cores[0].start_s == whole.start_s
    assert cores[-1].end_s == whole.end_s
    assert all(before.end_s == after.start_s for before, after in pairwise(cores))


@given(surveys())
def test_no_core_is_longer_than_the_limits_nor_a_sliver(
    survey: tuple[list[Span], Span, Limits],
) -> None:
    speech, whole, limits = survey
    cores = cut_cores(speech, whole, limits)
    for place, core in enumerate(cores):
        assert core.duration_s <= limit_s(limits, place) + 1e-9
    for place, core in enumerate(cores[:-1]):
        assert core.duration_s >= EARLIEST_CUT * limit_s(limits, place) - 1e-9


@given(surveys())
def test_a_cut_falls_into_the_longest_pause_within_reach(
    survey: tuple[list[Span], Span, Limits],
) -> None:
    speech, whole, limits = survey
    pauses = subtract_spans([whole], speech)
    for place, core in enumerate(cut_cores(speech, whole, limits)[:-1]):
        latest_s = core.start_s + limit_s(limits, place)
        reach = Span(core.start_s + EARLIEST_CUT * (latest_s - core.start_s), latest_s)
        longest_s = max((pause.overlap_s(reach) for pause in pauses), default=0.0)
        if longest_s > 1e-6:
            cut = [pause for pause in pauses if pause.start_s <= core.end_s <= pause.end_s]
            assert max(pause.overlap_s(reach) for pause in cut) == pytest.approx(longest_s)
        else:
            assert core.end_s == pytest.approx(latest_s)


def test_the_middle_of_the_pause_is_the_cut() -> None:
    cores = cut_cores(spans((0, 22), (24, 40), (40.5, 50)), Span(0, 50), Limits(30, 5))
    assert cores == spans((0, 23), (23, 50))


def test_the_first_window_is_short() -> None:
    cores = cut_cores([], Span(0, 1000), Limits(240, 5, first_window_s=30))
    assert cores[0].duration_s <= 30
    assert cores[1].duration_s > 30


def test_a_recording_of_no_length_has_no_windows() -> None:
    assert cut_cores([], Span(0, 0), Limits(30, 5)) == []
    assert list(cut_windows([], [], [], 5.0)) == []


@st.composite
def recordings(draw: st.DrawFn) -> tuple[list[Audio], list[Span], list[Span], float]:
    """Blocks, cores, speech and a margin. Sample n of the recording has the value n."""
    count = draw(st.integers(1, 3000))
    first = draw(st.sampled_from([0, 777]))
    samples = np.arange(count, dtype=np.float32)
    cuts = draw(st.lists(st.integers(0, count), max_size=12))
    blocks = [
        Audio(samples[begin:end], RATE_HZ, (first + begin) / RATE_HZ)
        for begin, end in pairwise(sorted({0, count, *cuts}))
    ]
    edges = sorted({0, count, *draw(st.lists(st.integers(0, count), max_size=6))})
    cores = [Span((first + a) / RATE_HZ, (first + b) / RATE_HZ) for a, b in pairwise(edges)]
    times = sorted(draw(st.lists(st.integers(0, count), max_size=8)))
    pairs = zip(times[::2], times[1::2], strict=False)
    speech = [Span((first + a) / RATE_HZ, (first + b) / RATE_HZ) for a, b in pairs]
    return blocks, cores, list(merge_spans(speech)), draw(st.sampled_from([0.0, 0.5, 3.0, 50.0]))


@given(recordings())
def test_a_window_holds_its_core_and_margins_however_the_blocks_fall(
    recording: tuple[list[Audio], list[Span], list[Span], float],
) -> None:
    blocks, cores, speech, margin_s = recording
    origin_s = blocks[0].start_s
    count = sum(len(block.samples) for block in blocks)
    windows = list(cut_windows(blocks, cores, speech, margin_s))
    assert [window.core for window in windows] == cores
    for window in windows:
        begin = max(0, round((window.core.start_s - margin_s - origin_s) * RATE_HZ))
        end = min(count, round((window.core.end_s + margin_s - origin_s) * RATE_HZ))
        assert window.audio.samples.tolist() == list(range(begin, end))
        assert window.audio.start_s == pytest.approx(origin_s + begin / RATE_HZ)
        assert window.audio.sample_rate_hz == RATE_HZ
        assert list(window.speech) == [
            span for span in speech if span.overlap_s(window.audio.span) > 0
        ]


def test_blocks_are_read_when_needed_and_let_go_when_used() -> None:
    alive: list[weakref.ref[object]] = []

    def blocks() -> Iterator[Audio]:
        for place in range(300):
            block = sound(4.0 * place + 4.0, 4.0 * place)
            alive.append(weakref.ref(block.samples))
            yield block

    cores = [Span(40.0 * place, 40.0 * place + 40.0) for place in range(30)]
    most = round((40.0 + 2 * 5.0) / 4.0) + 3
    for window in cut_windows(blocks(), cores, [], 5.0):
        assert len(alive) * 4.0 <= window.core.end_s + 5.0 + 4.0
        assert sum(block() is not None for block in alive) <= most


def test_a_recording_that_breaks_off_gives_the_windows_that_it_has() -> None:
    cores = spans((0, 10), (10, 20), (20, 30), (30, 40))
    windows = list(cut_windows([sound(8.0), sound(13.0, 8.0)], cores, [], 1.0))
    assert [window.core for window in windows] == cores[:2]
    assert windows[-1].audio.span.end_s == pytest.approx(13.0)


def test_joined_pieces_begin_where_the_first_one_does() -> None:
    joined = join([sound(3.0, 2.0), sound(5.0, 3.0)])
    assert joined.span == Span(2.0, 5.0)
    with pytest.raises(ValueError, match="nothing to join"):
        join([])
