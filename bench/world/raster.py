"""Polygons of longitude and latitude as pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from world.topojson import Ring

PIXEL = 0.05
"""Degrees: 5.6 km from north to south."""
ROWS, COLUMNS = round(180 / PIXEL), round(360 / PIXEL)


def fill(rings: Sequence[Ring]) -> npt.NDArray[np.int64]:
    """The pixels whose middle lies inside, as row * COLUMNS + column, by the even-odd rule.

    Rows go from south to north, columns from 180° W to the east.
    """
    row, column = _crossings(rings)
    order = np.lexsort((column, row))
    row, column = row[order], column[order]
    # Each row has an even number of crossings: inside is from each odd one to the next.
    first, last, row = column[0::2], column[1::2], row[0::2]
    widths = last - first
    columns = np.repeat(first, widths) + _counted(widths)
    return np.unique(np.repeat(row, widths) * COLUMNS + columns % COLUMNS)


def middles(pixels: npt.NDArray[np.int64]) -> tuple[Ring, Ring]:
    """Latitudes and longitudes of pixels, in degrees."""
    row, column = (np.asarray(part, np.float64) for part in np.divmod(pixels, COLUMNS))
    return (row + 0.5) * PIXEL - 90, (column + 0.5) * PIXEL - 180


def _crossings(
    rings: Sequence[Ring],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where edges cross the middles of rows: the row, and the first column whose middle lies east.

    An edge holds its southern end, not its northern one, so that a corner counts once.
    """
    starts = np.concatenate([ring[:-1] for ring in rings])
    ends = np.concatenate([ring[1:] for ring in rings])
    swap = starts[:, 1] > ends[:, 1]
    south, north = np.where(swap[:, None], ends, starts), np.where(swap[:, None], starts, ends)
    low = np.ceil((south[:, 1] + 90) / PIXEL - 0.5).astype(np.int64)
    high = np.ceil((north[:, 1] + 90) / PIXEL - 0.5).astype(np.int64)
    counts = high - low
    edge = np.repeat(np.arange(len(counts)), counts)
    row = _counted(counts) + low[edge]
    part = ((row + 0.5) * PIXEL - 90 - south[edge, 1]) / (north[edge, 1] - south[edge, 1])
    lon = south[edge, 0] + part * (north[edge, 0] - south[edge, 0])
    return row, np.ceil((lon + 180) / PIXEL - 0.5).astype(np.int64)


def _counted(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """0, 1, 2 and so on up to each count, one after another."""
    return np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
