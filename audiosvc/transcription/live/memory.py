"""The voices of a live stream: who is who, as they come, in memory that does not grow.

All voices that are remembered are grouped anew whenever some are added, in the way a finished
recording is (see ``clustering``), so that a first impression can be put right: two speakers may
turn out to be one, and an utterance to be somebody else's. When there are too many voices to
remember, the two most alike of one speaker become one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from audiosvc.transcription.assignment import best_pairs
from audiosvc.transcription.clustering import cluster
from audiosvc.types import Float32, SpeakerCount, Voice

MOST_VOICES = 256


@dataclass(frozen=True, slots=True, eq=False)
class _Remembered:
    """A voice, or several of one speaker put together. id: of the last one in it."""

    id: int
    vector: Float32
    speech_s: float
    speaker: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the last voices have changed.

    speakers: of the voices just added, in their order. moved: voices added before, by their ids,
    that are now another speaker's. merged: speakers that turned out to be one, kept and gone.
    """

    ids: tuple[int, ...]
    speakers: tuple[int, ...]
    moved: dict[int, int]
    merged: tuple[tuple[int, int], ...]


class LiveMemory:
    """Everybody heard so far. Speakers are numbered 0, 1, 2 … as they appear."""

    def __init__(
        self, count: SpeakerCount | None = None, *, most_voices: int = MOST_VOICES
    ) -> None:
        """most_voices: how many to remember."""
        self._count = count
        self._most_voices = most_voices
        self._voices: list[_Remembered] = []
        self._next_voice = 0
        self._next_speaker = 0

    def add(self, voices: Sequence[Voice]) -> Verdict:
        """Listen to more voices, and think again about all of them."""
        first = self._next_voice
        self._next_voice += len(voices)
        self._voices += [
            _Remembered(first + place, voice.vector, voice.speech_s, -1)
            for place, voice in enumerate(voices)
        ]
        before = {voice.id: voice.speaker for voice in self._voices}
        merged = self._group()
        now = {voice.id: voice.speaker for voice in self._voices}
        gone = {lost: kept for kept, lost in merged}
        moved = {
            voice: speaker
            for voice, speaker in now.items()
            if before[voice] >= 0 and gone.get(before[voice], before[voice]) != speaker
        }
        ids = tuple(range(first, self._next_voice))
        speakers = tuple(now[voice] for voice in ids)
        self._condense()
        return Verdict(ids, speakers, moved, merged)

    def __len__(self) -> int:
        """How many voices are remembered."""
        return len(self._voices)

    @property
    def speakers(self) -> set[int]:
        """The numbers that are in use."""
        return {voice.speaker for voice in self._voices if voice.speaker >= 0}

    def _group(self) -> tuple[tuple[int, int], ...]:
        """Gives every voice its speaker. Returns who has become part of whom."""
        if not self._voices:
            return ()
        vectors = np.stack([voice.vector for voice in self._voices])
        seconds = np.array([voice.speech_s for voice in self._voices])
        labels = cluster(vectors, seconds, self._count)
        before = np.array([voice.speaker for voice in self._voices])
        names = self._name(labels, before, seconds)
        self._voices = [
            replace(voice, speaker=names.get(label, -1))
            for voice, label in zip(self._voices, labels.tolist(), strict=True)
        ]
        lost = set(before[before >= 0].tolist()) - set(names.values())
        after = np.array([voice.speaker for voice in self._voices])
        return tuple((_heir(after[before == one], seconds[before == one]), one) for one in lost)

    def _name(
        self,
        labels: npt.NDArray[np.intp],
        before: npt.NDArray[np.intp],
        seconds: npt.NDArray[np.float64],
    ) -> dict[int, int]:
        """The number of each group: that of the speaker most of it was, or a new one."""
        groups = sorted(set(labels[labels >= 0].tolist()))
        known = sorted(set(before[before >= 0].tolist()))
        shared = np.array(
            [
                [seconds[(labels == group) & (before == one)].sum() for one in known]
                for group in groups
            ]
        ).reshape(len(groups), len(known))
        names = {
            groups[row]: known[column]
            for row, column in best_pairs(shared)
            if shared[row, column] > 0.0
        }
        for group in groups:
            if group not in names:
                names[group] = self._next_speaker
                self._next_speaker += 1
        return names

    def _condense(self) -> None:
        while len(self._voices) > self._most_voices:
            vectors = np.stack([voice.vector for voice in self._voices])
            speakers = np.array([voice.speaker for voice in self._voices])
            likeness = vectors @ vectors.T
            likeness[speakers[:, None] != speakers[None, :]] = -2.0
            np.fill_diagonal(likeness, -2.0)
            one, other = sorted(divmod(int(likeness.argmax()), len(self._voices)))
            newer = self._voices.pop(other)
            older = self._voices[one]
            mixed = older.vector * older.speech_s + newer.vector * newer.speech_s
            unit = (mixed / max(float(np.linalg.norm(mixed)), 1e-9)).astype(np.float32)
            self._voices[one] = replace(
                newer, vector=unit, speech_s=older.speech_s + newer.speech_s
            )


def _heir(speakers: npt.NDArray[np.intp], seconds: npt.NDArray[np.float64]) -> int:
    """Who has most of the voices of a speaker that is no more."""
    weights = {one: float(seconds[speakers == one].sum()) for one in set(speakers.tolist())}
    return int(max(weights, key=lambda one: weights[one]))
