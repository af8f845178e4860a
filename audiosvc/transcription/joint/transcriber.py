"""A joint model as a ``WindowTranscriber``: windows side by side, each followed as it comes."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence

from audiosvc.ports import JointModel, LanguageDetector, VoiceEmbedder
from audiosvc.transcription.joint.tools import Aligner, Spare, Tools
from audiosvc.transcription.joint.window import WindowWork
from audiosvc.transcription.live.parts import HasLiveParts, LiveParts
from audiosvc.transcription.pool import FairPool
from audiosvc.types import Audio, Hints, Window, WindowPiece


class Joint:
    """Hears windows with a model that writes text, speakers and times together.

    The voices of its segments are embedded, so that its speakers can be told over the windows. What
    the model loses is tried again in smaller pieces, and what then still fails is written down by
    the spare.
    """

    def __init__(
        self,
        model: JointModel,
        embedder: VoiceEmbedder,
        *,
        threads: int = 1,
        spare: Spare | None = None,
        aligner: Aligner | None = None,
    ) -> None:
        """threads: how many calls to the embedder may run at once. spare: gives what transcribes
        where the model fails, or None where there is no such thing. aligner: gives, for a language,
        what finds the times of words, or None; without one, nobody asked for word times.
        """
        self._tools = Tools(model, embedder, FairPool(threads), spare, aligner)
        self.limits = model.limits

    def __call__(self, window: Window, hints: Hints) -> Iterator[WindowPiece]:
        """Segments in the order in which they are written, each behind its voices; then notices.

        The work begins at once, and goes on whether or not anybody asks for its pieces.
        """
        return _Pieces(WindowWork(self._tools, window, hints))

    def detect_language(self, stretches: Sequence[Audio]) -> list[dict[str, float]]:
        """Probability of each language, by the spare; the model itself does not tell."""
        spare: object = self._tools.find_spare()
        if isinstance(spare, LanguageDetector):
            return spare.detect_language(stretches)
        return [{} for _ in stretches]

    @property
    def live_parts(self) -> LiveParts | None:
        """Live audio is for the spare: the model hears whole windows alone."""
        spare: object = self._tools.find_spare()
        return spare.live_parts if isinstance(spare, HasLiveParts) else None


class _Pieces(Iterator[WindowPiece]):
    """A window's pieces, made in a thread of its own."""

    def __init__(self, work: WindowWork) -> None:
        self._work = work
        self._found: queue.SimpleQueue[Callable[[], WindowPiece]] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="joint-window", daemon=True).start()

    def _run(self) -> None:
        try:
            for piece in self._work.pieces():
                self._found.put(lambda piece=piece: piece)  # type: ignore[misc]
        except BaseException as error:  # noqa: BLE001 - whoever asks for the next piece gets it
            self._found.put(_raising(error))
        else:
            self._found.put(_raising(StopIteration()))

    def __next__(self) -> WindowPiece:
        give = self._found.get()
        try:
            return give()
        except BaseException:
            self._found.put(give)  # asked again, it says so again
            raise

    def close(self) -> None:
        """Give the window up; the model stops writing. From any thread."""
        self._work.close()


def _raising(error: BaseException) -> Callable[[], WindowPiece]:
    def give() -> WindowPiece:
        raise error

    return give
