"""Word errors: whatever the speaker (WER), and with the speaker (cpWER, tcpWER)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any

from audiosvc.evaluate.extra import metric_library
from audiosvc.evaluate.normalise import Normaliser
from audiosvc.evaluate.rates import ErrorRate
from audiosvc.types import Segment

NOBODY = "nobody"  # the speaker of words that the transcript gives to no one
MANY_SPEAKERS = 20  # meeteval refuses to pair more

# It takes a segment's length for a word's, and then warns that the times may not be seconds.
logging.getLogger("preprocess").setLevel(logging.ERROR)


def word_errors(
    reference: Sequence[Segment], hypothesis: Sequence[Segment], normalise: Normaliser
) -> ErrorRate:
    """WER: all words in the order in which their segments begin, whoever said them.

    Where people talk at once, that order is not unique, and a right transcript can cost errors.
    """
    truth, guess = (
        " ".join(normalise(segment.text) for segment in sorted(side, key=lambda s: s.span))
        for side in (reference, hypothesis)
    )
    if not truth.strip():  # jiwer refuses an empty reference
        return ErrorRate(added=len(guess.split()))
    counts = metric_library("jiwer").process_words(truth, guess)
    return ErrorRate(counts.deletions, counts.insertions, counts.substitutions, len(truth.split()))


def cp_word_errors(
    reference: Sequence[Segment], hypothesis: Sequence[Segment], normalise: Normaliser
) -> ErrorRate:
    """cpWER: each speaker's words in a row, under the pairing of speakers with fewest errors."""
    library = metric_library("meeteval.wer.wer.cp")
    truth, guess = _seglst(reference, normalise), _seglst(hypothesis, normalise)
    return _paired(truth, guess, library.cp_word_error_rate)


def tcp_word_errors(
    reference: Sequence[Segment],
    hypothesis: Sequence[Segment],
    normalise: Normaliser,
    collar_s: float,
) -> ErrorRate:
    """tcpWER: as cpWER, and words match only if their times do, give or take the collar.

    Within a segment a word's time is estimated from the letters before it, on both sides alike:
    normalised words are no longer the ones that were timed.
    """
    library = metric_library("meeteval.wer.wer.time_constrained")
    truth, guess = _seglst(reference, normalise), _seglst(hypothesis, normalise)
    return _paired(truth, guess, lambda t, g: library.tcp_word_error_rate(t, g, collar=collar_s))


def _seglst(segments: Sequence[Segment], normalise: Normaliser) -> Any:  # noqa: ANN401 - untyped
    return metric_library("meeteval.io").SegLST(
        [
            {
                "session_id": "recording",
                "speaker": segment.speaker or NOBODY,
                "start_time": segment.span.start_s,
                "end_time": segment.span.end_s,
                "words": words,
            }
            for segment in segments
            if (words := normalise(segment.text))
        ]
    )


def _paired(truth: Any, guess: Any, measure: Callable[[Any, Any], Any]) -> ErrorRate:  # noqa: ANN401
    """The measure over all speakers, also where they are too many for it to pair by itself."""
    if max(len(truth.unique("speaker")), len(guess.unique("speaker"))) <= MANY_SPEAKERS:
        return _counts(measure(truth, guess))
    nobody = metric_library("meeteval.io").SegLST([])
    speakers = [list(side.groupby("speaker").values()) for side in (truth, guess)]
    padded = list(zip_longest(*speakers, fillvalue=nobody))
    found = [[_counts(measure(one, other)) for _, other in padded] for one, _ in padded]
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - seldom needed, slow to load

    rows, columns = linear_sum_assignment([[cell.errors for cell in row] for row in found])
    pairs = zip(rows, columns, strict=True)
    return sum((found[row][column] for row, column in pairs), start=ErrorRate())


def _counts(found: Any) -> ErrorRate:  # noqa: ANN401
    return ErrorRate(found.deletions, found.insertions, found.substitutions, found.length)
