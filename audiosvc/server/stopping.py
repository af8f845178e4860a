"""Work in threads that can be told to stop, and that does so within a second or two.

A thread cannot be interrupted: it has to ask. It asks with every block of audio it reads, and what
a model has not begun when the word comes is not begun any more.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from audiosvc.errors import Cancelled
from audiosvc.ports import LanguageDetector, WindowTranscriber
from audiosvc.service import Models
from audiosvc.types import Audio, Hints, Window, WindowPiece


class Stop:
    """Says when to stop, to every thread that asks, and closes what is under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told = False
        self._open: dict[int, Any] = {}

    def __call__(self) -> None:
        """Stop, now; from any thread."""
        with self._lock:
            self._told = True
            closing = list(self._open.values())
        for pieces in closing:
            pieces.close()

    def check(self) -> None:
        """Raises Cancelled when it is time."""
        if self._told:
            raise Cancelled("The call has ended.")

    def enter(self, pieces: Any) -> None:  # noqa: ANN401 - anything with a close
        """What is to be closed when the word comes. Raises Cancelled when it has come."""
        with self._lock:
            if not self._told:
                self._open[id(pieces)] = pieces
                return
        pieces.close()
        self.check()

    def leave(self, pieces: Any) -> None:  # noqa: ANN401
        """It is done, or was closed."""
        with self._lock:
            self._open.pop(id(pieces), None)


def stoppable(models: Models, stop: Stop) -> Models:
    """The same models, whose windows end when it is time."""
    transcriber = models.transcriber
    kind = _Polyglot if isinstance(transcriber, LanguageDetector) else _Transcriber
    wrapped = kind(transcriber, stop)
    return Models(models.name, lambda: wrapped, models.detector)


class _Transcriber:
    def __init__(self, transcriber: Any, stop: Stop) -> None:  # noqa: ANN401 - one or both ports
        self.limits = transcriber.limits
        self._transcriber = transcriber
        self._stop = stop

    def __call__(self, window: Window, hints: Hints) -> Iterator[WindowPiece]:
        self._stop.check()
        return _Pieces(self._transcriber(window, hints), self._stop)


class _Polyglot(_Transcriber):
    def detect_language(self, stretches: Sequence[Audio]) -> list[dict[str, float]]:
        self._stop.check()
        found: list[dict[str, float]] = self._transcriber.detect_language(stretches)
        return found


class _Pieces(Iterator[WindowPiece]):
    """The pieces of one window. A generator cannot be closed while it works; others can."""

    def __init__(self, pieces: Iterator[WindowPiece], stop: Stop) -> None:
        self._pieces = pieces
        self._stop = stop
        if not isinstance(pieces, _GENERATOR) and hasattr(pieces, "close"):
            stop.enter(pieces)

    def __next__(self) -> WindowPiece:
        try:
            self._stop.check()
            return next(self._pieces)
        except BaseException:
            self._stop.leave(self._pieces)
            raise

    def close(self) -> None:
        """Give the window up; from the thread that reads it."""
        self._stop.leave(self._pieces)
        getattr(self._pieces, "close", lambda: None)()


_GENERATOR = type(_ for _ in ())


def _conforms(transcriber: _Transcriber) -> WindowTranscriber:
    return transcriber
