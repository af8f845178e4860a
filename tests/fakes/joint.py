"""A fake of ``JointModel`` that writes down a script, and fails in the ways of a real one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from audiosvc.ports import Ending, Markup
from audiosvc.spans import Span
from audiosvc.types import Audio, Limits, Request, Word
from tests.fakes.script import RATE_HZ, Line, Script

Said = tuple[str, Ending] | Exception
"""A text and how it ended, or what is raised behind what was written of it."""

Fault = Callable[[int, Request, str], "Said | tuple[str, Exception]"]
"""What goes wrong: the number of the request, the request, and what would have been right."""

LIMITS = Limits(window_s=60.0, margin_s=5.0, windows_at_once=3, longest_s=600.0, streams=True)
SNIPPET = 400


class FakeJointModel:
    """Finds the lines of a script in a clip by their sound, which must not repeat itself.

    recording: what clips are cut from. fault: what goes wrong. step: how many letters come at once.
    named: whether it names speakers. requests: what it was asked. open: writings that go on.
    """

    def __init__(
        self,
        script: Script,
        recording: Audio,
        *,
        fault: Fault | None = None,
        step: int = 7,
        markup: Markup = "sats",
        named: bool = True,
        limits: Limits = LIMITS,
    ) -> None:
        self.limits = limits
        self.markup: Markup = markup
        self.requests: list[Request] = []
        self.open: set[FakeWriting] = set()
        self._script = script
        self._recording = recording
        self._fault = fault
        self._step = step
        self._named = named
        self._lock = threading.Lock()

    def write(self, request: Request) -> FakeWriting:
        with self._lock:
            number = len(self.requests)
            self.requests.append(request)
        lines = self._heard(request.audio)
        text = self._as_json(lines) if self.markup == "json" else self._as_sats(lines)
        said = self._fault(number, request, text) if self._fault else (text, "stop")
        if isinstance(said, Exception):
            said = ("", said)
        writing = FakeWriting(said[0], said[1], self._step, self.open)
        self.open.add(writing)
        return writing

    def _heard(self, clip: Audio) -> list[tuple[Line, float, float]]:
        """The lines that are in the clip, with their times there, and as much of each as is
        heard.
        """
        found = []
        for line in self._script.lines:
            shift_s = self._shift_s(line, clip)
            if shift_s is not None:
                heard = [
                    word
                    for word in line.words
                    if 0.0 <= word.span.midpoint_s + shift_s < clip.duration_s
                ]
                if not heard:
                    continue
                start_s, end_s = line.start_s + shift_s, line.end_s + shift_s
                text = "".join(word.text for word in heard).strip()
                part = replace(line, text=text)
                found.append((part, max(0.0, start_s), min(end_s, clip.duration_s)))
        return found

    def _shift_s(self, line: Line, clip: Audio) -> float | None:
        """From the recording to the clip, found by the sound of one of the line's words."""
        for word in line.words:
            middle_s = word.span.midpoint_s
            snippet = self._recording.cut(Span(middle_s, middle_s + SNIPPET / RATE_HZ)).samples
            place = _find(clip.samples, snippet)
            if place is not None:
                return place / RATE_HZ - middle_s
        return None

    def _as_sats(self, lines: Sequence[tuple[Line, float, float]]) -> str:
        names = _local_names(lines)
        return "".join(
            f"[{start_s:.2f}]{f'[S{names[line.speaker]:02d}]' if self._named else ''}"
            f"{line.text}[{end_s:.2f}]"
            for line, start_s, end_s in lines
        )

    def _as_json(self, lines: Sequence[tuple[Line, float, float]]) -> str:
        names = _local_names(lines)
        rows = [
            {"Start": start_s, "End": end_s, "Speaker": names[line.speaker], "Content": line.text}
            for line, start_s, end_s in lines
        ]
        return "assistant\n" + json.dumps(rows, ensure_ascii=False)


class FakeWriting:
    """Text, a few letters at a time. given: how many letters were asked for."""

    def __init__(
        self, text: str, end: Ending | Exception, step: int, among: set[FakeWriting]
    ) -> None:
        self.ending: Ending | None = None
        self.given = 0
        self._text = text
        self._end = end
        self._step = step
        self._closed = False
        self._among = among

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._closed or self.ending:
            raise StopIteration
        if self.given >= len(self._text):
            if isinstance(self._end, Exception):
                raise self._end
            self.ending = self._end
            raise StopIteration
        piece = self._text[self.given : self.given + self._step]
        self.given += len(piece)
        return piece

    def close(self) -> None:
        self._closed, self.ending = True, None  # as the port says
        self._among.discard(self)


class FakeAligner:
    """The words of a line share its time evenly."""

    languages = frozenset({"en"})

    def __call__(self, audio: Audio, lines: Sequence[tuple[Span, str]]) -> list[tuple[Word, ...]]:
        return [tuple(Line("", span.start_s, span.end_s, text).words) for span, text in lines]


def noise(end_s: float, start_s: float = 0.0, seed: int = 0) -> Audio:
    """Sound of which no two pieces are alike."""
    samples = np.random.default_rng(seed).normal(0.0, 0.1, round((end_s - start_s) * RATE_HZ))
    return Audio(samples.astype(np.float32), RATE_HZ, start_s)


def _local_names(lines: Sequence[tuple[Line, float, float]]) -> dict[str, int]:
    """Numbers in order of appearance, as a model gives them."""
    return {
        name: place for place, name in enumerate(dict.fromkeys(one[0].speaker for one in lines), 1)
    }


def _find(samples: np.ndarray, snippet: np.ndarray) -> int | None:
    """Where a snippet begins, or None."""
    for place in np.flatnonzero(samples[: len(samples) - len(snippet) + 1] == snippet[0]).tolist():
        if np.array_equal(samples[place : place + len(snippet)], snippet):
            return int(place)
    return None
