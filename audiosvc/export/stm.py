"""Segment Time Marked (.stm): text with speakers and times, as NIST scorers read it."""

from __future__ import annotations

import re

from audiosvc.export.assemble import transcript_of
from audiosvc.export.clock import decimal, milliseconds
from audiosvc.export.labels import STM_GAP, UNKNOWN, distinct, labels_of, speaker_at, token
from audiosvc.export.lines import number_at, one_recording, records, span_at, wrong
from audiosvc.export.text import flat, text_of
from audiosvc.types import Segment, Transcript

_LABEL = re.compile(r"<(?:NA|[oO]|[^\s<>,]*(?:,[^\s<>,]*)+)>(?=\s|$)")
_NOT_SCORED = "ignore_time_segment_in_scoring"


def serialise(transcript: Transcript, name: str) -> str:
    """One line for each segment; ``unknown`` stands for a missing speaker."""
    names = distinct(labels_of(transcript), token)
    lines = []
    for segment in transcript.segments:
        speaker = UNKNOWN if segment.speaker is None else names[segment.speaker]
        start_ms = milliseconds(segment.span.start_s)
        end_ms = max(start_ms, milliseconds(segment.span.end_s))
        text = text_of(segment)
        if _LABEL.match(text):
            # A reader would take the first word for the optional label before the text.
            text = f"<O> {text}"
        fields = (token(name), "1", speaker, decimal(start_ms), decimal(end_ms), text)
        lines.append(" ".join(fields).rstrip() + "\n")
    return "".join(lines)


def parse(text: str) -> Transcript:
    """One segment for each line; gaps and stretches that are not scored are passed over.

    Raises FormatError.
    """
    segments = []
    recordings = set()
    for number, line in records(text):
        fields = line.split(maxsplit=5)
        if len(fields) < 5:
            raise wrong(number, "a line has a file, a channel, a speaker and two times", line)
        recording, _, speaker, start, end, *rest = fields
        recordings.add(recording)
        span = span_at(number, number_at(number, start, "beginning"), number_at(number, end, "end"))
        written = flat("".join(rest))
        label = _LABEL.match(written)
        said = written[label.end() :].strip() if label else written
        if speaker.casefold() != STM_GAP and said.casefold() != _NOT_SCORED:
            segments.append(Segment(0, span, speaker_at(speaker), said))
    one_recording(recordings)
    return transcript_of(segments)
