"""Reads the TopoJSON of the npm package world-atlas (Natural Earth) as polygons.

The format: https://github.com/topojson/topojson-specification. Borders are shared arcs, with
coordinates as differences of whole numbers; a ring is a list of arcs, and ~i is arc i backwards.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Ring = npt.NDArray[np.float64]
"""``(points, 2)``: longitude and latitude, the last point the first one again.

Longitudes run on past 180° where the ring crosses that meridian.
"""
POLE = 90.0


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """A country's land. number: ISO 3166 numeric; None where it is disputed or has none."""

    number: int | None
    name: str
    rings: tuple[Ring, ...]


def read(path: Path) -> list[Feature]:
    """The countries of one file."""
    topology = json.loads(path.read_text())
    arcs = _arcs(topology)
    return [_feature(geometry, arcs) for geometry in topology["objects"]["countries"]["geometries"]]


def _arcs(topology: dict[str, Any]) -> list[Ring]:
    scale, translate = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + translate for arc in topology["arcs"]]


def _feature(geometry: dict[str, Any], arcs: list[Ring]) -> Feature:
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    rings = tuple(_ring(numbers, arcs) for polygon in polygons for numbers in polygon)
    number = int(geometry["id"]) if "id" in geometry else None
    return Feature(number, geometry["properties"]["name"], rings)


def _ring(numbers: list[int], arcs: list[Ring]) -> Ring:
    """Arcs in a row; each begins where the one before it ends."""
    pieces = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
    ring = np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])
    lon = np.unwrap(ring[:, 0], period=360.0)
    ring = np.column_stack([lon, ring[:, 1]])
    if abs(lon[-1] - lon[0]) < 180:
        return ring
    # Around the pole, so Antarctica: closed along it.
    ends = [(lon[-1], -POLE), (lon[0], -POLE), (lon[0], ring[0, 1])]
    return np.concatenate([ring, np.array(ends)])
