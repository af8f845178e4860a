"""The best pairing, against trying all of them."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from audiosvc.transcription.assignment import best_pairs

gains = arrays.arrays(
    np.float64, st.tuples(st.integers(0, 4), st.integers(0, 4)), elements=st.floats(-5, 5)
)


@given(gains)
def test_no_pairing_gains_more(gain: np.typing.NDArray[np.float64]) -> None:
    pairs = best_pairs(gain)
    rows, columns = gain.shape
    assert len(pairs) == min(gain.shape)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    upright = gain if rows <= columns else gain.T
    best = max(
        sum(upright[row, column] for row, column in enumerate(order))
        for order in permutations(range(max(gain.shape)), min(gain.shape))
    )
    assert sum(gain[row, column] for row, column in pairs) == pytest.approx(best)
