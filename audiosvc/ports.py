"""The seams: what the core asks of the outside, one protocol each.

A backend fulfils a protocol without importing it; tests/fakes has a hand-written one for each.
Models are shared and keep no state between calls; what has state is a new object with ``feed``
and ``flush``, and ``flush`` gives up the tail.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from audiosvc.estimates import Evidence, Hearing
from audiosvc.spans import Span
from audiosvc.types import (
    Audio,
    ChunkActivity,
    Draft,
    DraftWord,
    Hints,
    Hypothesis,
    Limits,
    Request,
    Window,
    WindowPiece,
    Word,
)


@runtime_checkable
class AudioSource(Protocol):
    """A recording that can be read from its beginning as often as it is asked to."""

    name: str

    def blocks(self) -> Iterator[Audio]:
        """The recording as consecutive pieces of a few seconds, 16 kHz mono.

        Raises AudioError when nothing can be read; a file that breaks off later ends early.
        """
        ...


class SpeechDetection(Protocol):
    """One pass of speech detection over one recording.

    speaking_since_s: where the speech in progress begins; None while nobody speaks.
    heard_until_s: the end of the last bit of speech that was heard.
    """

    @property
    def speaking_since_s(self) -> float | None:
        """Recording time, in seconds."""
        ...

    @property
    def heard_until_s(self) -> float:
        """Recording time, in seconds."""
        ...

    def feed(self, audio: Audio) -> list[Span]:
        """Speech that has ended by now. audio: the next consecutive piece."""
        ...

    def flush(self) -> list[Span]:
        """The rest; the pass is over."""
        ...


class SpeechDetector(Protocol):
    """Tells speech from everything else."""

    def start(self, *, live: bool = False) -> SpeechDetection:
        """A new pass. live: as little behind as possible."""
        ...


class Recognizer(Protocol):
    """Writes down what is said, without knowing who says it."""

    languages: frozenset[str]
    stretch_s: float

    def detect_language(self, stretches: Sequence[Audio]) -> list[dict[str, float]]:
        """Probability of each language, for each stretch; the values of one sum to 1."""
        ...

    def transcribe(
        self, stretches: Sequence[Audio], language: str, hints: Hints, *, careful: bool = False
    ) -> list[Hypothesis]:
        """One hypothesis a stretch, in order; a stretch is at most ``stretch_s`` long.

        careful: decode so that loops cannot arise, for a second try.
        """
        ...


@runtime_checkable
class DraftingRecognizer(Recognizer, Protocol):
    """What a recognizer may be as well: one that listens to speech that still goes on."""

    def draft(
        self,
        audio: Audio,
        language: str | None,
        hints: Hints,
        confirmed: Sequence[DraftWord] = (),
        *,
        final: bool = False,
    ) -> Draft:
        """What is said in ``audio``, going on from words that are confirmed: they are taken as
        said. Without a language, the likeliest one. final: nothing more comes; take care, and tell
        how likely each language is.
        """
        ...


class SpeakerActivity(Protocol):
    """Tells who speaks when, overlap allowed, within a few seconds."""

    chunk_s: float

    def __call__(self, chunks: Sequence[Audio]) -> list[ChunkActivity]:
        """Activity of the local speakers of each chunk; chunks are at most ``chunk_s`` long."""
        ...


class VoiceEmbedder(Protocol):
    """Turns a voice into a vector; the nearer two vectors, the likelier one person."""

    def __call__(self, audio: Audio, spans: Sequence[Sequence[Span]]) -> npt.NDArray[np.float32]:
        """Unit vectors ``(n, dim)``, one for each entry of ``spans``: the parts of ``audio`` (in
        recording time) in which that speaker is heard alone.
        """
        ...


Ending = Literal["stop", "length"]
"""Why a joint model ended: it had no more to say, or might say no more."""

Markup = Literal["sats", "json"]
"""What a joint model writes: ``[0.5][S01]Hello.[1.9]``, or a list of objects with ``Start``,
``End``, ``Speaker`` and ``Content``."""


class Writing(Protocol):
    """A joint model at work on one clip: gives its text in pieces, as it is written.

    Asking for the next piece waits for it. ending: why it ended; None until the last piece was
    given. What goes wrong is raised where the next piece is asked for: ModelError, or whatever the
    model's library raises.
    """

    @property
    def ending(self) -> Ending | None:
        """None while it goes on, and when it was closed."""
        ...

    def __iter__(self) -> Iterator[str]:
        """Itself."""
        ...

    def __next__(self) -> str:
        """The next characters, as many as are there."""
        ...

    def close(self) -> None:
        """Nobody wants the rest: it stops as soon as it can, and frees what it holds."""
        ...


class JointModel(Protocol):
    """Writes who said what, when, as one text with marks: a unified model, wherever it runs."""

    limits: Limits
    markup: Markup

    def write(self, request: Request) -> Writing:
        """Lines a clip up, and returns at once; clips lined up together are worked on together.

        Speakers in the text hold for this clip alone.
        """
        ...


class WordAligner(Protocol):
    """Finds when each word of a known text was said. languages: BCP-47 tags; empty means any."""

    languages: frozenset[str]

    def __call__(self, audio: Audio, lines: Sequence[tuple[Span, str]]) -> list[tuple[Word, ...]]:
        """The words of each line, in recording time, each with the space before it as written.

        lines: where each was said, and its text. Words that cannot be aligned (digits, say) lie
        between their neighbours; a line of which nothing can be aligned has no words.
        """
        ...


class WindowTranscriber(Protocol):
    """The one seam at which a unified model and a cascade meet."""

    limits: Limits

    def __call__(self, window: Window, hints: Hints) -> Iterator[WindowPiece]:
        """What was said in the window, by whom (names of this window alone), and the voices.

        The work may begin before the first piece is asked for. An iterator that has a ``close``
        is closed when nobody wants its pieces any more.
        """
        ...


@runtime_checkable
class LanguageDetector(Protocol):
    """What a window transcriber may be as well: one that tells the language beforehand."""

    def detect_language(self, stretches: Sequence[Audio]) -> list[dict[str, float]]:
        """Probability of each language, for each stretch."""
        ...


class Diarizer(Protocol):
    """Tells who speaks when in minutes of a recording, overlap allowed."""

    def __call__(self, audio: Audio) -> list[tuple[Span, str]]:
        """Who speaks when, in recording time, in any order. The names hold for this piece alone."""
        ...


class EvidenceExtractor(Protocol):
    """Takes evidence of one kind out of what was heard. name: of the source.

    It knows the map it was made with; a stateless object that any thread may call.
    """

    name: str

    def __call__(self, hearing: Hearing) -> list[Evidence]:
        """What it found; nothing where nothing is to be heard."""
        ...


class AudioLanguageModel(Protocol):
    """Listens to a clip and answers a question about it in text, wherever it runs.

    name: as people know it. longest_s: of a clip.
    """

    name: str
    longest_s: float

    def ask(self, audio: Audio, question: str, schema: Mapping[str, object]) -> str:
        """The reply, whatever is in it. schema: JSON Schema of the reply that is wanted, for those
        that can be held to one.

        Raises ModelFailed, or ModelMissing where asking again would not help.
        """
        ...


class AnimalModel(Protocol):
    """Names animals by their sounds, and knows where they live.

    labels: the scientific and the common name of each; sounds that no animal makes have labels too.
    window_s: the length of what is heard at once.
    """

    labels: tuple[tuple[str, str], ...]
    window_s: float

    @property
    def ranges_digest(self) -> str:
        """Changes when what ``occurrence`` says may have changed."""
        ...

    def detections(self, audio: Audio) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float32]]:
        """Where each window begins, ``(windows,)`` in recording time, and how surely each label is
        heard in it, ``(windows, labels)``, as logits. audio: 48 kHz.
        """
        ...

    def occurrence(self, places: npt.NDArray[np.float32]) -> Iterator[npt.NDArray[np.float32]]:
        """How likely each label is met, 0 to 1, some rows ``(places, labels)`` at a time.

        places: ``(n, 3)``, latitude, longitude and week, of which a year has 48.
        """
        ...
