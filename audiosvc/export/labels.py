"""Speaker labels in formats that cannot hold every character, and never two for one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from audiosvc.export.text import flat
from audiosvc.types import Transcript

UNKNOWN = "unknown"
"""Stands for a segment without speaker where a format has to name one."""

# Readers built on tables take these words for a missing value.
_MISSING = {UNKNOWN, "<na>", "na", "n/a", "nan", "-nan", "null", "none", "#na", "#n/a", "unk"}
# Not a speaker, in STM: the time between two segments.
STM_GAP = "inter_segment_gap"
_PREFIXED = re.compile(r"(?P<label>[^:\s](?:[^:]{0,78}[^:\s])?):(?:\s+|$)(?P<text>.*)", re.DOTALL)


def labels_of(transcript: Transcript) -> tuple[str, ...]:
    """Every label of the transcript once: first those of ``speakers``, then any others."""
    found = [speaker.label for speaker in transcript.speakers]
    found += [segment.speaker for segment in transcript.segments if segment.speaker is not None]
    found += [turn.speaker for turn in transcript.turns]
    return tuple(dict.fromkeys(found))


def token(text: str) -> str:
    """The text as one field of a line: no blanks, quotes, control characters or empty field."""
    joined = "_".join(flat(text).split()) or "_"
    safe = "".join("_" if c in '"\ufeff' else c for c in joined)
    if safe.startswith(";"):
        safe = "_" + safe
    return never_missing(safe)


def plain(text: str) -> str:
    """The text as a name before a colon: on one line, and without a colon of its own."""
    return never_missing(flat(text).replace(":", "-"))


def never_missing(label: str) -> str:
    """The label, changed only if a reader would take it for no label at all."""
    if is_missing(label) or label.casefold() == STM_GAP:
        return label + "_"
    return label or "_"


def is_missing(field: str) -> bool:
    """Whether a field says that the speaker is not known."""
    return field.casefold() in _MISSING


def speaker_at(field: str) -> str | None:
    """The speaker that a field names; None when it says that it is not known."""
    return None if is_missing(field) else field


def distinct(labels: Sequence[str], form: Callable[[str], str]) -> dict[str, str]:
    """Each label in the form that a format can hold; no two labels share one."""
    forms: dict[str, str] = {}
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    for label in labels:
        wanted = candidate = form(label)
        while candidate in taken:
            numbers[wanted] = numbers.get(wanted, 1) + 1
            candidate = f"{wanted}_{numbers[wanted]}"
        forms[label] = candidate
        taken.add(candidate)
    return forms


def prefixes(transcript: Transcript) -> Mapping[str | None, str]:
    """What stands before a speaker's text: ``S1: ``.

    Either every text has one or, when no segment has a speaker, none: a reader can then tell a
    name from a text that has a colon.
    """
    if all(segment.speaker is None for segment in transcript.segments):
        return {None: ""}
    names: dict[str | None, str] = {None: f"{UNKNOWN}: "}
    for label, name in distinct(labels_of(transcript), plain).items():
        names[label] = f"{name}: "
    return names


def split_prefixes(texts: Sequence[str]) -> list[tuple[str | None, str]]:
    """Speaker and text of each; without speakers unless every text begins with a name."""
    matches = [_PREFIXED.fullmatch(text) for text in texts]
    if not all(matches):
        return [(None, text) for text in texts]
    return [(speaker_at(match["label"]), match["text"]) for match in matches if match]
