"""The values that pass between the parts: frozen, with units in their names.

Times are seconds from the beginning of the recording, as floats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from audiosvc.spans import Span

Float32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """A piece of one recording.

    samples: float32 ``(n,)``, mono, in [-1, 1]. start_s: where the piece begins in the recording.
    """

    samples: Float32
    sample_rate_hz: int
    start_s: float = 0.0

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate_hz

    @property
    def span(self) -> Span:
        """Where the piece lies in the recording."""
        return Span(self.start_s, self.start_s + self.duration_s)

    def cut(self, span: Span) -> Audio:
        """The part of this piece inside ``span`` (recording time); empty when they do not meet."""
        first = max(0, round((span.start_s - self.start_s) * self.sample_rate_hz))
        last = max(first, round((span.end_s - self.start_s) * self.sample_rate_hz))
        samples = self.samples[first:last]
        return Audio(samples, self.sample_rate_hz, self.start_s + first / self.sample_rate_hz)


@dataclass(frozen=True, slots=True)
class Window:
    """What a model hears at once. The audio reaches past the core on both sides.

    The cores of a recording's windows tile it: they touch, and never overlap. ``speech`` is the
    detected speech inside the audio, in recording time.
    """

    audio: Audio
    core: Span
    speech: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One written word with the time at which it was heard. probability: 0 to 1, or None."""

    text: str
    span: Span
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a recognizer wrote for one stretch, and how sure it was.

    words: in order; their times are recording times. average_log_probability: natural logarithm,
    per token. no_speech_probability: the model's own guess that nobody speaks.
    """

    words: tuple[Word, ...]
    average_log_probability: float = 0.0
    no_speech_probability: float = 0.0


@dataclass(frozen=True, slots=True)
class DraftWord(Word):
    """A word of a draft. tokens: the recognizer's own units, by which it goes on from there."""

    tokens: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a recognizer makes of speech that may still go on.

    words: those behind the confirmed ones, in order, in recording time. languages: how probable
    each is, when none was given. The two numbers are as in ``Hypothesis``.
    """

    words: tuple[DraftWord, ...]
    language: str
    languages: Mapping[str, float] = field(default_factory=dict)
    average_log_probability: float = 0.0
    no_speech_probability: float = 0.0


@dataclass(frozen=True, slots=True)
class LocalSegment:
    """A stretch of one voice in one window.

    speaker is a name that holds in this window only, or None. text may be empty: somebody was
    heard to speak and no words were made out (a second voice beneath the first). words is empty
    where a text has no times of its own. events: what was heard beside the words, such as laughter.
    """

    span: Span
    speaker: str | None
    text: str
    words: tuple[Word, ...] = ()
    language: str | None = None
    confidence: float | None = None
    overlapped: bool = False
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """How one local speaker of a window sounded for a few seconds.

    vector: float32 ``(dim,)`` of unit length. speech_s: seconds of speech it was computed on.
    span: where it was heard.
    """

    speaker: str
    vector: Float32
    speech_s: float
    span: Span


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a reader of the result has to know: what was repaired, retried or lost.

    code: a stable word for programs. message: a sentence for people.
    """

    code: str
    message: str
    span: Span | None = None


WindowPiece = LocalSegment | Voice | Notice
"""What a window transcriber yields."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What the caller knows of the recording.

    language: a BCP-47 primary tag, or None to detect it. hotwords: words to expect. prompt: free
    text for models that take one. events: also tell what is heard beside words, such as laughter,
    where the model can.
    """

    language: str | None = None
    hotwords: tuple[str, ...] = ()
    prompt: str | None = None
    events: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One clip for a joint model to write down.

    audio: 16 kHz mono; the model's times count from its beginning, whatever ``start_s`` says.
    max_tokens: write no more than that. careful: decode so that loops cannot arise, for a second
    try.
    """

    audio: Audio
    hints: Hints
    max_tokens: int
    careful: bool = False


@dataclass(frozen=True, slots=True)
class SpeakerCount:
    """What is known of the number of speakers: exact, or between two bounds; None is unknown."""

    exact: int | None = None
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text by one speaker, final.

    id: 0, 1, 2 … in order of time. speaker: a label that is stable over the recording, or None.
    language: a BCP-47 tag. confidence: 0 to 1, the mean word probability. overlapped: somebody
    else spoke during half of it or more. words is empty where only the whole has a time. events:
    what was heard beside the words, such as laughter.
    """

    id: int
    span: Span
    speaker: str | None
    text: str
    words: tuple[Word, ...] = ()
    language: str | None = None
    confidence: float | None = None
    overlapped: bool = False
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody spoke from when to when, as heard, whether or not words were made out."""

    span: Span
    speaker: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice of the recording. speech_s: how long it was heard. first_s: when it was heard first.

    label: S1, S2 … in order of first speech, or the name that the caller gave.
    """

    label: str
    speech_s: float
    first_s: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Detected speech against written text.

    speech_s: detected speech. covered_s: as much of it as lies inside segments. missed: detected
    speech without text. stopped_early: windows whose model ended before its audio did, and that
    no retry mended.
    """

    speech_s: float = 0.0
    covered_s: float = 0.0
    missed: tuple[Span, ...] = ()
    stopped_early: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """Who said what, when.

    segments are in order of time. turns are the speaker activity behind them, and may hold speech
    of which no words were made out. language: the main language's BCP-47 tag, None without
    speech. model: the id of the model that wrote it. version: of audiosvc.
    """

    segments: tuple[Segment, ...]
    speakers: tuple[Speaker, ...]
    language: str | None
    duration_s: float
    coverage: Coverage
    model: str
    turns: tuple[Turn, ...] = ()
    notices: tuple[Notice, ...] = ()
    version: str = ""

    @property
    def text(self) -> str:
        """All words, one segment a line."""
        return "\n".join(segment.text for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a window transcriber can take.

    window_s: the longest core it wants. first_window_s: the same for the first window, so that its
    words come soon. margin_s: how far a window's audio reaches past its core. windows_at_once: how
    many windows to begin before the first of them is asked for its pieces. longest_s: what it can
    take at all, margins included, however much is wanted; None is no limit. streams: pieces come
    while the window is still being written. languages: BCP-47 tags; empty means not restricted.
    """

    window_s: float
    margin_s: float
    first_window_s: float | None = None
    windows_at_once: int = 1
    longest_s: float | None = None
    streams: bool = False
    sample_rate_hz: int = 16_000
    knows_speakers: bool = True
    languages: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, eq=False)
class ChunkActivity:
    """Who speaks when in one short chunk.

    active: bool ``(frames, local speakers)``; several may be active in one frame. frame_s: step
    between frames. start_s: the first frame's beginning in the recording.
    """

    active: npt.NDArray[np.bool_]
    frame_s: float
    start_s: float
