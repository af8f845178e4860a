"""Transcribes a file: python file.py 127.0.0.1:50051 meeting.flac."""

from __future__ import annotations

import sys

from audiosvc.client import Client
from audiosvc.errors import AudiosvcError
from audiosvc.events import Progress


def main(address: str, path: str) -> None:
    """Prints who said what; progress goes to standard error."""
    with Client(address) as client:
        transcript = client.transcribe(path, on_event=show)
    for segment in transcript.segments:
        print(f"{segment.span.start_s:7.1f}  {segment.speaker}: {segment.text}")


def show(event: object) -> None:
    """Called with every event."""
    if isinstance(event, Progress):
        print(f"{event.stage}: {event.done_s:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:3])
    except AudiosvcError as error:
        sys.exit(str(error))
