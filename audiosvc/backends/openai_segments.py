"""Segments as a model server lists them, written as ``[start][S01]text[end]``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

TIMED = re.compile(r"\[\s*\d+(?:[.:,]\d+)+\s*\]")
_SPEAKER = re.compile(r"(?:s|speaker|spk)[ _-]?(\d+)", re.IGNORECASE)


def as_sats(text: str, segments: Sequence[object]) -> str | None:
    """One text with marks out of a reply's text and segments; None when neither has the form.

    Where the text has times of its own, it is what the model wrote, and stands: segments were
    made out of it, not always without loss.
    """
    if TIMED.search(text) or not segments:
        return text
    names: dict[str, str] = {}
    lines = []
    for segment in segments:
        if not isinstance(segment, dict) or not isinstance(segment.get("text"), str):
            return None
        lines.append(_line(segment, names))
    return "".join(lines)


def _line(segment: Mapping[str, object], names: dict[str, str]) -> str:
    # A number in brackets that belongs to the text would be read as a time.
    words = TIMED.sub(lambda mark: f"({mark[0][1:-1]})", str(segment["text"]).strip())
    speaker = segment.get("speaker")
    if isinstance(speaker, int | str) and str(speaker).strip():
        words = f"[{_label(str(speaker).strip(), names)}]{words}"
    return f"{_mark(segment.get('start'))}{words}{_mark(segment.get('end'))}"


def _label(speaker: str, names: dict[str, str]) -> str:
    """``S01`` and so on: the server's own number, or the next that nobody has."""
    if speaker not in names:
        known = _SPEAKER.fullmatch(speaker)
        label = f"S{int(known[1]):02d}" if known else ""
        number = 1
        while not label or label in names.values():
            label = f"S{number:02d}"
            number += 1
        names[speaker] = label
    return names[speaker]


def _mark(time_s: object) -> str:
    if isinstance(time_s, bool) or not isinstance(time_s, int | float):
        return ""
    return f"[{time_s:.2f}]" if math.isfinite(time_s) and time_s >= 0 else ""
