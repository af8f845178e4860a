"""From the aligner's tokens to written words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from audiosvc.spans import Span
from audiosvc.types import Audio, DraftWord, Word

OPENING = "\"'“¿([{-"
CLOSING = "\"'.。,，!！?？:：”)]}、"


def to_draft_words(aligned: Sequence[dict[str, Any]], said: int, stretch: Audio) -> list[DraftWord]:
    """The words behind the first ``said`` tokens, with their tokens.

    A word that was said does not grow: marks that would be put to it are left out, and what
    follows it without a space where there should be one gets one.
    """
    behind: list[dict[str, Any]] = []
    count = 0
    spaced = sum(str(entry["word"]).startswith(" ") for entry in aligned) * 2 >= len(aligned)
    for entry in aligned:
        first, count = count, count + len(entry["tokens"])
        if first < said:
            continue
        text = str(entry["word"])
        if said and not behind and all(mark in CLOSING for mark in text.strip()):
            continue
        if said and not behind and spaced and not text.startswith(" "):
            entry = {**entry, "word": f" {text}"}  # noqa: PLW2901
        behind.append(entry)
    words: list[DraftWord] = []
    for entry in _joined(behind):
        for word in to_words([entry], stretch):
            tokens = tuple(int(token) for token in entry["tokens"])
            one = DraftWord(word.text, word.span, word.probability, tokens)
            if spaced and words and not one.text.startswith(" "):
                words[-1] = _grown(words[-1], one)
            else:
                words.append(one)
    return words


def _grown(word: DraftWord, rest: DraftWord) -> DraftWord:
    """A word and what belongs to it: ``ill`` and ``-disposed``."""
    return DraftWord(
        word.text + rest.text,
        Span(word.span.start_s, max(word.span.end_s, rest.span.end_s)),
        min(word.probability or 0.0, rest.probability or 0.0),
        (*word.tokens, *rest.tokens),
    )


def to_words(aligned: Sequence[dict[str, Any]], stretch: Audio) -> list[Word]:
    """Words with recording times, punctuation joined to the word it belongs to.

    aligned: entries with ``word``, ``start`` and ``end`` in seconds from the stretch's beginning,
    and ``probability``. A space before a word's text says that it begins a new one; writing
    without spaces keeps each of the model's units as a word.
    """
    words: list[Word] = []
    for entry in _joined(aligned):
        text = str(entry["word"])
        if not text.strip():
            continue
        start_s = min(float(entry["start"]), stretch.duration_s)
        end_s = min(max(float(entry["end"]), start_s), stretch.duration_s)
        span = Span(start_s, end_s).shifted(stretch.start_s)
        words.append(Word(text, span, float(entry["probability"])))
    return words


def _joined(aligned: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Opening marks go to the word behind them, closing ones to the word before."""
    joined: list[dict[str, Any]] = []
    opening: list[dict[str, Any]] = []
    for entry in aligned:
        text = str(entry["word"]).strip()
        if joined and not opening and text and all(mark in CLOSING for mark in text):
            last = joined[-1]
            tokens = [*last.get("tokens", ()), *entry.get("tokens", ())]
            joined[-1] = {**last, "word": last["word"] + text, "tokens": tokens}
        elif text and all(mark in OPENING for mark in text):
            opening.append(entry)
        else:
            marks = "".join(str(mark["word"]) for mark in opening)
            word = str(entry["word"])
            tokens = [token for one in (*opening, entry) for token in one.get("tokens", ())]
            word = marks + word.lstrip() if marks else word
            joined.append({**entry, "word": word, "tokens": tokens})
            opening = []
    if opening and joined:
        tail = "".join(str(mark["word"]).strip() for mark in opening)
        tokens = [token for one in (joined[-1], *opening) for token in one.get("tokens", ())]
        joined[-1] = {**joined[-1], "word": joined[-1]["word"] + tail, "tokens": tokens}
    return joined
