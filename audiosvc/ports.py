"""The seams: what the core asks of the outside, one protocol each.

A backend fulfils a protocol without importing it; tests/fakes has a hand-written one for each.
Models are shared and keep no state between calls; what has state is a new object with ``feed``
and ``flush``, and ``flush`` gives up the tail.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from audiosvc.spans import Span
from audiosvc.types import (
    Audio,
    ChunkActivity,
    Draft,
    DraftWord,
    Hints,
    Hypothesis,
    Limits,
    Window,
    WindowPiece,
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
