"""Every voice survives the way to one channel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from audiosvc.audio.downmix import Downmix, to_float

VOICE = np.sin(np.linspace(0.0, 300.0, 8_000), dtype=np.float32) * np.float32(0.5)


@pytest.mark.parametrize(
    ("dtype", "lowest", "zero"),
    [
        ("u1", 0, 128),
        ("u2", 0, 2**15),
        ("i1", -(2**7), 0),
        ("<i2", -(2**15), 0),
        (">i2", -(2**15), 0),
        ("i4", -(2**31), 0),
        ("i8", -(2**63), 0),
        ("f2", -1.0, 0.0),
        ("f4", -1.0, 0.0),
        ("f8", -1.0, 0.0),
    ],
)
def test_full_scale_of_every_type(dtype, lowest, zero):
    floats = to_float(np.array([lowest, zero], dtype))
    assert floats.dtype == np.float32
    assert floats.tolist() == [-1.0, 0.0]


@pytest.mark.parametrize("channels", [2, 3, 8])
def test_a_voice_in_one_channel_keeps_its_share(channels):
    samples = np.zeros((channels, len(VOICE)), np.float32)
    samples[-1] = VOICE
    downmix = Downmix()
    np.testing.assert_allclose(downmix(samples), VOICE / channels, atol=1e-6)
    assert not list(downmix.notices("talk"))


def test_full_channels_do_not_clip():
    loud = np.sign(VOICE) * np.float32(1.0)
    np.testing.assert_allclose(Downmix()(np.stack([loud] * 6)), loud, atol=1e-6)


@pytest.mark.parametrize("gain", [1.0, 0.9, 1.2])
def test_channels_that_cancel_each_other_are_not_added(gain):
    downmix = Downmix()
    mono = downmix(np.stack([VOICE, -gain * VOICE]).astype(np.float32))
    assert np.abs(mono).max() >= 0.49
    assert [notice.code for notice in downmix.notices("talk")] == ["audio_out_of_phase"]


def test_two_voices_are_both_kept():
    other = np.cos(np.linspace(0.0, 511.0, 8_000), dtype=np.float32) * np.float32(0.5)
    np.testing.assert_allclose(Downmix()(np.stack([VOICE, other])), (VOICE + other) / 2, atol=1e-6)


def test_inaudible_channels_are_no_matter():
    downmix = Downmix()
    downmix(np.stack([VOICE, -VOICE]) * np.float32(1e-5))
    assert not list(downmix.notices("talk"))


@given(
    arrays.arrays(
        np.float64,
        st.tuples(st.integers(1, 4), st.integers(1, 20)),
        elements=st.floats(allow_nan=True, allow_infinity=True, width=64),
    )
)
def test_whatever_comes_in_what_goes_out_is_sound(samples):
    downmix = Downmix()
    mono = downmix(samples)
    assert mono.dtype == np.float32
    assert mono.shape == (samples.shape[1],)
    assert np.isfinite(mono).all()
    assert np.abs(mono).max() <= 1.0
    assert downmix.not_finite >= np.count_nonzero(~np.isfinite(samples))
