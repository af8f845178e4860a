"""How a recording is to be transcribed or located, as the keywords of a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from audiosvc.estimates import Context, Precision
from audiosvc.types import Hints, SpeakerCount
from audiosvc.wire.config import Wish
from audiosvc.wire.geo_config import LocateWish


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


class LocateWishes(TypedDict, total=False):
    """The keywords of calls that locate.

    context: what is known of the recording. top: how many candidates, up to 50. precision: how much
    to tell, ``city``, ``region``, ``country`` or ``exact``. guess: also name a place when it cannot
    be located. transcribe: also look for places in what is said. language: what is spoken, a BCP-47
    tag; detected otherwise. start_s, end_s: the part to listen to, not of a stream. update_s: of a
    stream, how much new audio before it is estimated anew.
    """

    context: Context | None
    top: int
    precision: Precision
    guess: bool
    transcribe: bool
    language: str | None
    start_s: float
    end_s: float | None
    update_s: float


_NONE: Wishes = {}
_NOWHERE: LocateWishes = {}


def to_wish(wishes: Wishes = _NONE) -> Wish:
    """The keywords as one value. Raises TypeError for one that there is not."""
    _check(wishes, Wishes.__annotations__)
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


def to_locate_wish(wishes: LocateWishes = _NOWHERE) -> LocateWish:
    """The keywords as one value. Raises TypeError for one that there is not."""
    _check(wishes, LocateWishes.__annotations__)
    said = {name: value for name, value in wishes.items() if name != "context"}
    return LocateWish(context=wishes.get("context") or Context(), **said)  # type: ignore[arg-type]


def _check(wishes: Mapping[str, object], known: Mapping[str, object]) -> None:
    if unknown := wishes.keys() - known.keys():
        raise TypeError(f"no such keyword: {', '.join(sorted(unknown))}")
