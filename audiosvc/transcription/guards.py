"""Telling a recognizer's known failures from speech: invented text, loops, dropped text."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from audiosvc.spans import Span, merge_spans, subtract_spans
from audiosvc.types import Hypothesis, Word

# Ordinary speech compresses to more than two fifths of its length; a loop to far less.
LOOP_COMPRESSION = 2.4
LOOP_REPEATS = 4
LONGEST_PHRASE = 8
# Nobody says more words a second than this for long. A text that repeats itself no faster than
# people speak, each word with a time of its own, may well be what was said.
FASTEST_WORDS_PER_S = 8.0
REPEATED_WORDS_PER_S = 4.5
SHORTEST_WORD_S = 0.03
MOST_INSTANT_WORDS = 0.2
SURELY_NO_SPEECH = 0.8
PERHAPS_NO_SPEECH = 0.5
UNSURE_LOG_PROBABILITY = -0.7
HOPELESS_LOG_PROBABILITY = -1.4
# A pause in the text this long, where speech was detected, is text that was dropped.
DROPPED_S = 2.5
WORD_REACH_S = 0.6


def is_invented(hypothesis: Hypothesis) -> bool:
    """Whether the text stands for no speech: the model itself doubts that anybody spoke."""
    if not hypothesis.words:
        return False
    doubt = hypothesis.no_speech_probability
    unsure = hypothesis.average_log_probability < UNSURE_LOG_PROBABILITY
    hopeless = hypothesis.average_log_probability < HOPELESS_LOG_PROBABILITY
    return doubt > SURELY_NO_SPEECH or (doubt > PERHAPS_NO_SPEECH and unsure) or hopeless


def is_loop(words: Sequence[Word]) -> bool:
    """Whether the text repeats itself as no speaker does."""
    if len(words) < LOOP_REPEATS:
        return False
    seconds = max(words[-1].span.end_s - words[0].span.start_s, 0.1)
    if len(words) > 10 and len(words) > FASTEST_WORDS_PER_S * seconds:
        return True
    instant = sum(word.span.duration_s < SHORTEST_WORD_S for word in words)
    plausible = len(
        words
    ) <= REPEATED_WORDS_PER_S * seconds and instant <= MOST_INSTANT_WORDS * len(words)
    if plausible:
        return False
    text = "".join(word.text for word in words).strip().encode()
    compression = len(text) / len(zlib.compress(text))
    return compression > LOOP_COMPRESSION or _repeats(
        [word.text.strip().casefold() for word in words]
    )


def _repeats(words: Sequence[str]) -> bool:
    """Whether a phrase of two words or more comes ``LOOP_REPEATS`` times in a row, or a single
    word twice as often.
    """
    for length in range(1, LONGEST_PHRASE + 1):
        wanted = LOOP_REPEATS * (2 if length == 1 else 1)
        same = 0
        for index in range(length, len(words)):
            same = same + 1 if words[index] == words[index - length] else 0
            if same >= length * (wanted - 1):
                return True
    return False


def dropped(words: Sequence[Word], speech: Sequence[Span], within: Span) -> list[Span]:
    """Detected speech inside a stretch that no word reaches: a tail, or a hole in the middle."""
    reached = [
        Span(word.span.start_s - WORD_REACH_S, word.span.end_s + WORD_REACH_S) for word in words
    ]
    inside = [
        Span(max(span.start_s, within.start_s), min(span.end_s, within.end_s))
        for span in speech
        if span.overlap_s(within) > 0.0
    ]
    holes = merge_spans(subtract_spans(inside, reached), gap_s=WORD_REACH_S)
    return [hole for hole in holes if hole.duration_s >= DROPPED_S]
