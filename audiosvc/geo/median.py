"""The point of least expected distance on a map of probabilities, and circles around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from audiosvc.estimates import Point
from audiosvc.geo.fuse import Float64
from audiosvc.geo.grid import EARTH_KM, unit_vectors

if TYPE_CHECKING:
    from audiosvc.geo.grid import Grid

Float32 = npt.NDArray[np.float32]

# A circle as large as a cell of H3 at resolution 3.
CELL_RADIUS_KM = 62.8
BLOCK_DEG = 6.0
# Of the best blocks, the cells this near are tried one by one.
BLOCKS = 3
REACH_KM = 700.0
MOST_TRIED = 400
STEPS = 20


def least_expected(grid: Grid, probabilities: Float64) -> Point:
    """The point with the least expected distance, in the cell that has the least from its middle.

    It is looked for in three steps: among blocks of cells, among the cells of the best blocks,
    each against the whole map, and inside the best cell.
    """
    vectors = unit_vectors(grid.lat, grid.lon)
    tried = _promising(grid, vectors, probabilities)
    expected = distances_km(vectors[tried], vectors) @ probabilities.astype(np.float32)
    # Of equally good ones the first on the map.
    best = int(tried[np.argmin(expected)])
    return _inside(vectors, best, probabilities)


def radius_km(
    probabilities: Float64, from_point_km: npt.NDArray[np.floating], share: float
) -> float:
    """The radius of the circle that holds a share of the probability.

    from_point_km: to the middle of each cell. What is in a cell may be anywhere in it, so that no
    radius is less than that of a circle with the same share of a cell.
    """
    order = np.argsort(from_point_km, kind="stable")
    held = np.cumsum(probabilities[order])
    place = min(int(np.searchsorted(held, share * held[-1])), len(order) - 1)
    return float(np.hypot(from_point_km[order[place]], CELL_RADIUS_KM * np.sqrt(share)))


def distances_km(these: npt.NDArray[np.floating], those: npt.NDArray[np.floating]) -> Float32:
    """``(these, those)`` along the surface, between unit vectors; good to about 2 km."""
    cosines = these.astype(np.float32) @ those.astype(np.float32).T
    return np.asarray(EARTH_KM * np.arccos(np.clip(cosines, -1.0, 1.0)), np.float32)


def great_circle_km(one: Point, other: Point) -> float:
    """Between two points, along the surface."""
    ends = unit_vectors([one.lat, other.lat], [one.lon, other.lon])
    return float(2 * EARTH_KM * np.arcsin(min(1.0, float(np.linalg.norm(ends[0] - ends[1])) / 2)))


def _promising(grid: Grid, vectors: Float64, probabilities: Float64) -> npt.NDArray[np.int64]:
    """The cells in and around the blocks with the least expected distance, ascending."""
    blocks = _blocks(grid)
    mass = np.bincount(blocks, weights=probabilities)
    sums = np.stack(
        [np.bincount(blocks, weights=probabilities * axis) for axis in vectors.T], axis=-1
    )
    lengths = np.linalg.norm(sums, axis=1)
    kept = lengths > 0.0
    middles = sums[kept] / lengths[kept, np.newaxis]
    expected = distances_km(middles, middles) @ mass[kept].astype(np.float32)
    best = middles[np.argsort(expected, kind="stable")[:BLOCKS]]
    nearest = distances_km(vectors, best).min(axis=1)
    near = np.flatnonzero(nearest <= max(REACH_KM, float(nearest.min())))
    if len(near) > MOST_TRIED:
        near = near[np.argsort(nearest[near], kind="stable")[:MOST_TRIED]]
    # The likeliest cell is always tried, wherever it lies.
    return np.union1d(near, [int(np.argmax(probabilities))])


def _blocks(grid: Grid) -> npt.NDArray[np.int64]:
    """The number of the block that each cell lies in; blocks are about equally large."""
    rows = np.floor((grid.lat + 90.0) / BLOCK_DEG)
    across = np.cos(np.radians((rows + 0.5) * BLOCK_DEG - 90.0))
    columns = np.floor((grid.lon + 180.0) / BLOCK_DEG * np.maximum(across, 0.05))
    numbers = (rows * 1000 + columns).astype(np.int64)
    return np.asarray(np.unique(numbers, return_inverse=True)[1].ravel(), np.int64)


def _inside(vectors: Float64, start: int, probabilities: Float64) -> Point:
    """Weiszfeld's steps towards the geometric median, that end where the cell ends."""
    here = middle = vectors[start]
    for _ in range(STEPS):
        cosines = np.clip(vectors @ here, -1.0, 1.0)
        angles = np.arccos(cosines)
        tangents = vectors - cosines[:, np.newaxis] * here
        # Half a cell at least: what lies nearer pulls no more strongly, as it is spread out.
        pulls = probabilities / np.maximum(angles, CELL_RADIUS_KM / 2 / EARTH_KM)
        stretched = np.maximum(np.sin(angles), 1e-9)
        step = (pulls * angles / stretched) @ tangents / pulls.sum()
        there = here + step
        there /= np.linalg.norm(there)
        if np.arccos(min(1.0, float(there @ middle))) * EARTH_KM > CELL_RADIUS_KM:
            break
        here = there
    lat = np.degrees(np.arcsin(np.clip(here[2], -1.0, 1.0)))
    return Point(float(lat), float(np.degrees(np.arctan2(here[1], here[0]))))
