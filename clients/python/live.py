"""Speaks a 16-bit WAV file into a server in real time: python live.py 127.0.0.1:50051 talk.wav.

A microphone is the same: an iterator that gives blocks of samples as they come.
"""

from __future__ import annotations

import sys
import time
import wave
from collections.abc import Iterator

from audiosvc.client import Client, Pcm
from audiosvc.errors import AudiosvcError
from audiosvc.events import Interim, SegmentReady, SpeakersMerged

BLOCK_S = 0.1


def blocks(file: wave.Wave_read, speed: float) -> Iterator[bytes]:
    """Samples, when they would come from a microphone."""
    began_s = time.monotonic()
    frames = round(file.getframerate() * BLOCK_S)
    sent = 0
    while data := file.readframes(frames):
        yield data
        sent += 1
        time.sleep(max(0.0, began_s + sent * BLOCK_S / speed - time.monotonic()))


def main(address: str, path: str, speed: str = "1") -> None:
    """Prints final text on standard output, and what may still change on standard error."""
    with Client(address) as client, wave.open(path, "rb") as file:
        pcm = Pcm(file.getframerate(), file.getnchannels(), "s16le")
        for event in client.stream(blocks(file, float(speed)), pcm=pcm):
            if isinstance(event, Interim):
                words = [*event.confirmed, "|", *event.tentative]
                print("  ", *words, file=sys.stderr)
            elif isinstance(event, SegmentReady):
                segment = event.segment
                print(f"{segment.span.start_s:7.1f}  {segment.speaker}: {segment.text}", flush=True)
            elif isinstance(event, SpeakersMerged):
                print(f"   {event.merged} is {event.kept}", file=sys.stderr)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:4])
    except AudiosvcError as error:
        sys.exit(str(error))
