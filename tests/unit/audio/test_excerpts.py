"""Which stretches of a long recording are listened to, and where they lie in it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.audio.excerpts import FADE_S, Excerpts, choose_excerpts
from audiosvc.spans import Span, total_s
from audiosvc.types import Audio

RATE_HZ = 100
TWO = Excerpts((Span(10.0, 30.0), Span(50.0, 70.0)))


def blocks(end_s: float, block_s: float = 8.0, read: list[float] | None = None):
    """A recording whose samples are their own times."""
    samples = (np.arange(round(end_s * RATE_HZ)) / RATE_HZ).astype(np.float32)
    step = round(block_s * RATE_HZ)
    for first in range(0, len(samples), step):
        if read is not None:
            read.append(first / RATE_HZ)
        yield Audio(samples[first : first + step], RATE_HZ, first / RATE_HZ)


@st.composite
def speech_and_length(draw):
    edges = sorted(draw(st.lists(st.floats(0, 4000), min_size=2, max_size=40, unique=True)))
    spans = [Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=False)]
    return spans, draw(st.floats(1.0, 4000.0))


@given(speech_and_length())
def test_no_more_than_wanted_apart_and_inside(case) -> None:
    speech, length_s = case
    whole = Span(0.0, length_s)
    stretches = choose_excerpts(speech, whole).stretches
    assert sum(span.duration_s for span in stretches) <= 180.0 + 1e-6
    for before, after in pairwise(stretches):
        assert before.end_s <= after.start_s + 1e-6
    assert stretches[0].start_s >= 0.0
    assert stretches[-1].end_s <= length_s + 1e-6
    if length_s <= 180.0:
        assert stretches == (whole,)


def test_most_are_where_people_speak_and_some_where_they_do_not() -> None:
    speech = [Span(start_s, start_s + 60.0) for start_s in range(0, 3600, 120)]
    excerpts = choose_excerpts(speech, Span(0.0, 3600.0))
    shares = [
        sum(span.overlap_s(stretch) for span in speech) / stretch.duration_s
        for stretch in excerpts.stretches
    ]
    assert shares == [1.0, 1.0, 0.0] * 3


def test_without_speech_they_are_spread_evenly() -> None:
    stretches = choose_excerpts([], Span(0.0, 900.0)).stretches
    gaps = [after.start_s - before.start_s for before, after in pairwise(stretches)]
    assert gaps == [100.0] * 8


@given(st.lists(st.tuples(st.floats(0, 40), st.floats(0, 40)), max_size=8))
def test_there_and_back(pairs) -> None:
    heard = [Span(*sorted(pair)) for pair in pairs if pair[0] != pair[1]]
    back = TWO.heard(TWO.recorded(heard))
    assert total_s(back) == pytest.approx(total_s(heard))


def test_a_span_across_a_join_is_two_in_the_recording() -> None:
    assert TWO.recorded([Span(15.0, 25.0)]) == (Span(25.0, 30.0), Span(50.0, 55.0))
    assert TWO.heard([Span(0.0, 12.0), Span(29.0, 51.0), Span(80.0, 90.0)]) == (
        Span(0.0, 2.0),
        Span(19.0, 20.0),
        Span(20.0, 21.0),
    )


def test_what_is_gathered_is_what_was_there() -> None:
    audio = TWO.gather(blocks(100.0))
    assert (audio.start_s, audio.duration_s, audio.sample_rate_hz) == (0.0, 40.0, RATE_HZ)
    fade = round(FADE_S * RATE_HZ)
    np.testing.assert_allclose(
        audio.samples[fade : 2000 - fade],
        np.arange(10.0, 30.0, 0.01)[fade : 2000 - fade],
        rtol=1e-5,
    )
    assert audio.samples[0] == audio.samples[2000] == 0.0
    assert audio.samples[3000] == pytest.approx(60.0)


def test_a_whole_recording_is_not_touched() -> None:
    audio = Excerpts((Span(0.0, 30.0),)).gather(blocks(30.0))
    np.testing.assert_allclose(audio.samples, np.arange(3000) / RATE_HZ, rtol=1e-5)


def test_nothing_is_read_behind_the_last_stretch() -> None:
    read: list[float] = []
    TWO.gather(blocks(4000.0, read=read))
    assert read[-1] < 72.0


def test_a_recording_that_ends_early_gives_less() -> None:
    assert TWO.gather(blocks(55.0)).duration_s == pytest.approx(25.0)
    assert len(TWO.gather(iter(())).samples) == 0
