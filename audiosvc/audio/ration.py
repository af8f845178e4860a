"""How many bytes of a stream are read."""

from __future__ import annotations

from audiosvc.audio.pipe import Pipe
from audiosvc.errors import AudioUnreadable

# A header can announce a packet of gigabytes, and what comes is kept until the packet is whole.
SILENT_LIMIT_BYTES = 32 * 1024**2


class Ration:
    """The bytes of a pipe, as long as sound comes of them."""

    def __init__(self, pipe: Pipe, name: str, limit_bytes: int = SILENT_LIMIT_BYTES) -> None:
        """name: for messages. limit_bytes: to be read between one ``renew`` and the next."""
        self.tell = pipe.tell
        self.seekable = pipe.seekable
        self.seek = pipe.seek
        self._pipe = pipe
        self._name = name
        self._limit_bytes = limit_bytes
        self._since_renewed = 0
        self._left: int | None = None

    def renew(self) -> None:
        """Sound has come."""
        self._since_renewed = 0

    def skip(self, count: int) -> None:
        """Drops the next bytes."""
        while count and (data := self._pipe.read(count)):
            count -= len(data)

    def stop_behind(self, count: int | None) -> None:
        """Ends after so many bytes; None: with the pipe."""
        self._left = count

    def read(self, count: int) -> bytes:
        """As the pipe does. Raises AudioUnreadable when the ration is eaten up."""
        if self._since_renewed >= self._limit_bytes:
            raise AudioUnreadable(
                f"{self._name} holds no sound within {self._limit_bytes // 1024**2} MiB: it is "
                "damaged, or not audio."
            )
        wanted = count if self._left is None else min(count, self._left)
        data = self._pipe.read(wanted) if wanted else b""
        self._since_renewed += len(data)
        if self._left is not None:
            self._left -= len(data)
        return data
