"""Outlines of countries, for drawing; ``data/CARD.md`` says where they come from."""

from __future__ import annotations

import functools
import json
from importlib.resources import files

Line = list[tuple[float, float]]
"""Points as ``(lon, lat)``, the last one the first one again."""


@functools.cache
def outlines() -> tuple[tuple[str | None, tuple[Line, ...]], ...]:
    """Each country's ISO code, None where the land has none, with the coasts and borders of it."""
    text = (files("audiosvc.geo") / "data" / "outlines.json").read_text("utf-8")
    return tuple(
        (iso, tuple([(lon, lat) for lon, lat in ring] for ring in rings))
        for iso, rings in json.loads(text)
    )
