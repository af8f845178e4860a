"""Chunks that change their rate, channels and type on the way become one even stream."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.audio.blocks import Chunk, Cut, join_chunks, to_blocks
from audiosvc.audio.downmix import Downmix

KINDS = [
    (rate_hz, channels, dtype)
    for rate_hz in (8_000, 16_000, 44_100)
    for channels in (1, 2, 6)
    for dtype in ("<f4", "<i2")
]


def consecutive(kinds_and_lengths):
    start_s = 0.0
    for (rate_hz, channels, dtype), length in kinds_and_lengths:
        yield Chunk(np.zeros((channels, length), dtype), rate_hz, start_s)
        start_s += length / rate_hz


@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 9_000)), min_size=1, max_size=30),
    st.floats(0.0, 2.0),
    st.one_of(st.none(), st.floats(2.1, 4.0)),
)
def test_blocks_tile_the_cut(parts, start_s, end_s):
    chunks = list(consecutive(parts))
    whole_s = sum(chunk.channels.shape[1] / chunk.sample_rate_hz for chunk in chunks)
    cut = Cut(start_s, end_s)
    blocks = list(to_blocks(join_chunks(chunks), cut, Downmix()))
    expected_s = cut.length_of(whole_s)
    given_s = sum(block.duration_s for block in blocks)
    assert given_s == pytest.approx(expected_s, abs=(len(parts) + 2) / 16_000)
    if blocks:
        assert blocks[0].start_s == pytest.approx(start_s, abs=1 / 16_000)
    for before, after in pairwise(blocks):
        assert after.start_s == pytest.approx(before.span.end_s, abs=1e-9)


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 9_000)), max_size=30))
def test_joining_loses_nothing(parts):
    before, after = list(consecutive(parts)), list(join_chunks(consecutive(parts)))
    assert sum(chunk.channels.size for chunk in after) == sum(c.channels.size for c in before)
    for chunk in after[:-1]:
        long_enough = chunk.channels.shape[1] >= chunk.sample_rate_hz / 2
        assert long_enough or len({kind for kind, _ in parts}) > 1


@pytest.mark.parametrize(
    ("cut", "whole_s", "expected_s"),
    [
        (Cut(), 10.0, 10.0),
        (Cut(), None, None),
        (Cut(2.0), 10.0, 8.0),
        (Cut(2.0, 5.0), 10.0, 3.0),
        (Cut(2.0, 5.0), None, 3.0),
        (Cut(2.0, 50.0), 10.0, 8.0),
        (Cut(20.0), 10.0, 0.0),
    ],
)
def test_length_of_a_cut(cut, whole_s, expected_s):
    assert cut.length_of(whole_s) == expected_s
