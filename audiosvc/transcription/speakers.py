"""One stable label for each voice of a recording, over all of its windows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from audiosvc.spans import Span
from audiosvc.transcription.assignment import best_pairs
from audiosvc.transcription.clustering import cluster
from audiosvc.types import Float32, LocalSegment, SpeakerCount, Voice

# Mean voices nearer than this are taken for one person while the recording still runs. On the
# development mixes, the means of two people come as near as 0.67, and one utterance of somebody
# is mostly nearer than 0.7 to that person's mean. The end of a recording decides again.
SAME_VOICE = 0.68
# Less speech than this neither founds an identity nor moves one.
MIN_MOVING_S = 1.5
# A share of a segment spoken by the same label at the same time: one of the two is wrong.
CONFLICT_SHARE = 0.3


@dataclass(slots=True, eq=False)
class _Identity:
    sum: Float32
    speech_s: float


class SpeakerMemory:
    """Labels the local speakers of one window after the other.

    Two local speakers of a window are told apart by the model that named them, so they never share
    an identity. Short speech is given the nearest identity and changes none. Memory grows with the
    number of identities alone.
    """

    def __init__(self, at_most: int | None = None) -> None:
        """at_most: no more identities than this; then the nearest one is taken, however far."""
        self._at_most = at_most
        self._identities: list[_Identity] = []

    def assign(
        self, voices: Sequence[Voice], known: Mapping[str, int] | None = None
    ) -> dict[str, int]:
        """The identity of each local speaker of one window: 0, 1, 2 … in order of appearance.

        known: what was assigned by voices of the same window before, and stays.
        """
        taken = dict(known or {})
        speakers = list(dict.fromkeys(voice.speaker for voice in voices))
        if not speakers:
            return taken
        sums = {speaker: _sum_of(voices, speaker) for speaker in speakers}
        seconds = {
            speaker: sum(voice.speech_s for voice in voices if voice.speaker == speaker)
            for speaker in speakers
        }
        fresh = [speaker for speaker in speakers if speaker not in taken]
        taken |= self._match(fresh, sums, set(taken.values()))
        for speaker in sorted(speakers, key=lambda name: -seconds[name]):
            if speaker in taken:
                self._move(taken[speaker], sums[speaker], seconds[speaker])
            else:
                taken[speaker] = self._found(sums[speaker], seconds[speaker], set(taken.values()))
        return taken

    def _match(
        self, speakers: Sequence[str], sums: Mapping[str, Float32], taken: set[int]
    ) -> dict[str, int]:
        """The best pairing of local speakers and free identities, pairs too far apart left out."""
        if not self._identities or not speakers:
            return {}
        means = np.stack([_unit(identity.sum) for identity in self._identities])
        likeness = np.stack([_unit(sums[speaker]) for speaker in speakers]) @ means.T
        likeness[:, sorted(taken)] = -1.0
        return {
            speakers[row]: column
            for row, column in best_pairs(likeness)
            if likeness[row, column] >= SAME_VOICE
        }

    def _move(self, index: int, voice_sum: Float32, speech_s: float) -> None:
        if speech_s >= MIN_MOVING_S:
            identity = self._identities[index]
            identity.sum = identity.sum + voice_sum
            identity.speech_s += speech_s

    def _found(self, voice_sum: Float32, speech_s: float, taken: set[int]) -> int:
        """A new identity, or the nearest free one where none may be founded."""
        full = self._at_most is not None and len(self._identities) >= self._at_most
        free = [index for index in range(len(self._identities)) if index not in taken]
        if free and (full or speech_s < MIN_MOVING_S):
            unit = _unit(voice_sum)
            return max(free, key=lambda index: float(_unit(self._identities[index].sum) @ unit))
        self._identities.append(_Identity(voice_sum, speech_s))
        return len(self._identities) - 1


def recluster(voices: Sequence[Voice], count: SpeakerCount | None = None) -> list[int]:
    """The speaker of each voice of a finished recording, all windows together; -1 for none."""
    if not voices:
        return []
    vectors = np.stack([voice.vector for voice in voices])
    seconds = np.array([voice.speech_s for voice in voices])
    return [int(label) for label in cluster(vectors, seconds, count)]


def spread(
    segments: Sequence[LocalSegment], voices: Sequence[Voice], labels: Sequence[int]
) -> list[int | None]:
    """The speaker of each segment of one window, by the voices of the same local speaker.

    A segment goes with the voices heard during it; one without any, with the nearest in time. Of
    two segments at the same time with one speaker, the shorter one goes to its next-best voice:
    nobody speaks twice at once.
    """
    means = _means(voices, labels)
    own: dict[str, list[int]] = {}
    for index, voice in enumerate(voices):
        if labels[index] >= 0:
            own.setdefault(voice.speaker, []).append(index)
    result: list[int | None] = [None] * len(segments)
    by_length = sorted(range(len(segments)), key=lambda index: -segments[index].span.duration_s)
    settled: list[tuple[Span, int]] = []
    for index in by_length:
        segment = segments[index]
        candidates = own.get(segment.speaker or "", []) or [
            voice for group in own.values() for voice in group
        ]
        if not candidates:
            continue
        best = _best_voice(candidates, voices, labels, segment.span)
        order = [labels[best], *_by_likeness(voices[best].vector, means, labels[best])]
        busy = {
            label
            for span, label in settled
            if span.overlap_s(segment.span) > CONFLICT_SHARE * segment.span.duration_s
        }
        label = next((one for one in order if one not in busy), order[0])
        result[index] = label
        settled.append((segment.span, label))
    return result


def _by_likeness(vector: Float32, means: Mapping[int, Float32], but: int) -> list[int]:
    others = [label for label in means if label != but]
    return sorted(others, key=lambda label: -float(means[label] @ vector))


def _means(voices: Sequence[Voice], labels: Sequence[int]) -> dict[int, Float32]:
    sums: dict[int, Float32] = {}
    for voice, label in zip(voices, labels, strict=True):
        if label >= 0:
            sums[label] = sums.get(label, np.float32(0)) + voice.vector
    return {label: _unit(total) for label, total in sums.items()}


def _best_voice(
    candidates: Sequence[int], voices: Sequence[Voice], labels: Sequence[int], span: Span
) -> int:
    """The nearest voice of whoever is heard for most of a span; of all, where none is heard."""
    heard_s: dict[int, float] = {}
    for index in candidates:
        label = labels[index]
        heard_s[label] = heard_s.get(label, 0.0) + voices[index].span.overlap_s(span)
    most_s = max(heard_s.values())
    chosen = [index for index in candidates if heard_s[labels[index]] == most_s]
    return max(chosen, key=lambda index: _nearness(voices[index].span, span))


def _nearness(voice: Span, segment: Span) -> tuple[float, float]:
    return voice.overlap_s(segment), -abs(voice.midpoint_s - segment.midpoint_s)


def _sum_of(voices: Iterable[Voice], speaker: str) -> Float32:
    """The voices of one local speaker, each as heavy as its speech is long."""
    total: Float32 = np.sum(
        [voice.vector * voice.speech_s for voice in voices if voice.speaker == speaker],
        axis=0,
        dtype=np.float32,
    )
    return total


def _unit(vector: Float32) -> Float32:
    unit: Float32 = vector / max(float(np.linalg.norm(vector)), 1e-12)
    return unit
