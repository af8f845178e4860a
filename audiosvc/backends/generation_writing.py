"""What a model writes on one clip, handed from the thread that generates to the one that reads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

from audiosvc.ports import Ending
from audiosvc.types import Request

Detokenise = Callable[[Sequence[int]], str]
"""Tokens as text, without those that steer the model; half a character is U+FFFD."""

_HALF = "\ufffd"


class TokenWriting:
    """A row of a batch; fulfils ``ports.Writing``. Tokens become text where it is asked for.

    written: every token so far, which belongs to the thread that generates. It outlives an attempt
    that ran out of memory: the next one goes on from there, and nothing comes twice.
    """

    def __init__(self, request: Request, detokenise: Detokenise) -> None:
        self.request = request
        self.written: list[int] = []
        self._characters = _Characters(detokenise)
        self._change = threading.Condition()
        self._fresh: list[int] = []
        self._handed = 0
        self._end: Ending | Exception | None = None
        self._closed = False
        self._ending: Ending | None = None

    @property
    def ending(self) -> Ending | None:
        """None until the last piece was given, and when it was closed."""
        return self._ending

    def __iter__(self) -> Iterator[str]:
        """Itself."""
        return self

    def __next__(self) -> str:
        """The next characters, as many as are there; waits for them."""
        while True:
            with self._change:
                self._change.wait_for(lambda: self._fresh or self._end or self._closed)
                if self._closed or self._ending:
                    raise StopIteration
                fresh, self._fresh = self._fresh, []
                end = self._end
            text = self._characters.feed(fresh) + (self._characters.flush() if end else "")
            if text:
                return text
            if isinstance(end, Exception):
                raise end
            if end:
                self._ending = end
                raise StopIteration

    def close(self) -> None:
        """Nobody wants the rest: its row is left out from the next token on. From any thread."""
        with self._change:
            self._closed = True
            self._fresh = []
            self._change.notify_all()

    @property
    def is_over(self) -> bool:
        """Nothing more is to be written."""
        return self._closed or self._end is not None

    def hand_over(self) -> None:
        """Let the reader have what was written."""
        tokens = self.written[self._handed :]
        self._handed += len(tokens)
        with self._change:
            if tokens and not self._closed:
                self._fresh += tokens
                self._change.notify_all()

    def finish(self, end: Ending | Exception) -> None:
        """Nothing more comes; an exception is raised behind what was handed over."""
        with self._change:
            if self._end is None:
                self._end = end
            self._change.notify_all()


class _Characters:
    """Tokens into text, never half a character.

    What a token stands for may depend on the one before it (a space at the beginning of a line is
    dropped by some), so that a few are looked at again.
    """

    def __init__(self, detokenise: Detokenise) -> None:
        self._detokenise = detokenise
        self._before: list[int] = []
        self._pending: list[int] = []

    def feed(self, tokens: Sequence[int]) -> str:
        self._pending += tokens
        text = self._text()
        if not text or (text.endswith(_HALF) and not text.endswith(4 * _HALF)):
            return ""  # the rest of a character, of four bytes at most, may come
        self._before, self._pending = self._pending, []
        return text

    def flush(self) -> str:
        """The rest; what is still half a character will never be one."""
        text = self._text().rstrip(_HALF)
        self._before, self._pending = self._pending, []
        return text

    def _text(self) -> str:
        known = self._detokenise(self._before)
        return self._detokenise([*self._before, *self._pending])[len(known) :]
