"""Bounds for the reading of a stranger's recording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from audiosvc.errors import AudioTooLong

ROUNDING_S = 0.001  # of a sum over hours of packets


@dataclass(frozen=True, slots=True)
class Guard:
    """What a reading may cost; by default anything.

    max_audio_s: the longest recording, by what comes out of it and not by what its header says.
    check: called again and again while the recording is read, also where nothing comes out; what
    it raises ends the reading.
    """

    max_audio_s: float | None = None
    check: Callable[[], object] | None = None

    def poll(self) -> None:
        """Raises whatever ``check`` raises."""
        if self.check is not None:
            self.check()

    def admit(self, length_s: float, name: str) -> None:
        """Raises AudioTooLong when the recording ``name`` is ``length_s`` by now, and too long."""
        if self.max_audio_s is not None and length_s > self.max_audio_s + ROUNDING_S:
            raise AudioTooLong(
                f"{name} is longer than {self.max_audio_s:,.0f} s, the most that is taken here. "
                "Send it in parts."
            )


UNBOUNDED = Guard()
