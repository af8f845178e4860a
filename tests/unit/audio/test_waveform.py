"""How loud a recording is: every sample is in its point, however it was cut into blocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.audio.waveform import MOST_POINTS, Waveformer
from audiosvc.types import Audio

RATE_HZ = 1000


def drawn(samples: np.ndarray, cuts: list[int] | None = None, start_s: float = 0.0) -> np.ndarray:
    """(points, 2)"""
    waveformer, at = Waveformer(RATE_HZ), 0
    for part in np.split(samples.astype(np.float32), sorted(cuts or [])):
        waveformer.take(Audio(part, RATE_HZ, start_s + at / RATE_HZ))
        at += len(part)
    found = waveformer.waveform()
    points = np.array(found.extremes).reshape(-1, 2)
    assert len(points) == found.length <= MOST_POINTS
    return points


@given(st.integers(0, 200_000), st.lists(st.integers(0, 200_000), max_size=6))
def test_cuts_make_no_difference(count: int, cuts: list[int]) -> None:
    samples = np.random.default_rng(count).uniform(-1, 1, count)
    whole = drawn(samples)
    assert np.array_equal(whole, drawn(samples, [min(cut, count) for cut in cuts]))
    assert len(whole) >= min(MOST_POINTS // 2, count // 10)


def test_a_point_is_the_lowest_and_the_highest_of_its_samples() -> None:
    samples = np.zeros(35)
    samples[3], samples[9], samples[12], samples[34] = 0.5, -0.25, 2.0, -2.0
    assert drawn(samples).tolist() == [[-32, 64], [0, 127], [0, 0], [-128, 0]]


@pytest.mark.parametrize("start_s", [0.5, 200.0])
def test_a_beginning_that_was_left_out_is_silent(start_s: float) -> None:
    loud = drawn(np.full(1000, 0.5), start_s=start_s)
    share = start_s / (start_s + 1)
    first = int(np.flatnonzero(loud[:, 1])[0])
    assert first / len(loud) == pytest.approx(share, abs=0.01)
    assert set(loud[first + 1 :, 1].tolist()) == {64}


def test_a_click_in_a_day_can_still_be_seen() -> None:
    samples = np.zeros(24 * 3600 * RATE_HZ // 10, np.float32)
    samples[4_321_000] = -1.0
    points = drawn(samples)
    (place,) = np.flatnonzero(points[:, 0])
    assert place == 4_321_000 * len(points) // len(samples)
    assert points[place].tolist() == [-128, 0]


def test_nothing_has_no_points() -> None:
    assert Waveformer(RATE_HZ).waveform().extremes == ()
