"""Telling a recognizer's known failures from speech: invented text, loops, dropped text."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

from audiosvc.spans import Span, merge_spans, subtract_spans
from audiosvc.transcription.text import is_spaced
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
# Where writing has no spaces, a word is a letter or two: Thai comes at eleven of them a second.
FASTER_WITHOUT_SPACES = 2.0
# So many words alike are no accident, within so many words before.
ECHO_WORDS, ECHO_REACH_WORDS = 4, 40
DOUBLED_WORDS = 3
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
    pace = len(words) / seconds / (1.0 if is_spaced(words) else FASTER_WITHOUT_SPACES)
    if len(words) > 10 and pace > FASTEST_WORDS_PER_S:
        return True
    instant = sum(word.span.duration_s < SHORTEST_WORD_S for word in words)
    if pace <= REPEATED_WORDS_PER_S and instant <= MOST_INSTANT_WORDS * len(words):
        return False
    return _compression(words) > LOOP_COMPRESSION or _repeats(
        [word.text.strip().casefold() for word in words]
    )


def is_echo(before: Sequence[Word], words: Sequence[Word]) -> bool:
    """Whether a text begins with what was said just before it, as one does that has lost its
    place.
    """
    begin = [_plain(word) for word in words[:ECHO_WORDS]]
    said = [_plain(word) for word in before[-ECHO_REACH_WORDS:]]
    starts = range(len(said) - ECHO_WORDS + 1)
    return len(begin) == ECHO_WORDS and any(
        said[start : start + ECHO_WORDS] == begin for start in starts
    )


def doubled_from(words: Sequence[Word]) -> int | None:
    """Where a text begins to say all over again what it has said so far; None if it does not."""
    plain = [_plain(word) for word in words]
    for place in range(DOUBLED_WORDS, len(plain) - DOUBLED_WORDS + 1):
        again = plain[place : 2 * place]
        if again == plain[: len(again)]:
            return place
    return None


def _plain(word: Word) -> str:
    return "".join(letter for letter in word.text.casefold() if letter.isalnum())


def _compression(words: Sequence[Word]) -> float:
    """How much shorter the text becomes. A letter is one byte in any script: in UTF-8, ordinary
    Thai looks like a loop.
    """
    text = bytes(ord(letter) % 256 for word in words for letter in word.text)
    return len(text) / len(zlib.compress(text))


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
    return unreached([word.span for word in words], speech, within)


def unreached(written: Iterable[Span], speech: Sequence[Span], within: Span) -> list[Span]:
    """The same for text of which only whole passages have times."""
    reached = [Span(span.start_s - WORD_REACH_S, span.end_s + WORD_REACH_S) for span in written]
    inside = [
        Span(max(span.start_s, within.start_s), min(span.end_s, within.end_s))
        for span in speech
        if span.overlap_s(within) > 0.0
    ]
    holes = merge_spans(subtract_spans(inside, reached), gap_s=WORD_REACH_S)
    return [hole for hole in holes if hole.duration_s >= DROPPED_S]
