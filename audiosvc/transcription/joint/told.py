"""What a reader is told about a window that did not go smoothly."""

from __future__ import annotations

from collections.abc import Sequence

from audiosvc.spans import Span
from audiosvc.transcription.coverage import STOPPED_EARLY
from audiosvc.types import Hints, Notice

FEWEST_DRIFTING_S = 30.0
DRIFTING_SHARE = 0.35

_HOW = {
    "stop": "The model passed over",
    "length": "The model used up its budget of text before",
    "loop": "The model began to repeat itself; this concerned",
    "broken": "The model failed at",
    "closed": "The model's text was not taken for",
}


def retried(lost: Sequence[Span], outcome: str) -> Notice:
    """Something was missing, and tried again."""
    seconds = sum(span.duration_s for span in lost)
    span = Span(lost[0].start_s, lost[-1].end_s)
    return Notice(
        "retried",
        f"{_HOW[outcome]} {seconds:.0f} s of speech, which were tried again in smaller pieces.",
        span,
    )


def stopped_early(hole: Span, outcome: str) -> Notice:
    """Something is missing for good."""
    return Notice(
        STOPPED_EARLY,
        f"{_HOW[outcome]} {hole.duration_s:.0f} s of speech, and did so again in smaller pieces: "
        "what was said there is not in the transcript.",
        hole,
    )


def by_the_spare(hole: Span) -> Notice:
    """Another model wrote that."""
    return Notice(
        "other_model",
        "The model wrote nothing usable here, again and again: this part was transcribed by the "
        "embedded cascade, which makes more mistakes.",
        hole,
    )


def in_another_script(hints: Hints, core: Span) -> Notice:
    """The text cannot be in the language that was asked for."""
    return Notice(
        "language_contradicted",
        f"The model wrote in a script in which {hints.language!r} is not written; this part was "
        "tried again in smaller pieces.",
        core,
    )


def mended(count: int, core: Span) -> Notice:
    """Marks were missing or wrong."""
    what = "One segment" if count == 1 else f"{count} segments"
    return Notice(
        "marks_mended",
        f"{what} had marks of time that were missing or impossible; they were taken from what is "
        "around them.",
        core,
    )


def thin(span: Span) -> Notice:
    """Far too little text."""
    return Notice(
        "little_text",
        "There is far less text here than speech was heard, and smaller pieces gave no more.",
        span,
    )


def drifting(core: Span) -> Notice:
    """Text where nobody speaks."""
    return Notice(
        "times_drift",
        "Much of the text lies where no speech was heard: the times of this part may be off.",
        core,
    )


def heard(event: str, span: Span) -> Notice:
    """Something beside speech, with no words near it."""
    return Notice("event", f"[{event}]", span)


def no_word_times(language: str | None) -> Notice:
    """Whole segments have times, words have none."""
    which = f"for {language!r}" if language else "without knowing the language"
    return Notice(
        "no_word_times",
        f"Words have no times of their own: no model that finds them {which} is on this machine. "
        "`audiosvc models list` shows those for the task aligner.",
    )
