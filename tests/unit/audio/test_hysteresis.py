"""Stretches begin and end where they should, however the probabilities arrive."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.backends.hysteresis import Hysteresis, HysteresisLimits
from audiosvc.errors import OptionError
from audiosvc.spans import Span

FRAME_S = 0.1
LIMITS = HysteresisLimits(onset=0.5, offset=0.3, min_active_s=0.2, min_pause_s=0.4, pad_s=0.1)


def stretches(probabilities, limits=LIMITS, start_s=0.0):
    hysteresis = Hysteresis(limits, FRAME_S, start_s)
    found = hysteresis.feed(np.array(probabilities, np.float32))
    found += hysteresis.flush(start_s + len(probabilities) * FRAME_S)
    return [Span(round(span.start_s, 6), round(span.end_s, 6)) for span in found]


def test_a_stretch_is_padded_and_stays_inside_the_recording():
    assert stretches([1, 1, 1]) == [Span(0.0, 0.3)]
    assert stretches([0] * 3 + [1] * 3 + [0] * 9) == [Span(0.2, 0.7)]


def test_times_are_recording_times():
    assert stretches([1, 1, 1] + [0] * 9, start_s=60.0) == [Span(60.0, 60.4)]


def test_between_offset_and_onset_it_goes_on_but_does_not_begin():
    assert stretches([0.4] * 9) == []
    assert stretches([0.6, 0.4, 0.4, 0.4, 0.2, 0.4, 0, 0, 0, 0]) == [Span(0.0, 0.5)]


def test_short_pauses_are_bridged_and_long_ones_not():
    assert len(stretches([1, 1, 0, 0, 0, 1, 1] + [0] * 9)) == 1
    assert len(stretches([1, 1, 0, 0, 0, 0, 1, 1] + [0] * 9)) == 2


def test_short_stretches_are_dropped():
    assert stretches([0, 0, 1, 0, 0, 0, 0, 0]) == []
    assert stretches([0, 0, 1, 1, 0, 0, 0, 0]) == [Span(0.1, 0.5)]


def test_a_stretch_is_given_out_when_its_pause_is_long_enough():
    hysteresis = Hysteresis(LIMITS, FRAME_S)
    assert hysteresis.feed(np.array([1, 1, 0, 0, 0], np.float32)) == []
    assert len(hysteresis.feed(np.array([0], np.float32))) == 1
    assert hysteresis.flush(0.6) == []


@given(st.lists(st.floats(0, 1, width=32), max_size=80), st.data())
def test_neither_the_pieces_nor_the_content_break_the_order(probabilities, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(probabilities)), max_size=5)))
    hysteresis = Hysteresis(LIMITS, FRAME_S)
    found = []
    for piece in np.split(np.array(probabilities, np.float32), cuts):
        found += hysteresis.feed(piece)
    end_s = len(probabilities) * FRAME_S
    found += hysteresis.flush(end_s)
    whole = Hysteresis(LIMITS, FRAME_S)
    assert found == whole.feed(np.array(probabilities, np.float32)) + whole.flush(end_s)
    assert all(0.0 <= span.start_s < span.end_s <= end_s + 1e-9 for span in found)
    assert all(before.end_s <= after.start_s + 1e-9 for before, after in pairwise(found))
    loud = [number for number, value in enumerate(probabilities) if value >= LIMITS.onset]
    quiet = all(value < LIMITS.offset for value in probabilities)
    assert not (quiet and found)
    for first, second in pairwise(loud):
        if second == first + 1:  # two loud frames are a stretch that nothing may drop
            assert any(span.holds(second * FRAME_S) for span in found)


@pytest.mark.parametrize(
    "change",
    [
        {"offset": 0.6},
        {"onset": 1.5},
        {"offset": 0.0},
        {"pad_s": 0.3},
        {"pad_s": -0.1},
        {"min_active_s": -1.0},
    ],
)
def test_limits_that_contradict_themselves(change):
    with pytest.raises(OptionError):
        replace(LIMITS, **change)
