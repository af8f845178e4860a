"""Work that is told to stop begins nothing more."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from audiosvc.errors import Cancelled
from audiosvc.ports import LanguageDetector
from audiosvc.server.stopping import Stop, stoppable
from audiosvc.service import Models
from audiosvc.spans import Span
from audiosvc.types import Hints, Limits, Window, WindowPiece
from tests.fakes import FakeDetector, FakePolyglot, FakeTranscriber, script, sound

LINES = script(("a", 0.0, 2.0, "one"), ("a", 3.0, 5.0, "two"))
WINDOW = Window(sound(6.0), Span(0.0, 6.0), (Span(0.0, 5.0),))


class Blocking:
    """A transcriber whose pieces wait until they are closed, like futures that are cancelled."""

    limits = Limits(window_s=30.0, margin_s=0.0)

    def __init__(self) -> None:
        self.closed = threading.Event()

    def __call__(self, window: Window, hints: Hints) -> Iterator[WindowPiece]:
        return self

    def __iter__(self) -> Iterator[WindowPiece]:
        return self

    def __next__(self) -> WindowPiece:
        assert self.closed.wait(10)
        raise RuntimeError("given up")

    def close(self) -> None:
        self.closed.set()


def models(transcriber: object) -> Models:
    return Models("fake", lambda: transcriber, FakeDetector(LINES))  # type: ignore[arg-type, return-value]


def test_models_are_what_they_were() -> None:
    plain = stoppable(models(FakeTranscriber(LINES)), Stop())
    assert plain.name == "fake"
    assert plain.transcriber.limits == FakeTranscriber(LINES).limits
    assert not isinstance(plain.transcriber, LanguageDetector)
    texts = [getattr(piece, "text", "") for piece in plain.transcriber(WINDOW, Hints())]
    assert [text for text in texts if text] == ["one", "two"]
    polyglot = stoppable(models(FakePolyglot(LINES, {0.0: "de"})), Stop()).transcriber
    assert isinstance(polyglot, LanguageDetector)
    assert polyglot.detect_language([sound(1.0)]) == [{"de": 0.8, "xx": 0.2}]


def test_nothing_begins_after_the_word() -> None:
    stop = Stop()
    transcriber = stoppable(models(FakePolyglot(LINES, {0.0: "de"})), stop).transcriber
    pieces = iter(transcriber(WINDOW, Hints()))
    next(pieces)
    stop()
    with pytest.raises(Cancelled):
        next(pieces)
    with pytest.raises(Cancelled):
        transcriber(WINDOW, Hints())
    with pytest.raises(Cancelled):
        transcriber.detect_language([])  # type: ignore[attr-defined]


def test_a_window_under_way_is_closed_from_outside() -> None:
    blocking, stop = Blocking(), Stop()
    pieces = iter(stoppable(models(blocking), stop).transcriber(WINDOW, Hints()))
    caught: list[BaseException] = []

    def work() -> None:
        try:
            next(pieces)
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    stop()
    thread.join(5)
    assert not thread.is_alive()
    assert [str(error) for error in caught] == ["given up"]


def test_what_is_entered_too_late_is_closed() -> None:
    stop = Stop()
    stop()
    blocking = Blocking()
    with pytest.raises(Cancelled):
        stop.enter(blocking)
    assert blocking.closed.is_set()


def test_a_window_that_is_done_is_forgotten() -> None:
    blocking, stop = Blocking(), Stop()
    pieces = stoppable(models(blocking), stop).transcriber(WINDOW, Hints())
    pieces.close()  # type: ignore[attr-defined]
    blocking.closed.clear()
    stop()
    assert not blocking.closed.is_set()
