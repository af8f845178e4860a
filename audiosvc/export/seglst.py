"""Segment-wise transcripts in JSON (.seglst.json), as meeteval and CHiME use them."""

from __future__ import annotations

import json
import math
from typing import Any

from audiosvc.errors import FormatError
from audiosvc.export.assemble import transcript_of
from audiosvc.export.clock import milliseconds, parse_clock
from audiosvc.export.labels import UNKNOWN, distinct, labels_of, never_missing, speaker_at, token
from audiosvc.export.lines import one_recording
from audiosvc.export.text import encodable, text_of
from audiosvc.spans import Span
from audiosvc.types import Segment, Transcript


def serialise(transcript: Transcript, name: str) -> str:
    """A list with one entry for each segment; ``unknown`` stands for a missing speaker."""
    names = distinct(labels_of(transcript), never_missing)
    entries = []
    for segment in transcript.segments:
        start_ms = milliseconds(segment.span.start_s)
        end_ms = max(start_ms, milliseconds(segment.span.end_s))
        entries.append(
            {
                "session_id": token(name),
                "speaker": UNKNOWN if segment.speaker is None else names[segment.speaker],
                "start_time": start_ms / 1000,
                "end_time": end_ms / 1000,
                "words": text_of(segment),
            }
        )
    return encodable(json.dumps(entries, ensure_ascii=False, indent=1)) + "\n"


def parse(text: str) -> Transcript:
    """One segment for each entry. Raises FormatError, which names the line or the entry.

    Times may be numbers, or strings with seconds or a clock's time; ``words`` may be missing.
    """
    try:
        entries = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise FormatError(f"Line {error.lineno}: not JSON: {error.msg}.") from None
    except (RecursionError, ValueError) as error:
        raise FormatError(f"Not a SegLST file: {error}.") from None
    if not isinstance(entries, list):
        raise FormatError("A SegLST file holds a list of segments; this one holds something else.")
    segments = [_segment(number, entry) for number, entry in enumerate(entries, start=1)]
    one_recording({str(entry.get("session_id", "")) for entry in entries})
    return transcript_of(segments)


def _segment(number: int, entry: Any) -> Segment:  # noqa: ANN401 - whatever the file holds
    if not isinstance(entry, dict):
        raise _wrong(number, "it has to be an object")
    start_s, end_s = _seconds(number, entry, "start_time"), _seconds(number, entry, "end_time")
    if end_s < start_s:
        raise _wrong(number, f"it ends at {end_s:g} s, before it begins at {start_s:g} s")
    words, speaker = entry.get("words"), entry.get("speaker")
    if not isinstance(words, str | None):
        raise _wrong(number, "its words have to be a string")
    if isinstance(speaker, bool) or not isinstance(speaker, str | int | None):
        raise _wrong(number, "its speaker has to be a name")
    label = None if speaker is None else speaker_at(str(speaker))
    return Segment(0, Span(start_s, end_s), label, encodable(words or ""))


def _seconds(number: int, entry: dict[str, Any], key: str) -> float:
    value = entry.get(key)
    if isinstance(value, str):
        clock_s = parse_clock(value.strip())
        try:
            value = clock_s if clock_s is not None else float(value)
        except ValueError:
            value = None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(number, f"its {key} has to be a number of seconds")
    if not math.isfinite(value) or value < 0:
        raise _wrong(number, f"its {key} has to be a finite number, 0 or more")
    return float(value)


def _wrong(number: int, problem: str) -> FormatError:
    return FormatError(f"Entry {number}: {problem}.")
