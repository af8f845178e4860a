"""Plain text (.txt): one paragraph a line, each with its time and speaker."""

from __future__ import annotations

import re

from audiosvc.export.assemble import transcript_of
from audiosvc.export.clock import clock, milliseconds, parse_clock
from audiosvc.export.labels import prefixes, split_prefixes
from audiosvc.export.lines import numbered_lines, wrong
from audiosvc.export.paragraphs import paragraphs
from audiosvc.export.text import flat, join
from audiosvc.spans import Span
from audiosvc.types import Segment, Transcript

_STAMPED = re.compile(r"\s*\[(?P<time>[0-9:.,]+)\](?P<text>.*)", re.DOTALL)


def serialise(transcript: Transcript, name: str) -> str:  # noqa: ARG001 - text names no file
    """``[00:01:02.3] S1: text``, with a blank line between paragraphs."""
    speaker = prefixes(transcript)
    return "\n".join(
        f"[{clock(milliseconds(p.start_s), digits=1)}] {speaker[p.speaker]}{p.text}\n"
        for p in paragraphs(transcript)
    )


def parse(text: str) -> Transcript:
    """One segment for each paragraph, lasting until the next begins.

    Lines without a time belong to the paragraph above. Names before a colon are speakers when
    every paragraph has one. Raises FormatError.
    """
    starts_s: list[float] = []
    bodies: list[list[str]] = []
    for number, line in numbered_lines(text):
        match = _STAMPED.fullmatch(line)
        if match is not None:
            start_s = parse_clock(match["time"])
            if start_s is None:
                raise wrong(number, "a time that no clock shows", line)
            starts_s.append(start_s)
            bodies.append([match["text"]])
        elif bodies:
            bodies[-1].append(line)
        elif line.strip():
            raise wrong(number, "expected a time, as in [00:01:02.3]", line)
    said = split_prefixes([join(flat(line) for line in body) for body in bodies])
    ends_s = [*starts_s[1:], *starts_s[-1:]]
    return transcript_of(
        Segment(0, Span(start_s, max(start_s, end_s)), speaker, body)
        for start_s, end_s, (speaker, body) in zip(starts_s, ends_s, said, strict=True)
    )
