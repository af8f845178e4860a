"""How a recording is to be transcribed, as the keywords of a call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from audiosvc.types import Hints, SpeakerCount
from audiosvc.wire.config import Wish


class Wishes(TypedDict, total=False):
    """The keywords; what is left out is up to the server.

    model: one that ``models`` names. language: a BCP-47 tag; detected otherwise, for each window
    anew with language_per_window. hotwords: words to expect. prompt: text that might have come
    before. events: also what is heard beside words, such as laughter, where the model can. start_s,
    end_s: the part to transcribe, not for live audio; times in the result stay those of the
    recording.
    """

    model: str | None
    language: str | None
    language_per_window: bool
    hotwords: Sequence[str]
    prompt: str | None
    events: bool
    speakers: int | None
    min_speakers: int | None
    max_speakers: int | None
    start_s: float
    end_s: float | None


_NONE: Wishes = {}


def to_wish(wishes: Wishes = _NONE) -> Wish:
    """The keywords as one value. Raises TypeError for one that there is not."""
    unknown = wishes.keys() - Wishes.__annotations__.keys()
    if unknown:
        raise TypeError(f"no such keyword: {', '.join(sorted(unknown))}")
    return Wish(
        model=wishes.get("model"),
        language=wishes.get("language"),
        language_per_window=wishes.get("language_per_window", False),
        hints=Hints(
            hotwords=tuple(wishes.get("hotwords", ())),
            prompt=wishes.get("prompt"),
            events=wishes.get("events", False),
        ),
        speakers=SpeakerCount(
            wishes.get("speakers"), wishes.get("min_speakers"), wishes.get("max_speakers")
        ),
        start_s=wishes.get("start_s", 0.0),
        end_s=wishes.get("end_s"),
    )
