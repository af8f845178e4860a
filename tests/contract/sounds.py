"""What contract tests do with sound and text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TypeVar

from audiosvc.spans import Span
from audiosvc.types import Audio, Word

Result = TypeVar("Result")


def moved(audio: Audio, start_s: float) -> Audio:
    """The same sound at another time of the recording."""
    return Audio(audio.samples, audio.sample_rate_hz, start_s)


def pieces(audio: Audio, *times_s: float) -> list[Audio]:
    """The sound between each two times."""
    return [audio.cut(Span(start_s, end_s)) for start_s, end_s in pairwise(times_s)]


def plain(text: str) -> list[str]:
    """Words as they are compared: lower case, no marks."""
    return re.findall(r"[\w']+", text.casefold())


def written_as_said(words: Sequence[Word], said: str) -> float:
    """The share of what was said that was written, 0 to 1."""
    spoken = plain(said)
    written = [text for word in words for text in plain(word.text)]
    matcher = SequenceMatcher(None, spoken, written, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / len(spoken)


def at_once(*calls: Callable[[], Result]) -> list[Result]:
    """The results of calls that run side by side."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]
