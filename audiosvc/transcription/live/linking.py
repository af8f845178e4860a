"""From confirmed words to segments with speakers, and what is known at the end.

Nothing here grows with the length of the stream but the list of what was missed, which has a limit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from audiosvc.events import Event, SegmentReady, SegmentRevised, SpeakersMerged
from audiosvc.spans import Span
from audiosvc.transcription import coverage, stitch
from audiosvc.transcription.activity import hear
from audiosvc.transcription.joining import join_words
from audiosvc.transcription.live.memory import LiveMemory, Verdict
from audiosvc.transcription.live.parts import LiveParts
from audiosvc.transcription.speakers import spread
from audiosvc.transcription.stitch import Labelled
from audiosvc.types import (
    Audio,
    Coverage,
    LocalSegment,
    Segment,
    Speaker,
    SpeakerCount,
    Turn,
    Voice,
    Word,
)

MOST_MISSED = 1_000
# Segments before the last of these keep their speakers.
MOST_RECENT = 200


@dataclass(slots=True)
class _Account:
    """What is known of a speaker."""

    label: str
    first_s: float
    speech_s: float = 0.0


class Linker:
    """Gives words to voices, and voices to speakers."""

    def __init__(self, parts: LiveParts, count: SpeakerCount | None = None) -> None:
        self._parts = parts
        self._memory = LiveMemory(count)
        self._accounts: dict[int, _Account] = {}
        self._labels = 0
        self._segments = 0
        self._recent: deque[tuple[Segment, int | None]] = deque(maxlen=MOST_RECENT)
        self._coverage = Coverage()

    def link(
        self, audio: Audio, core: Span, speech: Sequence[Span], words: Sequence[Word], language: str
    ) -> Iterator[Event]:
        """The segments of the next words. audio: reaches past the core, which follows the last."""
        near = [span for span in speech if span.overlap_s(audio.span) > 0.0]
        heard = hear(audio, near, self._parts.activity, self._parts.embedder, core)
        pieces = list(join_words(audio, heard, words, language, self._parts.embedder, live=True))
        segments = stitch.own([one for one in pieces if isinstance(one, LocalSegment)], core)
        wanted = {segment.speaker for segment in segments}
        voices = [one for one in pieces if isinstance(one, Voice) and one.speaker in wanted]
        verdict = self._memory.add(voices)
        yield from self._revise(verdict)
        numbers = spread(segments, voices, verdict.speakers)
        labelled = [
            Labelled(segment, number) for segment, number in zip(segments, numbers, strict=True)
        ]
        self._name(labelled)
        labels = {number: account.label for number, account in self._accounts.items()}
        turns = stitch.build_turns(labelled, labels)
        self._count_turns(turns)
        built = stitch.build_segments(labelled, labels, turns, self._segments)
        self._segments += len(built)
        for segment in built:
            self._recent.append((segment, _voice_of(segment, voices, verdict, labels)))
            yield SegmentReady(segment)

    def account_for(self, speech: Sequence[Span], written: Sequence[Span]) -> None:
        """Speech that is over, and the spans of the words given out in it."""
        found, total = coverage.measure(speech, written), self._coverage
        self._coverage = replace(
            total,
            speech_s=total.speech_s + found.speech_s,
            covered_s=total.covered_s + found.covered_s,
            missed=(*total.missed, *found.missed)[-MOST_MISSED:],
        )

    @property
    def coverage(self) -> Coverage:
        """Detected speech against written text; of what was missed, the last thousand spans."""
        return self._coverage

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """Everybody heard."""
        accounts = sorted(self._accounts.values(), key=lambda one: one.first_s)
        return tuple(Speaker(one.label, one.speech_s, one.first_s) for one in accounts)

    def _name(self, labelled: Sequence[Labelled]) -> None:
        for one in sorted(labelled, key=lambda one: one.segment.span):
            if one.speaker is not None and one.speaker not in self._accounts:
                self._labels += 1
                start_s = one.segment.span.start_s
                self._accounts[one.speaker] = _Account(f"S{self._labels}", start_s)

    def _count_turns(self, turns: Sequence[Turn]) -> None:
        accounts = {account.label: account for account in self._accounts.values()}
        for turn in turns:
            accounts[turn.speaker].speech_s += turn.span.duration_s

    def _revise(self, verdict: Verdict) -> Iterator[Event]:
        """Speakers that are one, and recent segments that are somebody else's."""
        for kept, gone in verdict.merged:
            other = self._accounts.pop(gone, None)
            account = self._accounts.get(kept)
            if other is None:
                continue
            if account is None:  # was never given out
                self._accounts[kept] = other
                continue
            account.speech_s += other.speech_s
            yield SpeakersMerged(kept=account.label, merged=other.label)
            for place, (segment, voice) in enumerate(self._recent):
                if segment.speaker == other.label:
                    self._recent[place] = (replace(segment, speaker=account.label), voice)
        for place, (segment, voice) in enumerate(self._recent):
            number = verdict.moved.get(voice) if voice is not None else None
            if number is None:
                continue
            self._name([Labelled(LocalSegment(segment.span, None, ""), number)])
            label = self._accounts[number].label
            if segment.speaker == label:
                continue
            self._move_time(segment, label)
            revised = replace(segment, speaker=label)
            self._recent[place] = (revised, voice)
            yield SegmentRevised(revised)

    def _move_time(self, segment: Segment, label: str) -> None:
        for account in self._accounts.values():
            if account.label == segment.speaker:
                account.speech_s = max(0.0, account.speech_s - segment.span.duration_s)
            elif account.label == label:
                account.speech_s += segment.span.duration_s


def _voice_of(
    segment: Segment, voices: Sequence[Voice], verdict: Verdict, labels: dict[int, str]
) -> int | None:
    """The voice that gave a segment its speaker: the one heard most during it."""
    own = [
        (voice.span.overlap_s(segment.span), place)
        for place, voice in enumerate(voices)
        if labels.get(verdict.speakers[place]) == segment.speaker
    ]
    return verdict.ids[max(own)[1]] if own else None
