"""From windows to events: one object for each recording."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence

from audiosvc.events import Event, Progress
from audiosvc.ports import WindowTranscriber
from audiosvc.spans import Span
from audiosvc.transcription.linking import Linker
from audiosvc.types import Hints, SpeakerCount, Transcript, Window, WindowPiece


class Session:
    """Transcribes the windows of one recording.

    Segments are given out as each window is done, or while it is written if the model streams, with
    the speaker as known by then. ``finish`` decides about all voices together, and says what has
    changed.
    """

    def __init__(
        self, transcriber: WindowTranscriber, hints: Hints, count: SpeakerCount | None = None
    ) -> None:
        self._transcriber = transcriber
        self._hints = hints
        self._linker = Linker(count)

    def run(self, windows: Iterable[Window], whole: Span) -> Generator[Event, None, None]:
        """Segments and progress, window by window. whole: what the windows' cores tile.

        As many windows are begun ahead as the model can work on at once; one without speech costs
        nothing.
        """
        at_once = self._transcriber.limits.windows_at_once
        begun: deque[tuple[Window, Iterator[WindowPiece]]] = deque()
        try:
            for window in windows:
                begun.append((window, self._begin(window)))
                if len(begun) >= at_once:
                    yield from self._finish_window(*begun.popleft(), whole)
            while begun:
                yield from self._finish_window(*begun.popleft(), whole)
        finally:
            for _, pieces in begun:
                getattr(pieces, "close", lambda: None)()

    def feed(self, window: Window, *, last: bool = False) -> Iterator[Event]:
        """The segments of the next window. last: nothing comes after it."""
        return self._take(window, self._begin(window), last)

    def _begin(self, window: Window) -> Iterator[WindowPiece]:
        return transcribe_window(self._transcriber, window, self._hints)

    def _take(self, window: Window, pieces: Iterator[WindowPiece], last: bool) -> Iterator[Event]:
        eager = self._transcriber.limits.streams
        return self._linker.take(window.core, pieces, last=last, eager=eager)

    def _finish_window(
        self, window: Window, pieces: Iterator[WindowPiece], whole: Span
    ) -> Iterator[Event]:
        last = window.core.end_s >= whole.end_s
        yield from self._take(window, pieces, last)
        yield Progress(window.core.end_s - whole.start_s, whole.duration_s)

    def finish(
        self, speech: Sequence[Span], duration_s: float, *, model: str, language: str | None
    ) -> tuple[list[Event], Transcript]:
        """What changes now that all voices are known, and the transcript, as ``Linker`` says."""
        return self._linker.finish(speech, duration_s, model=model, language=language)


def transcribe_window(
    transcriber: WindowTranscriber, window: Window, hints: Hints
) -> Iterator[WindowPiece]:
    """What the model makes of a window; one without speech costs nothing."""
    return transcriber(window, hints) if window.speech else iter(())
