"""Conversation Time Marked (.ctm): words with times, without speakers."""

from __future__ import annotations

from audiosvc.export.assemble import transcript_of
from audiosvc.export.clock import decimal, milliseconds
from audiosvc.export.labels import is_missing, speaker_at, token
from audiosvc.export.lines import number_at, one_recording, records, wrong
from audiosvc.export.text import flat, join
from audiosvc.export.timing import TimedText, timed_text
from audiosvc.spans import Span
from audiosvc.types import Segment, Transcript, Word

PAUSE_S = 1.0
"""A gap this long between two words begins a new segment on reading."""


def serialise(transcript: Transcript, name: str) -> str:
    """One line for each word, in order of time; the probability is left out when not known."""
    pieces = [piece for segment in transcript.segments for piece in timed_text(segment)]
    pieces.sort(key=lambda piece: milliseconds(piece.span.start_s))
    return "".join(f"{token(name)} 1 {_fields(piece)}\n" for piece in pieces)


def _fields(piece: TimedText) -> str:
    start_ms = milliseconds(piece.span.start_s)
    duration_ms = max(0, milliseconds(piece.span.end_s) - start_ms)
    fields = f"{decimal(start_ms)} {decimal(duration_ms)} {piece.text}"
    return fields if piece.probability is None else f"{fields} {piece.probability:.4f}"


def parse(text: str) -> Transcript:
    """Words gathered into segments, which a pause, a channel or a speaker ends.

    A sixth field is the probability; of the eight that some evaluations write, the last is the
    speaker. Raises FormatError.
    """
    runs: dict[tuple[str, str | None], list[list[Word]]] = {}
    recordings = set()
    for number, line in records(text):
        fields = line.split()
        if not 5 <= len(fields) <= 8:
            raise wrong(number, f"a line has 5 to 8 fields, not {len(fields)}", line)
        recording, channel, start, duration, written, *more = fields
        recordings.add(recording)
        start_s = number_at(number, start, "beginning")
        end_s = round(start_s + number_at(number, duration, "duration"), 6)
        word = Word(flat(written), Span(start_s, end_s), _probability(number, more))
        speaker = speaker_at(more[2]) if len(more) == 3 else None
        own = runs.setdefault((channel, speaker), [])
        if not own or start_s - own[-1][-1].span.end_s >= PAUSE_S:
            own.append([])
        own[-1].append(word)
    one_recording(recordings)
    return transcript_of(
        _segment(speaker, words) for (_, speaker), own in runs.items() for words in own
    )


def _segment(speaker: str | None, words: list[Word]) -> Segment:
    begin_s = min(word.span.start_s for word in words)
    span = Span(begin_s, max(word.span.end_s for word in words))
    return Segment(0, span, speaker, join(word.text for word in words), tuple(words))


def _probability(number: int, more: list[str]) -> float | None:
    if not more or is_missing(more[0]):
        return None
    value = number_at(number, more[0], "probability")
    if value > 1:
        raise wrong(number, "a probability lies between 0 and 1", more[0])
    return value
