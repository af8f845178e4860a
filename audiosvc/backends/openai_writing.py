"""A text that is read while it is written, by tries that may each begin anew."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

from audiosvc.errors import ModelFailed
from audiosvc.ports import Ending


class RetriedWriting:
    """Fulfils ``ports.Writing``. One thread reads; ``begin``, ``add`` and ``finish`` write.

    A try that breaks off leaves a reader with the beginning of its text. The next try has to say
    the same again before anything more is given: what is read is the text of one single try.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._given: list[str] = []
        self._again = ""  # of what was given, what this try has not said again yet
        self._ready: list[str] = []
        self._ending: Ending | None = None
        self._error: BaseException | None = None
        self._closed = False
        self._stop: Callable[[], object] | None = None

    @property
    def ending(self) -> Ending | None:
        """None while it goes on, and when it was closed."""
        with self._changed:
            return None if self._closed or self._ready else self._ending

    def __iter__(self) -> RetriedWriting:
        """Itself."""
        return self

    def __next__(self) -> str:
        """The next characters; waits for them."""
        with self._changed:
            while not (self._closed or self._ready or self._error or self._ending):
                self._changed.wait()
            if self._ready and not self._closed:
                piece = "".join(self._ready)
                self._ready = []
                self._given.append(piece)
                return piece
            if self._error and not self._closed:
                raise self._error
            raise StopIteration

    def close(self) -> None:
        """Nobody wants the rest: the request ends, and with it the server's work."""
        with self._changed:
            self._closed = True
            self._ready = []
            self._changed.notify_all()
        if self._stop is not None:
            self._stop()

    def follow(self, work: Future[Ending]) -> None:
        """Take the end of this work for the end of the text."""
        self._stop = work.cancel
        work.add_done_callback(self._on_done)

    def begin(self) -> None:
        """A try begins."""
        with self._changed:
            self._again = "".join(self._given)
            self._ready = []

    def add(self, text: str) -> None:
        """The next characters of this try. Raises ModelFailed when they contradict those given."""
        if not text:
            return
        with self._changed:
            shared = min(len(text), len(self._again))
            if text[:shared] != self._again[:shared]:
                raise ModelFailed(
                    "The model server broke off, and wrote something else when it was asked again."
                )
            self._again = self._again[shared:]
            if len(text) > shared:
                self._ready.append(text[shared:])
                self._changed.notify_all()

    def finish(self) -> None:
        """The text of this try is whole. Raises ModelFailed when it is less than was given."""
        with self._changed:
            if self._again:
                raise ModelFailed(
                    "The model server broke off, and wrote less when it was asked again."
                )

    def _on_done(self, work: Future[Ending]) -> None:
        with self._changed:
            if work.cancelled():
                self._error = ModelFailed("The connection to the model server has been closed.")
            elif error := work.exception():
                self._error = error
            else:
                self._ending = work.result()
            self._stop = None
            self._changed.notify_all()
