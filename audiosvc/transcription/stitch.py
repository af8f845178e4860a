"""From the pieces of many windows to one transcript.

Ownership, not deduplication: windows overlap, and what lies in the overlap is given by the window
whose core holds it. Words and segments without words go by their midpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from audiosvc.spans import Span, merge_spans
from audiosvc.transcription.text import ends_sentence, is_spaced, is_wide, join, tidy
from audiosvc.types import LocalSegment, Segment, Speaker, Turn, Word

# A pause this long ends a segment, whoever speaks next.
PAUSE_S = 1.0
# A shorter pause does not end a turn: nobody else begins in it.
TURN_PAUSE_S = 0.5
# A segment that goes on for longer ends with the next sentence, and at the latest here.
LONG_S, LONGEST_S = 20.0, 40.0


@dataclass(frozen=True, slots=True)
class Labelled:
    """A local segment with its speaker over the whole recording, None where nobody knows."""

    segment: LocalSegment
    speaker: int | None


def own(segments: Iterable[LocalSegment], core: Span, last: bool = False) -> list[LocalSegment]:
    """What a core owns of its window's segments: words by their midpoint, the time clipped.

    last: the core that ends the recording owns what lies on its end, too.
    """
    owned: list[LocalSegment] = []
    end_s = float("inf") if last else core.end_s
    reach = Span(core.start_s, end_s)
    for segment in segments:
        if segment.text and not segment.words:
            owned += _divide(segment, reach)
            continue
        words = tuple(word for word in segment.words if reach.holds(word.span.midpoint_s))
        span = Span(max(segment.span.start_s, core.start_s), min(segment.span.end_s, end_s))
        if span.duration_s <= 0.0:
            if not words:
                continue
            span = segment.span  # the words lie outside of it; its turn stays what it is
        whole = len(words) == len(segment.words)
        text = segment.text if whole else join(words)
        owned.append(replace(segment, span=span, words=words, text=text))
    return owned


def _divide(segment: LocalSegment, reach: Span) -> list[LocalSegment]:
    """What a core owns of a text that has no times but its own.

    Where it lies across the end of a core, two windows wrote it, each as much as it heard. Its
    letters are taken to be spread evenly, so that both divide it at the same word.
    """
    span = segment.span
    inside = Span(max(span.start_s, reach.start_s), min(span.end_s, reach.end_s))
    if inside == span or span.duration_s <= 0.0:
        return [segment] if reach.holds(span.midpoint_s) else []
    glue = "" if is_wide(segment.text) else " "
    pieces = segment.text.split(" ") if glue else list(segment.text)
    letters = sum(len(piece) + len(glue) for piece in pieces)
    kept, before = [], 0
    for piece in pieces:
        middle = (before + (len(piece) + len(glue)) / 2) / letters
        if reach.holds(span.start_s + middle * span.duration_s):
            kept.append(piece)
        before += len(piece) + len(glue)
    if len(kept) == len(pieces):
        return [segment]
    text = glue.join(kept)
    return [replace(segment, span=inside, text=text)] if text.strip() else []


def build_turns(labelled: Iterable[Labelled], labels: dict[int, str]) -> tuple[Turn, ...]:
    """Who was heard when, each speaker's stretches joined over short pauses."""
    spans: dict[int, list[Span]] = {}
    for one in labelled:
        if one.speaker is not None:
            spans.setdefault(one.speaker, []).append(one.segment.span)
    turns = [
        Turn(span, labels[speaker])
        for speaker, own_spans in spans.items()
        for span in merge_spans(own_spans, TURN_PAUSE_S)
        if span.duration_s > 0.0
    ]
    return tuple(sorted(turns, key=lambda turn: (turn.span, turn.speaker)))


def name_speakers(labelled: Iterable[Labelled]) -> dict[int, str]:
    """S1, S2 … in order of first speech."""
    first: dict[int, float] = {}
    for one in labelled:
        if one.speaker is not None:
            start_s = one.segment.span.start_s
            first[one.speaker] = min(first.get(one.speaker, start_s), start_s)
    order = sorted(first, key=lambda speaker: (first[speaker], speaker))
    return {speaker: f"S{place}" for place, speaker in enumerate(order, start=1)}


def list_speakers(turns: Sequence[Turn]) -> tuple[Speaker, ...]:
    """Each label with its seconds of speech and when it was heard first, in that order."""
    heard: dict[str, list[Span]] = {}
    for turn in turns:
        heard.setdefault(turn.speaker, []).append(turn.span)
    speakers = [
        Speaker(label, sum(span.duration_s for span in spans), min(spans).start_s)
        for label, spans in heard.items()
    ]
    return tuple(sorted(speakers, key=lambda speaker: (speaker.first_s, speaker.label)))


@dataclass(slots=True)
class _Open:
    """A segment that may still grow. timed: its words have times of their own."""

    speaker: int | None
    words: list[Word]
    language: str | None
    timed: bool
    events: list[str]

    @property
    def span(self) -> Span:
        return Span(self.words[0].span.start_s, max(word.span.end_s for word in self.words))


def build_segments(
    labelled: Sequence[Labelled],
    labels: dict[int, str],
    turns: Sequence[Turn] = (),
    first_id: int = 0,
) -> tuple[Segment, ...]:
    """Text cut where the speaker changes, pauses, or has talked for long; never inside a word."""
    spoken = sorted(
        (
            (word, one, place == 0)
            for one in labelled
            for place, word in enumerate(_words_of(one.segment))
        ),
        key=lambda entry: entry[0].span,
    )
    done: list[_Open] = []
    open_by_speaker: dict[int | None, _Open] = {}
    for word, one, first in spoken:
        speaker, timed = one.speaker, bool(one.segment.words)
        current = open_by_speaker.get(speaker)
        if current is None or timed != current.timed or _ends(current, word, one.segment.language):
            current = _Open(speaker, [], one.segment.language, timed, [])
            open_by_speaker[speaker] = current
            done.append(current)
        current.words.append(word)
        current.events += one.segment.events if first else ()
    done.sort(key=lambda one: one.span)
    return tuple(_close(index, one, labels, turns) for index, one in enumerate(done, first_id))


def _words_of(segment: LocalSegment) -> Sequence[Word]:
    """The segment's words; a text that came without words is one."""
    if segment.words or not segment.text:
        return segment.words
    text = segment.text.strip()
    glue = "" if is_wide(text) else " "
    return (Word(glue + text, segment.span, segment.confidence),)


def _ends(current: _Open, word: Word, language: str | None) -> bool:
    span = current.span
    if word.span.start_s - span.end_s > PAUSE_S or language != current.language:
        return True
    if not word.text.startswith(" ") and is_spaced(current.words):
        return False
    length_s = word.span.end_s - span.start_s
    ended = length_s > LONG_S and ends_sentence(current.words[-1])
    return ended or length_s > LONGEST_S


def _close(index: int, one: _Open, labels: dict[int, str], turns: Sequence[Turn]) -> Segment:
    label = None if one.speaker is None else labels[one.speaker]
    sure = [word.probability for word in one.words if word.probability is not None]
    others = merge_spans(turn.span for turn in turns if turn.speaker != label)
    crowded_s = sum(other.overlap_s(one.span) for other in others)
    return Segment(
        id=index,
        span=one.span,
        speaker=label,
        text=join(one.words),
        words=tidy(one.words) if one.timed else (),
        language=one.language,
        confidence=sum(sure) / len(sure) if sure else None,
        overlapped=label is not None and crowded_s >= one.span.duration_s / 2 > 0.0,
        events=tuple(one.events),
    )
