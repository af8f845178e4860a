"""One live stream, sent as a microphone would send it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

from audiosvc.client import Client, Pcm
from audiosvc.errors import AudiosvcError
from serving.log import Arrival, StreamRun

FRAME_S = 0.1
BYTES_PER_S = 32_000
FORMAT = Pcm(16_000)


@dataclass
class Microphone:
    """Frames of 16 kHz samples, each at the moment at which its last sample is there.

    late_s: how far behind that moment a frame was taken at most.
    """

    pcm: bytes
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    begun_s: float | None = None
    sent_s: float = 0.0
    late_s: float = 0.0

    def frames(self) -> Iterator[bytes]:
        """All of them. The stream's clock begins when the first is asked for."""
        size = round(FRAME_S * BYTES_PER_S)
        self.begun_s = self.clock()
        for first in range(0, len(self.pcm), size):
            frame = self.pcm[first : first + size]
            due_s = self.begun_s + (first + len(frame)) / BYTES_PER_S
            wait_s = due_s - self.clock()
            if wait_s > 0:
                self.sleep(wait_s)
            self.late_s = max(self.late_s, -wait_s)
            yield frame
            self.sent_s = (first + len(frame)) / BYTES_PER_S


def stream_live(address: str, name: str, pcm: bytes, language: str | None = None) -> StreamRun:
    """Sends all of it at the speed at which it was spoken, with interim results."""
    microphone = Microphone(pcm)
    log: list[Arrival] = []
    error: str | None = None
    wishes = {"language": language} if language else {}
    with Client(address) as client:
        events = client.stream(microphone.frames(), pcm=FORMAT, interim=True, **wishes)  # type: ignore[arg-type]
        try:
            with closing(events):
                for event in events:
                    now_s = time.monotonic()
                    log.append(Arrival(now_s - (microphone.begun_s or now_s), event))
        except AudiosvcError as stopped:
            error = f"{type(stopped).__name__}: {stopped}"
    return StreamRun(name, microphone.sent_s, microphone.late_s, tuple(log), error)
