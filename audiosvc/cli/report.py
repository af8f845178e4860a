"""What is said about a transcript while it comes into being, and when it is done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from audiosvc.cli.output import say, write
from audiosvc.cli.progress import clock
from audiosvc.errors import OptionError
from audiosvc.events import LiveEvent, SegmentReady, SegmentRevised, SpeakersMerged
from audiosvc.types import Segment, Transcript

PLACES = 5
LEAST_RATED_S = 1.0
FINAL = "without --follow, or with -o, the final transcript is written"


class Follower:
    """Prints segments as they come, and in the end what has changed since."""

    def __init__(self, heading: str | None = None) -> None:
        """heading: stands above the first segment."""
        self._heading = heading
        self._printed: dict[int, Segment] = {}
        self._changed: set[int] = set()

    def show(self, event: LiveEvent) -> None:
        """A segment goes to standard output; two labels that were one are told beside it."""
        if isinstance(event, SegmentReady):
            segment = event.segment
            if self._heading and not self._printed:
                write(f"== {self._heading}")
            self._printed[segment.id] = segment
            speaker = f" {segment.speaker}:" if segment.speaker else ""
            write(f"[{clock(segment.span.start_s)}]{speaker} {segment.text}")
        elif isinstance(event, SpeakersMerged):
            say(f"{event.merged} above is {event.kept}")
        elif isinstance(event, SegmentRevised):
            before = self._printed.get(event.segment.id)
            same = before and _shown(before) == _shown(event.segment)
            self._changed |= set() if same else {event.segment.id}

    def finish(self, instead: str = FINAL) -> None:
        """Says how much of what was printed has changed. instead: how to get what is final."""
        if self._changed:
            count = len(self._changed)
            what = "1 line above has" if count == 1 else f"{count} lines above have"
            say(
                f"now that the whole recording is heard, {what} another speaker, beginning or "
                f"text; {instead}"
            )


def _shown(segment: Segment) -> Segment:
    """As much of a segment as was printed."""
    return replace(segment, words=(), confidence=None, overlapped=False, language=None)


def tell_model(name: str, reason: str | None) -> None:
    """Which model was chosen, and why; nothing when it was named."""
    if reason is not None:
        say(f"Model: {name} ({reason})")


def name_speakers(transcript: Transcript, names: dict[str, str]) -> Transcript:
    """With the given names. What cannot be named is said; the work is not thrown away."""
    from audiosvc.export.names import rename_speakers  # noqa: PLC0415 - after --help

    labels = {speaker.label for speaker in transcript.speakers}
    for label in names.keys() - labels:
        say(f"there is no speaker {label} to be called {names[label]}")
    known = {label: name for label, name in names.items() if label in labels}
    try:
        return rename_speakers(transcript, known)
    except OptionError as error:
        say(f"the labels stay as they are. {error}")
        return transcript


def summarise(transcript: Transcript, name: str, elapsed_s: float) -> None:
    """What was found, and everything that a reader should know before trusting it."""
    count = len(transcript.speakers)
    rate = ""
    if transcript.duration_s >= LEAST_RATED_S:
        rate = f" ({transcript.duration_s / max(elapsed_s, 1e-3):.1f} times real time)"
    say(
        f"{Path(name).name}: {clock(transcript.duration_s)} in {elapsed_s:.1f} s{rate}, "
        f"{count} speaker{'' if count == 1 else 's'}, "
        f"language {transcript.language or 'unknown'}"
    )
    for notice in transcript.notices:
        say(notice.message)
    missed = transcript.coverage.missed
    if missed:
        total_s = sum(span.duration_s for span in missed)
        places = ", ".join(f"{clock(s.start_s)}-{clock(s.end_s)}" for s in missed[:PLACES])
        more = f" and {len(missed) - PLACES} more places" if len(missed) > PLACES else ""
        say(f"{total_s:.1f} s of detected speech have no text: {places}{more}")
