"""Reference files, read into the types that a transcript is made of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from audiosvc.errors import ManifestError
from audiosvc.evaluate.extra import metric_library
from audiosvc.evaluate.manifest import Entry
from audiosvc.spans import Span
from audiosvc.types import Segment, Turn


@dataclass(frozen=True, slots=True)
class Truth:
    """What a transcript is held against; None where nothing is known.

    scored: the stretches in which speaker activity is compared. speakers: how many the turns
    tell of, or else the manifest.
    """

    scored: tuple[Span, ...]
    words: tuple[Segment, ...] | None = None
    turns: tuple[Turn, ...] | None = None
    text: str | None = None
    language: str | None = None
    speakers: int | None = None


def load_truth(entry: Entry) -> Truth:
    """Everything that the entry's reference files say. Raises ManifestError."""
    known = entry.reference
    usable = entry.wer_usable
    activity = known.rttm_words or known.rttm
    turns = _turns(activity, entry) if activity else None
    return Truth(
        scored=_scored(known.uem, entry) if known.uem else (Span(0.0, entry.duration_s),),
        words=_words(known.stm, entry) if known.stm and usable else None,
        turns=turns,
        text=known.text if usable else None,
        language=known.language,
        speakers=entry.speakers if turns is None else len({turn.speaker for turn in turns}),
    )


def _words(path: Path, entry: Entry) -> tuple[Segment, ...]:
    lines = sorted(_lines("STM", path, entry), key=lambda line: line.begin_time)
    return tuple(
        Segment(number, _span(line.begin_time, line.end_time), line.speaker_id, line.transcript)
        for number, line in enumerate(lines)
    )


def _turns(path: Path, entry: Entry) -> tuple[Turn, ...]:
    return tuple(
        Turn(_span(line.begin_time, line.begin_time + line.duration), line.speaker_id)
        for line in _lines("RTTM", path, entry)
        if line.type == "SPEAKER"
    )


def _scored(path: Path, entry: Entry) -> tuple[Span, ...]:
    lines = _lines("UEM", path, entry)
    return tuple(_span(line.begin_time, line.end_time) for line in lines)


def _span(start_s: Decimal, end_s: Decimal) -> Span:
    return Span(float(start_s), float(end_s))


def _lines(kind: str, path: Path, entry: Entry) -> list[Any]:
    """The lines about this entry. A file about one recording counts whatever it calls it."""
    reader = getattr(metric_library("meeteval.io"), kind)
    try:
        lines = list(reader.load(path).lines)
    except (AssertionError, ArithmeticError, LookupError, OSError, TypeError, ValueError) as error:
        raise ManifestError(f"{entry.id}: {path} does not read as {kind}: {error}.") from error
    if len({line.filename for line in lines}) > 1:
        lines = [line for line in lines if line.filename == entry.id]
        if not lines:
            raise ManifestError(
                f"{entry.id}: {path} is about several recordings and this is none of them."
            )
    return lines
