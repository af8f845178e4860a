"""Text as the line formats need it: without what breaks a line, a terminal or an encoding."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from audiosvc.types import Segment

REPLACEMENT = "\ufffd"

_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def encodable(text: str) -> str:
    """The text with lone surrogates replaced by U+FFFD, so that UTF-8 can hold it."""
    return _SURROGATE.sub(REPLACEMENT, text)


def flat(text: str) -> str:
    """The text on one line: runs of white space become one blank, control characters U+FFFD.

    A control character could end a line early or steer the terminal that shows it.
    """
    return _CONTROL.sub(REPLACEMENT, encodable(" ".join(text.split())))


def text_of(segment: Segment) -> str:
    """What was said, on one line; the words stand in when the segment has no text of its own."""
    return flat(segment.text) or join(flat(word.text) for word in segment.words)


def event_marks(segment: Segment) -> list[str]:
    """What was heard beside the words, each in square brackets and on one line."""
    return [f"[{event}]" for event in map(flat, segment.events) if event]


def shown_text(segment: Segment) -> str:
    """What a reader is shown: the text with the events behind it, ``Good. [laughter]``."""
    return join((text_of(segment), *event_marks(segment)))


def join(parts: Iterable[str]) -> str:
    """The parts with blanks between them, but none inside Chinese or Japanese."""
    joined = ""
    for part in parts:
        if not part:
            continue
        gap = "" if not joined or unspaced(joined[-1], part[0]) else " "
        joined += gap + part
    return joined


def breakable(text: str) -> list[str]:
    """The text in parts between which a line may end: characters of scripts without blanks, with
    the marks and the punctuation that follow them, and the runs of other text between these.
    """
    starts: list[int] = []
    for index, char in enumerate(text):
        follows = unicodedata.category(char) in {"Mn", "Mc", "Me", "Cf", "Pe", "Pf", "Po"}
        spaced = index > 0 and not _is_unspaced(char) and not _is_unspaced(text[index - 1])
        if not index or not (follows or spaced):
            starts.append(index)
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]


def unspaced(left: str, right: str) -> bool:
    """Whether two neighbouring characters belong to a script that sets no blanks."""
    return _is_unspaced(left) and _is_unspaced(right)


def _is_unspaced(char: str) -> bool:
    # Hangul is as wide as Chinese, but Korean sets blanks between its words.
    wide = unicodedata.east_asian_width(char) in "WF" and unicodedata.category(char) != "So"
    return wide and not unicodedata.name(char, "").startswith("HANGUL")
