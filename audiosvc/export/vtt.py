"""Web subtitles (.vtt) with voice tags."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from audiosvc.export.assemble import transcript_of
from audiosvc.export.clock import clock
from audiosvc.export.cues import cues
from audiosvc.export.labels import distinct, labels_of
from audiosvc.export.lines import cue_span, numbered_lines, wrong
from audiosvc.export.text import flat, join
from audiosvc.types import Segment, Transcript

_HEADER = re.compile(r"WEBVTT(?:[ \t].*)?")
_NOT_CUES = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s.*)?")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<name>[^<>]*)>|(?P<end></v>)")
_TAG = re.compile(r"</?[A-Za-z0-9][^<>]*>|</?>")

_Block = list[tuple[int, str]]


def serialise(transcript: Transcript, name: str) -> str:  # noqa: ARG001 - subtitles name no file
    """Cues of two short lines, each in a voice tag with its speaker: ``<v S1>text``."""
    names = distinct(labels_of(transcript), lambda label: flat(label) or "_")
    blocks = ["WEBVTT\n"]
    for cue in cues(transcript):
        lines = [html.escape(line, quote=False) for line in cue.lines]
        if cue.speaker is not None:
            lines[0] = f"<v {html.escape(names[cue.speaker], quote=False)}>{lines[0]}"
        times = f"{clock(cue.start_ms)} --> {clock(cue.end_ms)}"
        blocks.append("\n".join((times, *lines)) + "\n")
    return "\n".join(blocks)


def parse(text: str) -> Transcript:
    """One segment for each voice of each cue; tags other than voices are dropped.

    Raises FormatError.
    """
    lines = numbered_lines(text)
    if _HEADER.fullmatch(lines[0][1]) is None:
        raise wrong(1, "the file has to begin with WEBVTT", lines[0][1])
    _, *blocks = _blocks(lines)
    return transcript_of(segment for block in blocks for segment in _segments(block))


def _blocks(lines: _Block) -> list[_Block]:
    """The file's blocks, the header first. Times begin a new block even without a blank line."""
    blocks: list[_Block] = [[]]
    has_times = True
    for number, line in lines:
        is_times = "-->" in line
        if not line.strip() or (is_times and has_times):
            blocks.append([])
            has_times = False
        if line.strip():
            blocks[-1].append((number, line))
            has_times = has_times or is_times
    return [block for block in blocks if block]


def _segments(block: _Block) -> Iterator[Segment]:
    if _NOT_CUES.fullmatch(block[0][1]):
        return
    timing = next((index for index, (_, line) in enumerate(block[:2]) if "-->" in line), None)
    if timing is None:
        raise wrong(block[0][0], "expected a cue with its times", block[0][1])
    span = cue_span(*block[timing])
    for speaker, text in _voices(join(flat(line) for _, line in block[timing + 1 :])):
        yield Segment(0, span, speaker, text)


def _voices(marked: str) -> Iterator[tuple[str | None, str]]:
    """Speaker and text of each voice in a cue's marked-up text."""
    speaker: str | None = None
    at = 0
    for match in (*_VOICE.finditer(marked), None):
        text = _unmarked(marked[at : match.start() if match else None])
        if text:
            yield speaker, text
        if match:
            at = match.end()
            speaker = None if match["end"] else flat(html.unescape(match["name"])) or None


def _unmarked(marked: str) -> str:
    return flat(html.unescape(_TAG.sub("", marked)))
