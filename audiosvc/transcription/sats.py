"""Speaker-attributed, time-stamped text as a unified model writes it: ``[0.5][S01]Hello.[1.9]``.

A model that writes for an hour makes mistakes in its marks, and a parser that expects none of them
loses what was said. This one takes the text one character at a time and gives every character of
speech out exactly once; what a mark should have said is taken from its neighbours, and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

# Longer than this, an open bracket is one that somebody wrote into the text.
LONGEST_MARK = 40
BRACKETS = str.maketrans({"［": "[", "］": "]", "【": "[", "】": "]"})
_SECONDS = re.compile(r"\d+[.,]\d+")
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)")
_WHOLE = re.compile(r"\d+")
_SPEAKER = re.compile(r"(?:s|speaker|spk)[ _-]?(\d+)", re.IGNORECASE)
_CUT_OFF = re.compile(r"\s*(?:[\d:.,]*|s\d*)\s*", re.IGNORECASE)  # a mark that was begun
_EVENT = re.compile(r"[^\W\d_]+(?:[ _'-][^\W\d_]+){0,2}")


@dataclass(frozen=True, slots=True)
class SatsSegment:
    """What one voice said.

    start_s, end_s: None where neither the text nor its neighbours tell. speaker: ``S01``, None
    where nobody was named. text: without marks. events: such as ``laughter``. faults: what was
    wrong with the marks: ``no_start``, ``no_end``, ``no_speaker``, ``end_before_start``,
    ``unterminated``.
    """

    start_s: float | None
    end_s: float | None
    speaker: str | None
    text: str
    events: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def repaired(self) -> bool:
        """Whether a time had to be taken from the neighbours, or the text breaks off."""
        return any(fault != "no_speaker" for fault in self.faults)


def parse_sats(text: str, *, start_s: float = 0.0, end_s: float | None = None) -> list[SatsSegment]:
    """All segments of a transcript, in the order in which they were written.

    start_s, end_s: of the audio behind it, for a first or last time that is missing.
    """
    parser = SatsParser(start_s=start_s, end_s=end_s)
    return [*parser.feed(text), *parser.finish()]


@dataclass(slots=True)
class _Open:
    """The segment that is being written."""

    start_s: float | None = None
    speaker: str | None = None
    shared_start: bool = False
    text: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.events and not "".join(self.text).strip()


class SatsParser:
    """Takes a transcript in pieces of any length, and gives segments as soon as they are sure."""

    def __init__(self, *, start_s: float = 0.0, end_s: float | None = None) -> None:
        """start_s, end_s: of the audio behind the text."""
        self._end_s = end_s
        self._last_s = start_s
        self._mark: list[str] | None = None
        self._open = _Open()
        self._waiting: list[SatsSegment] = []
        self._whole_seconds: bool | None = None

    def feed(self, text: str) -> list[SatsSegment]:
        """The next characters."""
        for letter in text.translate(BRACKETS):
            self._take(letter)
        return self._sure()

    def finish(self) -> list[SatsSegment]:
        """The text is over. Returns the rest."""
        if self._mark is not None and not _CUT_OFF.fullmatch("".join(self._mark)):
            self._give_back()
        if not self._open.is_empty:
            self._close(None, "unterminated")
        self._know(self._end_s)
        rest, self._waiting = self._waiting, []
        return rest

    def _take(self, letter: str) -> None:
        if letter == "[":
            if self._mark is not None:
                self._give_back()
            self._mark = []
        elif self._mark is None:
            self._open.text.append(letter)
        elif letter == "]":
            mark, self._mark = "".join(self._mark), None
            self._read(mark)
        else:
            self._mark.append(letter)
            if len(self._mark) > LONGEST_MARK:
                self._give_back()

    def _give_back(self) -> None:
        """What looked like a mark is text."""
        self._open.text += ["[", *(self._mark or [])]
        self._mark = None

    def _read(self, mark: str) -> None:
        inner = mark.strip()
        if (time_s := self._time_s(inner)) is not None:
            self._on_time(time_s)
        elif speaker := _SPEAKER.fullmatch(inner):
            self._on_speaker(f"S{int(speaker[1]):02d}")
        elif _EVENT.fullmatch(inner):
            self._open.events.append(inner)
        else:
            self._open.text.append(f"[{mark}]")

    def _time_s(self, inner: str) -> float | None:
        """Seconds, or hours, minutes and seconds. A whole number is a time only where the first
        mark of all was one: elsewhere it is a year, or a chapter.
        """
        if _SECONDS.fullmatch(inner):
            time_s = float(inner.replace(",", "."))
        elif clock := _CLOCK.fullmatch(inner):
            hours, minutes, seconds = clock.groups(default="0")
            time_s = int(hours) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))
        elif _WHOLE.fullmatch(inner) and self._allows_whole_seconds():
            time_s = float(inner)
        else:
            return None
        if self._whole_seconds is None:
            self._whole_seconds = bool(_WHOLE.fullmatch(inner))
        return time_s

    def _allows_whole_seconds(self) -> bool:
        if self._whole_seconds is None:
            return self._open.is_empty and self._open.speaker is None and not self._waiting
        return self._whole_seconds

    def _on_time(self, time_s: float) -> None:
        current = self._open
        if current.is_empty:
            self._open = replace(current, start_s=time_s, shared_start=False)
            return
        self._close(time_s)
        # Where no start follows, this is one as well.
        self._open.start_s, self._open.shared_start = time_s, True

    def _on_speaker(self, speaker: str) -> None:
        if self._open.is_empty:
            self._open.speaker = speaker
            return
        self._close(None, "no_end")
        self._open.speaker = speaker

    def _close(self, end_s: float | None, *faults: str) -> None:
        current, self._open = self._open, _Open()
        found = list(faults)
        start_s = current.start_s
        if start_s is None or current.shared_start:
            found.append("no_start")
        if current.speaker is None:
            found.append("no_speaker")
        self._know(start_s)
        if start_s is None and not self._waiting:
            start_s = self._last_s
        if end_s is not None and start_s is not None and end_s < start_s:
            end_s = None
            found.append("end_before_start")
        text = " ".join("".join(current.text).split())
        self._waiting.append(
            SatsSegment(start_s, end_s, current.speaker, text, tuple(current.events), tuple(found))
        )
        self._know(end_s)

    def _know(self, time_s: float | None) -> None:
        """A time that is certain: segments without times lie before it, one after the other."""
        if time_s is None:
            return
        places = list(self._unknown())
        if places:
            begin_s = self._waiting[places[0]].start_s
            first_s = min(time_s, self._last_s if begin_s is None else begin_s)
            step_s = (time_s - first_s) / len(places)
            for order, place in enumerate(places):
                one = self._waiting[place]
                begin_s = first_s + order * step_s if one.start_s is None else one.start_s
                end_s = first_s + (order + 1) * step_s if one.end_s is None else one.end_s
                self._waiting[place] = replace(one, start_s=begin_s, end_s=max(begin_s, end_s))
        self._last_s = time_s

    def _unknown(self) -> Iterator[int]:
        return (
            place
            for place, one in enumerate(self._waiting)
            if one.start_s is None or one.end_s is None
        )

    def _sure(self) -> list[SatsSegment]:
        first = next(self._unknown(), len(self._waiting))
        sure, self._waiting = self._waiting[:first], self._waiting[first:]
        return sure
