"""Markdown (.md): a document to read, with what was not transcribed at its end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from audiosvc.export.assemble import transcript_of
from audiosvc.export.clock import clock, milliseconds, parse_clock
from audiosvc.export.lines import numbered_lines, span_at, wrong
from audiosvc.export.paragraphs import paragraphs
from audiosvc.export.text import flat, join
from audiosvc.spans import Span
from audiosvc.types import Segment, Transcript

_SPECIAL = re.compile(r"([\\`*_\[\]<>&|~$#])")
_LIST_MARK = re.compile(r"^(?:([+\-=])|([0-9]{1,9})([.)])(?=\s|$))")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_TURN = re.compile(
    r"(?:\*\*(?P<label>(?:\\.|[^*\\])+)\*\*|_[^_]+_) "
    r"(?P<start>[0-9:.]+) \u2013 (?P<end>[0-9:.]+)"
)


def serialise(transcript: Transcript, name: str) -> str:
    """Title, facts, a table of speakers, the turns, and what a reader has to know of gaps."""
    blocks = [
        f"# {escape(name) or '_'}",
        "\n".join(_facts(transcript)),
        *_speakers(transcript),
        "## Transcript",
        *_turns(transcript),
        *_gaps(transcript),
        *_notices(transcript),
    ]
    return "\n\n".join(blocks) + "\n"


def parse(text: str) -> Transcript:
    """Speakers, times and texts of a document that ``serialise`` wrote. Raises FormatError."""
    lines = [(number, line.strip()) for number, line in numbered_lines(text)]
    at = next((index for index, (_, line) in enumerate(lines) if line == "## Transcript"), None)
    if at is None:
        raise wrong(1, "the document has no section ## Transcript", lines[0][1])
    segments: list[Segment] = []
    for number, line in lines[at + 1 :]:
        turn = _TURN.fullmatch(line)
        if line.startswith("## "):
            break
        if turn is not None:
            segments.append(_segment(number, turn))
        elif segments:
            last = segments[-1]
            segments[-1] = Segment(0, last.span, last.speaker, join((last.text, unescape(line))))
        elif line and not line.startswith("_"):
            raise wrong(number, "expected a speaker with two times", line)
    return transcript_of(segments)


def escape(text: str) -> str:
    """The text on one line, in which nothing has a meaning in Markdown."""
    return _LIST_MARK.sub(r"\2\\\1\3", _SPECIAL.sub(r"\\\1", flat(text)))


def unescape(text: str) -> str:
    """What ``escape`` was given, on one line."""
    return _ESCAPED.sub(r"\1", text)


def _segment(number: int, turn: re.Match[str]) -> Segment:
    start_s, end_s = parse_clock(turn["start"]), parse_clock(turn["end"])
    if start_s is None or end_s is None:
        raise wrong(number, "a time that no clock shows", turn[0])
    speaker = None if turn["label"] is None else unescape(turn["label"])
    return Segment(0, span_at(number, start_s, end_s), speaker, "")


def _clock(time_s: float) -> str:
    return clock(milliseconds(time_s), digits=1)


def _range(span: Span) -> str:
    return f"{_clock(span.start_s)} \u2013 {_clock(max(span.start_s, span.end_s))}"


def _facts(transcript: Transcript) -> Iterator[str]:
    yield f"- Length: {_clock(transcript.duration_s)}"
    yield f"- Language: {escape(transcript.language or 'not known')}"
    if transcript.model:
        version = f" (audiosvc {transcript.version})" if transcript.version else ""
        yield f"- Model: {escape(transcript.model + version)}"


def _speakers(transcript: Transcript) -> Iterator[str]:
    if not transcript.speakers:
        return
    yield "## Speakers"
    rows = [
        f"| {escape(speaker.label)} | {speaker.speech_s:.1f} s | {_clock(speaker.first_s)} |"
        for speaker in transcript.speakers
    ]
    yield "\n".join(("| Speaker | Speech | First heard |", "|:--|--:|--:|", *rows))


def _turns(transcript: Transcript) -> Iterator[str]:
    empty = True
    for paragraph in paragraphs(transcript):
        empty = False
        label = "_unknown speaker_"
        if paragraph.speaker is not None:
            label = f"**{escape(paragraph.speaker) or '_'}**"
        yield f"{label} {_range(Span(paragraph.start_s, paragraph.end_s))}"
        yield escape(paragraph.text)
    if empty:
        yield "_No words were made out._"


def _gaps(transcript: Transcript) -> Iterator[str]:
    coverage = transcript.coverage
    if not coverage.missed and not coverage.stopped_early:
        return
    yield "## Speech without text"
    lines = [f"- {_range(span)} ({span.duration_s:.1f} s)" for span in coverage.missed]
    lines += [f"- {_range(span)}: the model stopped early" for span in coverage.stopped_early]
    yield "\n".join(lines)


def _notices(transcript: Transcript) -> Iterator[str]:
    if not transcript.notices:
        return
    yield "## Notices"
    yield "\n".join(
        f"- {escape(notice.message)}" + (f" ({_range(notice.span)})" if notice.span else "")
        for notice in transcript.notices
    )
