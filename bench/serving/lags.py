"""How long readers wait for words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audiosvc.events import AudioCursors, Interim, SegmentReady
from audiosvc.spans import Span
from serving.log import Log
from serving.words import final_words, matches, running_text, stripped

# Speech begins anew behind a pause this long.
PAUSE_S = 1.0
# A detector may find speech to begin this much later than the reference.
ONSET_SLACK_S = 0.5
# How far behind the text so far an interim is looked for in the final text.
ALIGNED_WORDS = 12


@dataclass(frozen=True, slots=True)
class Waits:
    """Waits in seconds, and how many of what was waited for never came."""

    waits_s: tuple[float, ...]
    never: int = 0

    def __add__(self, other: Waits) -> Waits:
        return Waits(self.waits_s + other.waits_s, self.never + other.never)


NONE = Waits(())


def runs_of_speech(turns: Sequence[Span], pause_s: float = PAUSE_S) -> list[Span]:
    """Speech of anybody without a pause of ``pause_s``, in order."""
    runs: list[Span] = []
    for turn in sorted(turns):
        if runs and turn.start_s - runs[-1].end_s < pause_s:
            runs[-1] = Span(runs[-1].start_s, max(runs[-1].end_s, turn.end_s))
        else:
            runs.append(turn)
    return runs


def first_text(log: Log, runs: Sequence[Span]) -> Waits:
    """From the beginning of each run of speech to the first text of it.

    That is an interim or a segment that covers the beginning. One that was begun before counts
    when it has words that it had not when the run began.
    """
    waits: list[float] = []
    for run in runs:
        before, known = 0, float("-inf")
        for arrival in log:
            event = arrival.event
            if isinstance(event, Interim):
                span, count = event.span, len(stripped((*event.confirmed, *event.tentative)))
            elif isinstance(event, SegmentReady):
                span, count = event.segment.span, len(event.segment.text.split())
            else:
                continue
            if arrival.at_s <= run.start_s:
                before, known = count, span.start_s
                continue
            covers = span.start_s <= run.start_s + ONSET_SLACK_S and span.end_s > run.start_s
            if covers and count > (before if span.start_s == known else 0):
                waits.append(arrival.at_s - run.start_s)
                break
    return Waits(tuple(waits), len(runs) - len(waits))


def word_lags(log: Log, *, confirmed_only: bool = False) -> Waits:
    """From the end of each word of the final transcript to when a reader first sees it there.

    The text of the utterance in progress is laid beside what the final transcript has at its
    place, and a word is seen where both have it, but for case and punctuation.
    """
    words = final_words(log)
    ends = [word.span.end_s for word in words]
    texts = [word.text for word in words]
    seen: list[float | None] = [None] * len(words)
    given = 0
    for text in running_text(log):
        for place in range(given, min(len(text.final), len(words))):
            seen[place] = text.at_s if seen[place] is None else seen[place]
        given = max(given, len(text.final))
        heard = text.confirmed if confirmed_only else text.confirmed + text.tentative
        for _, place in matches(heard, texts[given : given + len(heard) + ALIGNED_WORDS]):
            if seen[given + place] is None:
                seen[given + place] = text.at_s
    waits = [at_s - end_s for at_s, end_s in zip(seen, ends, strict=True) if at_s is not None]
    return Waits(tuple(waits), len(words) - len(waits))


def segment_lags(log: Log) -> Waits:
    """From the end of the last word of each segment to its arrival."""
    return Waits(
        tuple(
            arrival.at_s - arrival.event.segment.words[-1].span.end_s
            for arrival in log
            if isinstance(arrival.event, SegmentReady) and arrival.event.segment.words
        )
    )


def utterance_lags(log: Log, runs: Sequence[Span]) -> Waits:
    """From the end of each run of speech to when all of its final text is there.

    A word belongs to the run that is nearest to its middle: an aligner's times are off by some
    tenths of a second, and a run's first word may seem to lie before it.
    """
    there: dict[int, float] = {}
    for arrival in log:
        if isinstance(arrival.event, SegmentReady):
            for word in arrival.event.segment.words:
                if runs:
                    place = min(range(len(runs)), key=lambda n: _away_s(runs[n], word.span))
                    there[place] = max(there.get(place, 0.0), arrival.at_s)
    waits = tuple(there[place] - runs[place].end_s for place in sorted(there))
    return Waits(waits, len(runs) - len(waits))


def _away_s(run: Span, word: Span) -> float:
    return max(0.0, run.start_s - word.midpoint_s, word.midpoint_s - run.end_s)


@dataclass(frozen=True, slots=True)
class Backlog:
    """How far the server is behind the stream's clock, in seconds of audio listened to.

    growth_s: by how much more in the last third of the stream than in the first, in the median.
    """

    median_s: float
    most_s: float
    growth_s: float


def backlog(log: Log, length_s: float) -> Backlog | None:
    """By the cursors that came while audio was sent; None without any."""
    found = [
        (arrival.at_s, arrival.at_s - arrival.event.processed_s)
        for arrival in log
        if isinstance(arrival.event, AudioCursors) and arrival.at_s <= length_s
    ]
    if not found:
        return None
    first = [lag for at_s, lag in found if at_s <= length_s / 3]
    last = [lag for at_s, lag in found if at_s > length_s * 2 / 3]
    lags = [lag for _, lag in found]
    growth_s = middle(last) - middle(first) if first and last else 0.0
    return Backlog(middle(lags), max(lags), growth_s)


def middle(values: Sequence[float]) -> float:
    """The median; of two in the middle, their mean."""
    return percentile(values, 50.0)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` per cent do not exceed, between two values in proportion.

    Raises ValueError without values.
    """
    if not values:
        raise ValueError("There are no values.")
    ordered = sorted(values)
    place = (len(ordered) - 1) * share / 100.0
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
