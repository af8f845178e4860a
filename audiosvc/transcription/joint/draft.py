"""From a joint model's segments to pieces of a window: times, voices, words."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from audiosvc.spans import Span, subtract_spans, total_s
from audiosvc.transcription.joint import told
from audiosvc.transcription.joint.clips import Clip
from audiosvc.transcription.joint.pace import broke_off, is_thin, spoken_s
from audiosvc.transcription.joint.tools import Tools
from audiosvc.transcription.joint.voices import parts_of, to_voices
from audiosvc.transcription.sats import SatsSegment
from audiosvc.types import LocalSegment, Notice, Voice, Window, WindowPiece, Word

REACH_S = 0.6
NameUnknown = Callable[[Sequence[Voice]], str]


@dataclass(frozen=True, slots=True)
class Draft:
    """What was made of some segments, in recording time."""

    segments: list[LocalSegment] = field(default_factory=list)
    voices: list[Voice] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def spans(self) -> list[Span]:
        """Where text is."""
        return [one.span for one in self.segments if one.text]

    def pieces(self) -> Iterator[WindowPiece]:
        """Voices before the segments that they belong to."""
        yield from self.voices
        yield from self.segments
        yield from self.notices

    def inside(self, span: Span) -> Draft:
        """What has its middle there."""
        return Draft(
            [one for one in self.segments if span.holds(one.span.midpoint_s)],
            [one for one in self.voices if span.holds(one.span.midpoint_s)],
            self.notices,
        )


class Scribe:
    """Writes out the segments of one window, and remembers what was wrong with them.

    language: of the window, as far as known.
    """

    def __init__(self, tools: Tools, window: Window) -> None:
        self.language: str | None = None
        self._tools = tools
        self._window = window
        self._lane = tools.pool.lane()
        self._before: deque[tuple[Span, str | None]] = deque(maxlen=8)
        self._kept_back: list[tuple[LocalSegment, list[Voice]]] = []
        self._mended = 0
        self._untimed = False

    def close(self) -> None:
        """The window is over."""
        self._kept_back = []

    def write_out(
        self,
        clip: Clip,
        segments: Sequence[SatsSegment],
        name_unknown: NameUnknown,
        prefix: str = "",
    ) -> Draft:
        """Segments with their voices and words. prefix: of the speakers' names.

        A segment with too little text for its length, because it broke off or passed over much, is
        kept back: as long as it stands for nothing, its speech counts as missing. See ``doubtful``.
        """
        draft = Draft()
        for one in segments:
            assert one.start_s is not None and one.end_s is not None
            span = clip.to_recording(Span(one.start_s, one.end_s))
            self._mended += one.repaired
            if not one.text:
                draft.notices.extend(told.heard(event, span) for event in one.events)
                continue
            speech_s = sum(near.overlap_s(span) for near in self._window.speech)
            cut_off = "unterminated" in one.faults and broke_off(one.text, speech_s)
            if cut_off:
                span = Span(span.start_s, min(span.end_s, span.start_s + spoken_s(one.text)))
            segment, voices = self._segment(one, span, name_unknown, prefix)
            if cut_off or is_thin(one.text, speech_s):
                self._kept_back.append((segment, voices))
                continue
            draft.segments.append(segment)
            draft.voices.extend(voices)
        return replace(draft, segments=self._timed(draft.segments))

    def doubtful(self, written: Sequence[Span]) -> Iterator[WindowPiece]:
        """What was kept back and is not written by now: better too little text than none."""
        for segment, voices in self._kept_back:
            bare_s = total_s(subtract_spans([segment.span], written))
            if bare_s > segment.span.duration_s / 2:
                yield from voices
                yield from self._timed([segment])
                yield told.thin(segment.span)

    def notices(self) -> Iterator[Notice]:
        """What had to be mended."""
        if self._mended:
            yield told.mended(self._mended, self._window.core)
        if self._untimed:
            yield told.no_word_times(self.language)

    def unspoken_s(self, written: Sequence[Span]) -> float:
        """Seconds of the written spans in which nobody was heard to speak."""
        near = [Span(one.start_s - REACH_S, one.end_s + REACH_S) for one in self._window.speech]
        return total_s(subtract_spans(written, near))

    def _segment(
        self, one: SatsSegment, span: Span, name_unknown: NameUnknown, prefix: str
    ) -> tuple[LocalSegment, list[Voice]]:
        speaker = one.speaker and f"{prefix}{one.speaker}"
        others = [other for other, name in self._before if name != speaker]
        parts = parts_of(span, others)
        self._before.append((span, speaker))
        voices: list[Voice] = []
        if parts:
            heard = [part.heard for part in parts]
            call = self._lane.submit(self._tools.embedder, self._window.audio, heard)
            voices = to_voices(speaker or "", parts, call.result())
        if speaker is None and voices:
            speaker = name_unknown(voices)
            voices = [replace(voice, speaker=speaker) for voice in voices]
        segment = LocalSegment(span, speaker, one.text, language=self.language, events=one.events)
        return segment, voices

    def _timed(self, segments: Sequence[LocalSegment]) -> list[LocalSegment]:
        """The segments with the times of their words, where these can be found."""
        if self._tools.aligner is None or not segments:
            return list(segments)
        aligner = self._tools.aligner(self.language)
        if aligner is None:
            self._untimed = True
            return list(segments)
        lines = [(one.span, one.text) for one in segments]
        found = self._lane.submit(aligner, self._window.audio, lines).result()
        return [_with_words(segment, words) for segment, words in zip(segments, found, strict=True)]


def _with_words(segment: LocalSegment, words: Sequence[Word]) -> LocalSegment:
    """The segment with its words; the sound tells better than the model when they were said."""
    if not words:
        return segment
    sure = [word.probability for word in words if word.probability is not None]
    return replace(
        segment,
        span=Span(words[0].span.start_s, max(word.span.end_s for word in words)),
        words=tuple(words),
        confidence=sum(sure) / len(sure) if sure else None,
    )
