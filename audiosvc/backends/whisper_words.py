"""From the aligner's tokens to written words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from audiosvc.spans import Span
from audiosvc.types import Audio, Word

OPENING = "\"'“¿([{-"
CLOSING = "\"'.。,，!！?？:：”)]}、"


def to_words(aligned: Sequence[dict[str, Any]], stretch: Audio) -> list[Word]:
    """Words with recording times, punctuation joined to the word it belongs to.

    aligned: entries with ``word``, ``start`` and ``end`` in seconds from the stretch's beginning,
    and ``probability``. A space before a word's text says that it begins a new one; writing
    without spaces keeps each of the model's units as a word.
    """
    words: list[Word] = []
    for entry in _joined(aligned):
        text = str(entry["word"])
        if not text.strip():
            continue
        start_s = min(float(entry["start"]), stretch.duration_s)
        end_s = min(max(float(entry["end"]), start_s), stretch.duration_s)
        span = Span(start_s, end_s).shifted(stretch.start_s)
        words.append(Word(text, span, float(entry["probability"])))
    return words


def _joined(aligned: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Opening marks go to the word behind them, closing ones to the word before."""
    joined: list[dict[str, Any]] = []
    opening: list[dict[str, Any]] = []
    for entry in aligned:
        text = str(entry["word"]).strip()
        if joined and not opening and text and all(mark in CLOSING for mark in text):
            joined[-1] = {**joined[-1], "word": joined[-1]["word"] + entry["word"].strip()}
        elif text and all(mark in OPENING for mark in text):
            opening.append(entry)
        else:
            marks = "".join(str(mark["word"]) for mark in opening)
            word = str(entry["word"])
            joined.append({**entry, "word": marks + word.lstrip() if marks else word})
            opening = []
    if opening and joined:
        tail = "".join(str(mark["word"]).strip() for mark in opening)
        joined[-1] = {**joined[-1], "word": joined[-1]["word"] + tail}
    return joined
