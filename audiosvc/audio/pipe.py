"""A bounded pipe of bytes between two threads."""

from __future__ import annotations

from io import UnsupportedOperation
from threading import Condition

CAPACITY_BYTES = 256 * 1024


class Pipe:
    """One thread writes, one other reads as from a file that cannot seek.

    The writer waits while the reader is ``capacity_bytes`` behind. closed: nobody wants the bytes
    any more, so that writing does nothing and reading is at its end.
    """

    def __init__(self, capacity_bytes: int = CAPACITY_BYTES) -> None:
        self.closed = False
        self._capacity = capacity_bytes
        self._held = bytearray()
        self._finished = False
        self._taken = 0
        self._changed = Condition()

    def write(self, data: bytes) -> None:
        """Returns when all of it is on its way. Raises ValueError after ``finish``."""
        rest = memoryview(data)
        with self._changed:
            if self._finished and not self.closed:
                raise ValueError("No more bytes were to come.")
            while rest and not self.closed:
                room = self._capacity - len(self._held)
                if room <= 0:
                    self._changed.wait()
                    continue
                self._held += rest[:room]
                rest = rest[room:]
                self._changed.notify_all()

    def finish(self) -> None:
        """No more bytes will come."""
        with self._changed:
            self._finished = True
            self._changed.notify_all()

    def close(self) -> None:
        """Wakes both sides, and drops what is here."""
        with self._changed:
            self.closed = True
            self._held.clear()
            self._changed.notify_all()

    def peek(self, count: int) -> bytes:
        """The next ``count`` bytes, fewer only at the end; they stay. At most the capacity."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or len(self._held) >= count)
            return bytes(self._held[:count])

    def read(self, count: int) -> bytes:
        """One byte or more, at most ``count``; none at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_over or len(self._held) > 0)
            data = bytes(self._held[:count])
            del self._held[:count]
            self._taken += len(data)
            self._changed.notify_all()
            return data

    def tell(self) -> int:
        """How many bytes have been read."""
        return self._taken

    def seekable(self) -> bool:
        """Never."""
        return False

    def seek(self, offset: int, whence: int = 0) -> int:
        """Raises UnsupportedOperation."""
        raise UnsupportedOperation(f"seek({offset}, {whence})")

    @property
    def _is_over(self) -> bool:
        return self._finished or self.closed
