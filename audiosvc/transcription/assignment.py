"""The best one-to-one pairing of two groups."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def best_pairs(gain: npt.NDArray[np.floating]) -> list[tuple[int, int]]:
    """Row and column of each pair, so that the sum of ``gain`` over the pairs is largest.

    gain: ``(rows, columns)``. Each row and column is in one pair at most; the smaller group is
    used up.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - takes a third of a second

    rows, columns = linear_sum_assignment(gain, maximize=True)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))
