"""Rich Transcription Time Marked (.rttm): who is heard when, without text."""

from __future__ import annotations

from collections.abc import Sequence

from audiosvc.export.assemble import transcript_of
from audiosvc.export.clock import decimal, milliseconds
from audiosvc.export.labels import UNKNOWN, distinct, is_missing, labels_of, token
from audiosvc.export.lines import number_at, one_recording, records, wrong
from audiosvc.spans import Span
from audiosvc.types import Segment, Transcript, Turn

_OTHER_TYPES = frozenset(
    {
        "SEGMENT",
        "NOSCORE",
        "NO_RT_METADATA",
        "LEXEME",
        "NON-LEX",
        "NON-SPEECH",
        "FILLER",
        "EDIT",
        "IP",
        "SU",
        "CB",
        "A/P",
        "SPKR-INFO",
    }
)


def serialise(transcript: Transcript, name: str) -> str:
    """One SPEAKER line for each turn or, without turns, for each segment.

    A segment without speaker is written as ``unknown``. What lasts less than a millisecond has no
    line: scorers refuse a duration of zero.
    """
    names = distinct(labels_of(transcript), token)
    activity: Sequence[Turn | Segment] = transcript.turns or transcript.segments
    lines = []
    for item in sorted(activity, key=lambda item: item.span):
        start_ms = milliseconds(item.span.start_s)
        duration_ms = milliseconds(item.span.end_s) - start_ms
        if duration_ms > 0:
            speaker = UNKNOWN if item.speaker is None else names[item.speaker]
            times = f"{decimal(start_ms)} {decimal(duration_ms)}"
            lines.append(f"SPEAKER {token(name)} 1 {times} <NA> <NA> {speaker} <NA> <NA>\n")
    return "".join(lines)


def parse(text: str) -> Transcript:
    """The SPEAKER lines as turns; lines of the other types are passed over.

    A line without a speaker's name makes a turn of ``unknown``. Raises FormatError.
    """
    turns = []
    recordings = set()
    for number, line in records(text):
        kind, *fields = line.split()
        if kind in _OTHER_TYPES:
            continue
        if kind != "SPEAKER":
            raise wrong(number, "not a line of an RTTM file", line)
        if len(fields) < 7:
            raise wrong(number, f"a SPEAKER line has 8 to 10 fields, not {len(fields) + 1}", line)
        recordings.add(fields[0])
        start_s = number_at(number, fields[2], "beginning")
        end_s = start_s + number_at(number, fields[3], "duration")
        speaker = UNKNOWN if is_missing(fields[6]) else fields[6]
        turns.append(Turn(Span(start_s, round(end_s, 6)), speaker))
    one_recording(recordings)
    return transcript_of(turns=turns)
