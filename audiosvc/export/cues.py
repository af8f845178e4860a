"""Subtitle cues: a segment cut at words until it can be read at a glance."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len, chop_cells

from audiosvc.export.clock import milliseconds
from audiosvc.export.text import breakable, event_marks, unspaced
from audiosvc.export.timing import TimedText, shares, timed_text
from audiosvc.spans import Span
from audiosvc.types import Segment, Transcript

LINE_COLUMNS = 42
"""Columns of one line; a Chinese or Japanese character takes two."""

LINES = 2
LONGEST_S = 7.0
SHORTEST_MS = 1000
PAUSE_S = 1.5
# Of a cue: more than fit into it, unless they are characters that take no room.
MOST_PIECES = 200

_SENTENCE_ENDS = tuple(".?!…。？！؟।")
_CLAUSE_ENDS = tuple(",;:—–、，；：،")


@dataclass(frozen=True, slots=True)
class Cue:
    """What stands on the screen from when to when; at least one line and one millisecond."""

    start_ms: int
    end_ms: int
    speaker: str | None
    lines: tuple[str, ...]


def cues(transcript: Transcript, prefixes: Mapping[str | None, str] | None = None) -> list[Cue]:
    """Cues in order of time. A single word is never cut to shorten its time.

    prefixes: what is put before a speaker's first line. Events stand in brackets behind the text;
    a segment with neither makes no cue. A cue shorter than a second stays until the next one
    begins, for a second at most.
    """
    found: list[Cue] = []
    for segment in transcript.segments:
        prefix = "" if prefixes is None else prefixes[segment.speaker]
        found.extend(_segment_cues(segment, prefix))
    found.sort(key=lambda cue: (cue.start_ms, cue.end_ms))
    starts_ms = [cue.start_ms for cue in found]
    return [_lingering(cue, starts_ms) for cue in found]


def _segment_cues(segment: Segment, prefix: str) -> Iterator[Cue]:
    spoken = timed_text(segment)
    units = _unbreakable([*spoken, *_timed_events(segment, spoken)])
    # A very long name may widen the first line; the text must still find room.
    indent = min(cell_len(prefix), LINE_COLUMNS // 2)
    at = 0
    while at < len(units):
        taken = _cut(units[at : at + MOST_PIECES], indent)
        lines = _wrap(taken, indent)
        start_ms = milliseconds(min(piece.span.start_s for piece in taken))
        end_ms = milliseconds(max(piece.span.end_s for piece in taken))
        first, *more = lines
        yield Cue(start_ms, max(end_ms, start_ms + 1), segment.speaker, (prefix + first, *more))
        at += len(taken)


def _timed_events(segment: Segment, spoken: Sequence[TimedText]) -> Iterator[TimedText]:
    """The events, when the text has been said; without a text they share the segment's time."""
    marks = event_marks(segment)
    span = Span(spoken[-1].span.end_s, spoken[-1].span.end_s) if spoken else segment.span
    for mark, own in zip(marks, shares(span, marks), strict=True):
        yield TimedText(mark, own)


def _unbreakable(pieces: Sequence[TimedText]) -> list[TimedText]:
    """Pieces that a line end may part: each fits a line, and what is glued stays together."""
    units: list[TimedText] = []
    for piece in pieces:
        last = units[-1] if units else None
        if last is not None and piece.glued and not unspaced(last.text[-1], piece.text[0]):
            text = last.text + piece.text
            if len(text) <= MOST_PIECES and cell_len(text) <= LINE_COLUMNS:
                units[-1] = replace(last, text=text, span=_hull(last.span, piece.span))
                continue
        units.extend(_chopped(piece))
    return units


def _chopped(piece: TimedText) -> Iterator[TimedText]:
    """The piece itself, or when it is longer than a line, parts that a line end may separate."""
    parts = [piece.text]
    if cell_len(piece.text) > LINE_COLUMNS:
        parts = [part for run in breakable(piece.text) for part in chop_cells(run, LINE_COLUMNS)]
    for index, (part, span) in enumerate(zip(parts, shares(piece.span, parts), strict=True)):
        yield TimedText(part, span, piece.glued or index > 0)


def _hull(left: Span, right: Span) -> Span:
    return Span(min(left.start_s, right.start_s), max(left.end_s, right.end_s))


def _cut(pieces: Sequence[TimedText], indent: int) -> Sequence[TimedText]:
    """As many of the pieces as make a good cue, one at least."""
    count = 1
    while count < len(pieces) and _fits(pieces[: count + 1], indent):
        count += 1
    if count == len(pieces) or pieces[count].span.start_s - pieces[count - 1].span.end_s >= PAUSE_S:
        return pieces[:count]
    # Better a shorter cue that ends with its sentence, or at least with a clause.
    for ends in (_SENTENCE_ENDS, _CLAUSE_ENDS):
        for last in range(count, count // 2, -1):
            if pieces[last - 1].text.endswith(ends):
                return pieces[:last]
    if sum(cell_len(piece.text) for piece in pieces[count:]) < LINE_COLUMNS // 2:
        # Two cues of like length read better than one and a word or two.
        count = min(count, (len(pieces) + 1) // 2)
    return pieces[:count]


def _fits(pieces: Sequence[TimedText], indent: int) -> bool:
    before, added = pieces[-2], pieces[-1]
    return (
        added.span.start_s - before.span.end_s < PAUSE_S
        and added.span.end_s - pieces[0].span.start_s <= LONGEST_S
        and len(_wrap(pieces, indent)) <= LINES
    )


def _wrap(pieces: Sequence[TimedText], indent: int) -> list[str]:
    """Lines filled one after the other; ``indent`` columns of the first are taken."""
    lines: list[str] = []
    free = -1
    for piece in pieces:
        gap = "" if piece.glued else " "
        needed = cell_len(gap + piece.text)
        if needed <= free:
            lines[-1] += gap + piece.text
            free -= needed
        else:
            free = LINE_COLUMNS - cell_len(piece.text) - (0 if lines else indent)
            lines.append(piece.text)
    return lines


def _lingering(cue: Cue, starts_ms: Sequence[int]) -> Cue:
    """The cue, shown for a second if nothing else has to be shown by then."""
    end_ms = max(cue.end_ms, cue.start_ms + SHORTEST_MS)
    following = bisect_left(starts_ms, cue.end_ms)
    if following < len(starts_ms):
        end_ms = min(end_ms, starts_ms[following])
    return replace(cue, end_ms=end_ms)
