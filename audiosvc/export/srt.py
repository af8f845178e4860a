"""SubRip subtitles (.srt)."""

from __future__ import annotations

import re

from audiosvc.export.assemble import transcript_of
from audiosvc.export.clock import clock
from audiosvc.export.cues import cues
from audiosvc.export.labels import prefixes, split_prefixes
from audiosvc.export.lines import cue_span, is_timing, numbered_lines, wrong
from audiosvc.export.text import flat, join
from audiosvc.spans import Span
from audiosvc.types import Segment, Transcript

_INDEX = re.compile(r"\s*[0-9]{1,9}\s*")
_STYLE = re.compile(r"</?(?:[bisu]|font)(?:\s[^<>]*)?>|\{\\an?[0-9]+\}", re.IGNORECASE)


def serialise(transcript: Transcript, name: str) -> str:  # noqa: ARG001 - subtitles name no file
    """Cues of two short lines, each with its speaker: ``S1: text``."""
    blocks = []
    for index, cue in enumerate(cues(transcript, prefixes(transcript)), start=1):
        start, end = clock(cue.start_ms, point=","), clock(cue.end_ms, point=",")
        blocks.append("\n".join((str(index), f"{start} --> {end}", *cue.lines)) + "\n")
    return "\n".join(blocks)


def parse(text: str) -> Transcript:
    """One segment for each cue that has text.

    Names before a colon are speakers when every cue has one. Style tags are dropped. Raises
    FormatError.
    """
    spans, bodies = _blocks(text)
    texts = [flat(_STYLE.sub("", join(flat(line) for line in body))) for body in bodies]
    said = [(span, body) for span, body in zip(spans, texts, strict=True) if body]
    parted = split_prefixes([body for _, body in said])
    return transcript_of(
        Segment(0, span, speaker, body)
        for (span, _), (speaker, body) in zip(said, parted, strict=True)
    )


def _blocks(text: str) -> tuple[list[Span], list[list[str]]]:
    """Times and lines of each cue. A blank line inside a cue does not end its text."""
    spans: list[Span] = []
    bodies: list[list[str]] = []
    lines = numbered_lines(text)
    in_cue = False
    for (number, line), (_, following) in zip(lines, [*lines[1:], (0, "")], strict=True):
        if not line.strip() or (_INDEX.fullmatch(line) and _opens(following, in_cue)):
            in_cue = False
        elif "-->" in line and not in_cue:
            spans.append(cue_span(number, line))
            bodies.append([])
            in_cue = True
        elif bodies:
            bodies[-1].append(line)
        else:
            raise wrong(number, "expected the number or the times of a cue", line)
    return spans, bodies


def _opens(line: str, in_cue: bool) -> bool:
    # A spoken text may hold an arrow; inside a cue only a whole line of times begins the next.
    return is_timing(line) or (not in_cue and "-->" in line)
