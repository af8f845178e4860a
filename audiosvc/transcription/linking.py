"""From what windows gave to segments with speakers: one object for each recording."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from audiosvc.events import Event, SegmentReady, SegmentRevised, SpeakersMerged
from audiosvc.spans import Span
from audiosvc.transcription import coverage, stitch
from audiosvc.transcription.coverage import STOPPED_EARLY
from audiosvc.transcription.speakers import SpeakerMemory, recluster, spread
from audiosvc.transcription.stitch import Labelled
from audiosvc.types import (
    LocalSegment,
    Notice,
    Segment,
    SpeakerCount,
    Transcript,
    Voice,
    WindowPiece,
)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """What of a window its core owns: segments, and voices, each of which counts once."""

    segments: list[LocalSegment]
    voices: list[Voice]


class _Window:
    """A window that is being taken. identities: of its local speakers, so far."""

    def __init__(self, core: Span, last: bool) -> None:
        self.core = core
        self.local: list[LocalSegment] = []
        self.heard: list[Voice] = []
        self.identities: dict[str, int] = {}
        self._last = last
        self._segments: list[LocalSegment] = []
        self._counted: set[int] = set()

    def own(self) -> list[LocalSegment]:
        """What the core owns of the segments that came since it was asked last."""
        fresh = stitch.own(self.local, self.core, self._last)
        self.local = []
        self._segments += fresh
        return fresh

    def part(self) -> _Part:
        """Everything so far."""
        return _Part(self._segments, _own_voices(self.heard, self._segments, self.core))

    def uncounted(self, voices: Sequence[Voice]) -> list[Voice]:
        """Those of the voices that no identity was given yet."""
        fresh = [voice for voice in voices if id(voice) not in self._counted]
        self._counted |= {id(voice) for voice in fresh}
        return fresh


class Linker:
    """Takes the pieces of one window after the other, whoever made them.

    Segments are given out as each window is taken, with the speaker as known by then. ``finish``
    decides about all voices together, and says what has changed. The same pieces in the same order
    give the same transcript.
    """

    def __init__(self, count: SpeakerCount | None = None) -> None:
        self._count = count or SpeakerCount()
        self._memory = SpeakerMemory(self._count.exact or self._count.at_most)
        self._parts: list[_Part] = []
        self._notices: list[Notice] = []
        self._given: list[Segment] = []
        self._names: dict[int, str] = {}

    def take(
        self,
        core: Span,
        pieces: Iterable[WindowPiece],
        *,
        last: bool = False,
        eager: bool = False,
    ) -> Iterator[Event]:
        """The segments of the next window. last: nothing comes after it. eager: give each segment
        out as it comes, by the voices known until then; otherwise all of them by all voices.
        """
        window = _Window(core, last)
        for piece in pieces:
            if isinstance(piece, Voice):
                window.heard.append(piece)
            elif isinstance(piece, Notice):
                self._note(piece)
            else:
                window.local.append(piece)
                if eager and piece.text:
                    yield from self._give_out(window)
        yield from self._give_out(window)
        self._parts.append(window.part())

    def _note(self, notice: Notice) -> None:
        """What is told of every window alike is told once."""
        if notice.span is not None or notice not in self._notices:
            self._notices.append(notice)

    def _give_out(self, window: _Window) -> Iterator[Event]:
        """The segments that came last, with the speakers as known by now."""
        fresh = window.own()
        voices = window.part().voices
        window.identities = self._memory.assign(window.uncounted(voices), window.identities)
        labels = [window.identities[voice.speaker] for voice in voices]
        labelled = _label(_Part(fresh, voices), labels)
        for speaker in stitch.name_speakers(labelled):
            self._names.setdefault(speaker, f"S{len(self._names) + 1}")
        turns = stitch.build_turns(labelled, self._names)
        for segment in stitch.build_segments(labelled, self._names, turns, len(self._given)):
            self._given.append(segment)
            yield SegmentReady(segment)

    def finish(
        self, speech: Sequence[Span], duration_s: float, *, model: str, language: str | None
    ) -> tuple[list[Event], Transcript]:
        """What changes now that all voices are known, and the transcript.

        Revisions refer to the transcript: where windows met, a segment may have been joined to
        its neighbour or cut anew, and the numbers are those of the final segments.
        """
        voices = [voice for part in self._parts for voice in part.voices]
        labels = iter(recluster(voices, self._count))
        labelled = [
            one for part in self._parts for one in _label(part, [next(labels) for _ in part.voices])
        ]
        names = stitch.name_speakers(labelled)
        turns = stitch.build_turns(labelled, names)
        segments = stitch.build_segments(labelled, names, turns)
        transcript = Transcript(
            segments=segments,
            speakers=stitch.list_speakers(turns),
            language=language,
            duration_s=duration_s,
            coverage=coverage.measure(
                speech, [segment.span for segment in segments], _stopped_early(self._notices)
            ),
            model=model,
            turns=turns,
            notices=tuple(self._notices),
        )
        return self._changes(segments), transcript

    def _changes(self, segments: Sequence[Segment]) -> list[Event]:
        """Labels that became one, then every segment that differs from what was given out.

        A segment that was joined to another is given out once more, with no text left in it.
        """
        before: dict[str, list[str]] = {}
        for old, new in _moved(self._given, segments).items():
            before.setdefault(new, []).append(old)
        kept = {old: olds[0] for olds in before.values() for old in olds[1:]}
        merged: list[Event] = [SpeakersMerged(kept=new, merged=old) for old, new in kept.items()]
        revised: list[Event] = [
            SegmentRevised(segment)
            for segment in segments
            if segment.id >= len(self._given)
            or self._given[segment.id] != segment
            or segment.speaker in kept  # it would be renamed with the others of that label
        ]
        gone: list[Event] = [
            SegmentRevised(replace(segment, text="", words=()))
            for segment in self._given[len(segments) :]
        ]
        return [*merged, *revised, *gone]


def _own_voices(
    voices: Sequence[Voice], segments: Sequence[LocalSegment], core: Span
) -> list[Voice]:
    """The voices whose midpoint the core holds, so that each counts once.

    Whoever speaks in the core and has none of those, because an utterance reaches in from the
    next window, is told by the others.
    """
    owned = {voice.speaker for voice in voices if core.holds(voice.span.midpoint_s)}
    rest = {segment.speaker for segment in segments} - owned
    return [voice for voice in voices if core.holds(voice.span.midpoint_s) or voice.speaker in rest]


def _stopped_early(notices: Iterable[Notice]) -> list[Span]:
    """Where a model ended before its audio did, and nothing mended it."""
    spans = (notice.span for notice in notices if notice.code == STOPPED_EARLY)
    return [span for span in spans if span is not None]


def _label(part: _Part, labels: Sequence[int]) -> list[Labelled]:
    speakers = spread(part.segments, part.voices, labels)
    return [
        Labelled(segment, speaker) for segment, speaker in zip(part.segments, speakers, strict=True)
    ]


def _moved(before: Sequence[Segment], after: Sequence[Segment]) -> dict[str, str]:
    """What most of each label's time is called now."""
    starts_s = [segment.span.start_s for segment in after]
    shared: dict[str, dict[str, float]] = {}
    for old in before:
        first = bisect_left(starts_s, old.span.start_s - stitch.LONGEST_S)
        last = bisect_left(starts_s, old.span.end_s)
        for new in after[first:last]:
            if old.speaker and new.speaker:
                times = shared.setdefault(old.speaker, {})
                times[new.speaker] = times.get(new.speaker, 0.0) + old.span.overlap_s(new.span)
    return {old: max(times, key=lambda label: times[label]) for old, times in shared.items()}
