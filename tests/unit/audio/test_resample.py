"""The count is exact, nothing is shifted, and the pieces do not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.audio.resample import Resampler

RATES = [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000, 12_345]


def resample(samples, rate_hz, cuts=()):
    resampler = Resampler(rate_hz)
    pieces = [resampler.feed(piece) for piece in np.split(samples, sorted(cuts))]
    return np.concatenate([*pieces, resampler.flush()])


@given(st.sampled_from(RATES), st.integers(0, 5_000), st.data())
def test_count_and_content_do_not_depend_on_the_pieces(rate_hz, count, data):
    samples = np.random.default_rng(count).uniform(-0.5, 0.5, count).astype(np.float32)
    cuts = data.draw(st.lists(st.integers(0, count), max_size=5))
    whole = resample(samples, rate_hz)
    assert len(whole) == round(count * 16_000 / rate_hz)
    np.testing.assert_array_equal(resample(samples, rate_hz, cuts), whole)


@pytest.mark.parametrize("rate_hz", RATES)
def test_a_click_stays_where_it_was(rate_hz):
    samples = np.zeros(rate_hz, np.float32)
    samples[rate_hz // 2] = 1.0
    clicked = int(np.argmax(np.abs(resample(samples, rate_hz))))
    assert clicked == pytest.approx(rate_hz // 2 * 16_000 / rate_hz, abs=1.0)


def test_what_lies_above_8_khz_does_not_fold_down():
    time_s = np.arange(48_000) / 48_000
    high = (0.5 * np.sin(2 * np.pi * 13_000 * time_s)).astype(np.float32)
    assert np.abs(resample(high, 48_000)[1_000:-1_000]).max() < 0.005


def test_full_scale_stays_inside():
    square = np.sign(np.sin(np.arange(44_100) * 0.05)).astype(np.float32)
    assert np.abs(resample(square, 44_100)).max() == 1.0
