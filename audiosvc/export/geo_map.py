"""A small map of the world in characters: braille, two dots wide and four high."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from audiosvc.estimates import GeoEstimate
from audiosvc.export.geo_shapes import LonLat, circle

NORTH, SOUTH = 78.0, -58.0  # nobody records beyond
STEP = 0.5  # of a dot, so that a line has no holes
BRAILLE = 0x2800
# The bits of a braille character by row and column, as Unicode numbers its dots.
BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
MARK = "✛"

Outlines = Sequence[Sequence[LonLat]]
"""Coasts as lines of ``(lon, lat)``."""


def draw(estimate: GeoEstimate, outlines: Outlines, columns: int = 72) -> str:
    """Coasts, the circle of 50 %, candidates by their rank, and a cross for the answer."""
    rows = round(columns * (NORTH - SOUTH) / 360.0 / 2)
    dots = np.zeros((rows * 4, columns * 2), np.bool_)
    for line in outlines:
        _trace(dots, line)
    if estimate.point is not None:
        for ring in circle(estimate.point, estimate.radius_50_km):
            _trace(dots, [point for point in ring if abs(point[0]) < 180.0])
    cells = dots.reshape(rows, 4, columns, 2)
    codes = BRAILLE + (cells * BITS[np.newaxis, :, np.newaxis, :]).sum(axis=(1, 3))
    lines = [[chr(code) for code in row] for row in codes]
    for rank, candidate in reversed(list(enumerate(estimate.candidates[:9], 1))):
        _put(lines, (candidate.point.lon, candidate.point.lat), str(rank))
    if estimate.point is not None:
        _put(lines, (estimate.point.lon, estimate.point.lat), MARK)
    return "\n".join("".join(line).rstrip(chr(BRAILLE)) for line in lines)


def _trace(dots: npt.NDArray[np.bool_], line: Iterable[LonLat]) -> None:
    """Sets the dots along a line; what leaves the map is left out."""
    points = np.array(list(line), np.float64).reshape(-1, 2)
    height, width = dots.shape
    x = (points[:, 0] + 180.0) / 360.0 * width
    y = (NORTH - points[:, 1]) / (NORTH - SOUTH) * height
    for index in range(len(points) - 1):
        reach = max(abs(x[index + 1] - x[index]), abs(y[index + 1] - y[index]))
        if reach > width / 2:
            continue  # from one end of the map to the other
        share = np.linspace(0.0, 1.0, int(reach / STEP) + 2)
        column = np.floor(x[index] + share * (x[index + 1] - x[index])).astype(int)
        row = np.floor(y[index] + share * (y[index + 1] - y[index])).astype(int)
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        dots[row[inside], column[inside]] = True


def _put(lines: list[list[str]], place: LonLat, mark: str) -> None:
    lon, lat = place
    row = int((NORTH - lat) / (NORTH - SOUTH) * len(lines))
    column = int((lon + 180.0) / 360.0 * len(lines[0]))
    lines[min(max(row, 0), len(lines) - 1)][min(max(column, 0), len(lines[0]) - 1)] = mark
