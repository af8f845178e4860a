"""From the text of a joint model, in pieces of any length, to segments."""

from __future__ import annotations

import json
import re
from typing import Any, Protocol

from audiosvc.ports import Markup
from audiosvc.transcription.sats import SatsParser, SatsSegment

_EVENT = re.compile(r"\[([^\W\d_][^\[\]]*)\]")
_CONTENT = re.compile(r'"Content"\s*:\s*"((?:[^"\\]|\\.)*)', re.DOTALL)
_NUMBER = re.compile(r'"(Start|End)"\s*:\s*"?(\d+(?:\.\d+)?)')


class Reader(Protocol):
    """Reads one text. Times count from the beginning of the clip."""

    def feed(self, text: str) -> list[SatsSegment]:
        """The segments that are complete by now."""
        ...

    def finish(self) -> list[SatsSegment]:
        """The rest: the text is over."""
        ...


def open_reader(markup: Markup, end_s: float) -> Reader:
    """A reader for what a model writes. end_s: of the clip."""
    return SatsParser(end_s=end_s) if markup == "sats" else JsonReader(end_s)


class JsonReader:
    """Reads a list of objects with ``Start``, ``End``, ``Speaker`` and ``Content``.

    Objects are given as soon as they are closed. One that breaks off, or does not parse, gives what
    text can be made out; text beside any object is a segment of its own, without times of its own.
    """

    def __init__(self, end_s: float) -> None:
        self._end_s = end_s
        self._last_s = 0.0
        self._outside: list[str] = []
        self._object: list[str] = []
        self._depth = 0
        self._in_string = self._escaped = False

    def feed(self, text: str) -> list[SatsSegment]:
        """The next characters."""
        found: list[SatsSegment] = []
        for letter in text:
            if self._depth == 0 and letter != "{":
                self._outside.append(letter)
                continue
            if self._depth == 0:
                found += self._stray()
            self._object.append(letter)
            self._count(letter)
            if self._depth == 0:
                whole, self._object = "".join(self._object), []
                found += self._read(whole)
        return found

    def finish(self) -> list[SatsSegment]:
        """The text is over. Returns the rest."""
        rest = self._stray()
        if self._object:
            rest += self._salvage("".join(self._object), "unterminated")
        return rest

    def _count(self, letter: str) -> None:
        if self._in_string:
            if self._escaped:
                self._escaped = False
            elif letter == "\\":
                self._escaped = True
            elif letter == '"':
                self._in_string = False
        elif letter == '"':
            self._in_string = True
        elif letter in "{}":
            self._depth += 1 if letter == "{" else -1

    def _stray(self) -> list[SatsSegment]:
        """Text beside the objects; brackets, commas and the role that a chat begins with are none.

        What follows the list is not the model's to say, and is speech all the same.
        """
        text = " ".join("".join(self._outside).split()).strip("[], `").strip()
        self._outside = []
        text = re.sub(r"^(assistant|json)\b[\s\[\],`:]*", "", text)
        return [self._make(text, None, None, None, "no_start")] if text else []

    def _read(self, whole: str) -> list[SatsSegment]:
        try:
            value = json.loads(whole, strict=False)
        except ValueError:
            return self._salvage(whole, "no_end")
        if not isinstance(value.get("Content"), str):
            text = " ".join(one for one in value.values() if isinstance(one, str))
            return [self._make(text, None, None, None, "no_start")] if text.strip() else []
        start_s, end_s = _number(value.get("Start")), _number(value.get("End"))
        return [self._make(value["Content"], start_s, end_s, _speaker(value.get("Speaker")))]

    def _salvage(self, whole: str, fault: str) -> list[SatsSegment]:
        """What text there is in an object that does not parse."""
        content = _CONTENT.search(whole)
        if content is None or not content[1].strip():
            return []
        times = {name: float(number) for name, number in _NUMBER.findall(whole)}
        text = _unescape(content[1])
        return [self._make(text, times.get("Start"), times.get("End"), None, fault)]

    def _make(
        self,
        text: str,
        start_s: float | None,
        end_s: float | None,
        speaker: str | None,
        *faults: str,
    ) -> SatsSegment:
        found = list(faults)
        events = tuple(event.strip() for event in _EVENT.findall(text))
        if start_s is None:
            start_s = self._last_s
            found += ["no_start"] if "no_start" not in found else []
        if end_s is None or end_s < start_s:
            found.append("no_end" if end_s is None else "end_before_start")
            end_s = max(start_s, self._end_s) if "unterminated" in found else start_s
        self._last_s = end_s
        plain = " ".join(_EVENT.sub(" ", text).split())
        return SatsSegment(start_s, end_s, speaker, plain, events, tuple(dict.fromkeys(found)))


def _number(value: Any) -> float | None:  # noqa: ANN401 - JSON
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if 0.0 <= number < 1e7 else None


def _speaker(value: Any) -> str | None:  # noqa: ANN401 - JSON
    """``S00`` for 0, and a name as it is."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return f"S{value:02d}"
    return str(value).strip() or None


def _unescape(text: str) -> str:
    """The characters of a JSON string that may have been cut anywhere."""
    for cut in range(len(text), max(-1, len(text) - 7), -1):
        try:
            return str(json.loads(f'"{text[:cut]}"', strict=False))
        except ValueError:
            continue
    return text
