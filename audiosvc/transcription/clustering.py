"""How many people speak, and which utterances are one person's.

Two groups of utterances differ for two reasons even when one person spoke them: each utterance
comes out a little different (that averages out as a group grows), and a person changes with mood,
room and subject (that does not). Groups are merged, nearest first, as long as the squared distance
of their means is no more than both explain. A plain distance threshold knows only one of the two:
it invents speakers in a short clip or in a long one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiosvc.types import Float32, SpeakerCount

Ints = npt.NDArray[np.intp]

STYLE_VARIANCE = 0.2
UTTERANCE_VARIANCE = 1.1
# An utterance of three seconds counts as one; half of what makes two utterances of one person
# differ is gone when they are long.
USUAL_UTTERANCE_S = 3.0
# The same sentence played twice is no second piece of evidence.
SAME_UTTERANCE = 0.93
# An embedding of less speech is too noisy to decide how many people speak; it is only assigned.
MIN_DECIDING_S = 1.0
# A voice heard for less is no speaker of its own: it goes to the nearest one. In a short clip a
# second and a half may be all that somebody says; in a long one, stray noises add up.
MIN_SPEAKER_S = (1.5, 4.0)
MIN_SPEAKER_SHARE = (0.02, 0.003)


@dataclass(frozen=True, slots=True)
class Merge:
    """One step of the agglomeration: group ``gone`` became part of ``kept`` at this cost."""

    kept: int
    gone: int
    cost: float


def cluster(
    vectors: Float32, speech_s: npt.NDArray[np.float64], count: SpeakerCount | None = None
) -> Ints:
    """The speaker of each utterance: 0, 1, 2 … in no particular order; -1 for a row of zeros.

    vectors: ``(n, dim)`` of unit length, or zeros where there is no voice. speech_s: ``(n,)``
    seconds behind each; those long enough decide how many speakers there are, and the others go to
    the nearest. count: what is known of that number; an exact one is met if the voices allow it.
    """
    labels = np.full(len(vectors), -1, np.intp)
    has_voice = np.linalg.norm(vectors, axis=1) > 0.5
    deciding = has_voice & (speech_s >= MIN_DECIDING_S)
    if not deciding.any():
        deciding = has_voice
    if deciding.any():
        means = _speakers(vectors[deciding], speech_s[deciding], count or SpeakerCount())
        labels[has_voice] = (vectors[has_voice] @ means.T).argmax(axis=1)
    return labels


def _speakers(vectors: Float32, speech_s: npt.NDArray[np.float64], count: SpeakerCount) -> Float32:
    """The mean voice of each speaker, ``(speakers, dim)`` of unit length."""
    copies = _condense(vectors)
    originals = np.unique(copies)
    points = vectors[originals].astype(np.float64)
    seconds = np.array([speech_s[copies == original].sum() for original in originals])
    merges = agglomerate(points, _evidence(speech_s[originals]))
    groups = _cut(merges, len(points), seconds, count)
    labels = groups[np.searchsorted(originals, copies)]
    return _means_of_large(vectors, speech_s, labels, count)


def _evidence(speech_s: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How many usual utterances each one is worth."""
    worth: npt.NDArray[np.float64] = (1 + 1 / USUAL_UTTERANCE_S) / (1 + 1 / speech_s)
    return worth


def agglomerate(
    points: npt.NDArray[np.float64], weights: npt.NDArray[np.float64] | None = None
) -> list[Merge]:
    """All merges from every point alone to one group, each the cheapest at its time.

    weights: how many usual utterances each point is worth, one without them. The cost is 1
    where a merge is as likely right as wrong. Time and memory grow with the square
    of the number of points: each keeps its nearest neighbour.
    """
    n = len(points)
    means, alive = points.copy(), np.ones(n, np.bool_)
    sizes = np.ones(n) if weights is None else weights.copy()
    costs = np.full((n, n), np.inf, np.float32)
    for index in range(n):
        costs[index] = _costs(means, sizes, alive, index)
    nearest = costs.argmin(axis=1) if n else np.zeros(0, np.intp)
    merges: list[Merge] = []
    for _ in range(n - 1):
        best = np.where(alive, costs[np.arange(n), nearest], np.inf)
        kept = int(best.argmin())
        gone = int(nearest[kept])
        merges.append(Merge(kept, gone, float(best[kept])))
        total = sizes[kept] + sizes[gone]
        means[kept] = (means[kept] * sizes[kept] + means[gone] * sizes[gone]) / total
        sizes[kept], alive[gone] = total, False
        costs[gone], costs[:, gone] = np.inf, np.inf
        row = _costs(means, sizes, alive, kept)
        costs[kept], costs[:, kept] = row, row
        stale = np.flatnonzero(alive & ((nearest == kept) | (nearest == gone)))
        nearest[stale] = costs[stale].argmin(axis=1)
        nearest[kept] = costs[kept].argmin()
        closer = alive & (row < costs[np.arange(n), nearest])
        nearest[closer] = kept
    return merges


def _costs(
    means: npt.NDArray[np.float64],
    sizes: npt.NDArray[np.float64],
    alive: npt.NDArray[np.bool_],
    index: int,
) -> Float32:
    """What it would cost to merge one group with each of the others."""
    squared = ((means - means[index]) ** 2).sum(axis=1)
    explained = STYLE_VARIANCE + UTTERANCE_VARIANCE * (1 / sizes + 1 / sizes[index]) / 2
    costs: Float32 = (squared / explained).astype(np.float32)
    costs[~alive] = np.inf
    costs[index] = np.inf
    return costs


def _condense(vectors: Float32) -> Ints:
    """For each utterance, the first one that it repeats; itself when there is none."""
    first = np.arange(len(vectors))
    for index in range(1, len(vectors)):
        same = np.flatnonzero(vectors[:index] @ vectors[index] > SAME_UTTERANCE)
        if len(same):
            first[index] = first[same[0]]
    return first


def _cut(
    merges: list[Merge], n: int, seconds: npt.NDArray[np.float64], count: SpeakerCount
) -> Ints:
    """The groups at the level where merging stops being right, within what is known."""
    smallest_s = _smallest_s(seconds)
    levels = [_groups(merges[:steps], n) for steps in _levels(merges, n, count)]
    wanted = count.exact or count.at_least
    for groups in levels:
        speakers = sum(seconds[groups == group].sum() >= smallest_s for group in set(groups))
        if wanted is None or speakers >= wanted:
            return groups
    return levels[-1]


def _levels(merges: list[Merge], n: int, count: SpeakerCount) -> list[int]:
    """How many merges to make: the first choice, then fewer and fewer while groups are too few."""
    natural = next((step for step, merge in enumerate(merges) if merge.cost > 1.0), len(merges))
    most = count.exact or count.at_most
    first = natural if most is None else max(natural, n - most)
    return list(range(first, -1, -1))


def _groups(merges: list[Merge], n: int) -> Ints:
    group = np.arange(n)
    for merge in merges:
        group[group == merge.gone] = merge.kept
    return group


def _smallest_s(speech_s: npt.NDArray[np.float64]) -> float:
    total_s = float(speech_s.sum())
    shortest_s, usual_s = MIN_SPEAKER_S
    in_a_clip, in_a_meeting = MIN_SPEAKER_SHARE
    at_first_s = min(max(shortest_s, in_a_clip * total_s), usual_s)
    return min(max(at_first_s, in_a_meeting * total_s), total_s / 2)


def _means_of_large(
    vectors: Float32, speech_s: npt.NDArray[np.float64], labels: Ints, count: SpeakerCount
) -> Float32:
    """Mean voices of the groups that are large enough to be a speaker."""
    groups = np.unique(labels)
    totals = np.array([speech_s[labels == group].sum() for group in groups])
    large = int((totals >= _smallest_s(speech_s)).sum())
    wanted = max(count.exact or count.at_least or 1, large)
    most = count.exact or count.at_most or wanted
    kept = groups[np.argsort(-totals, kind="stable")[: min(wanted, most)]]
    means = np.stack([vectors[labels == group].sum(axis=0) for group in kept])
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    units: Float32 = (means / np.maximum(lengths, 1e-12)).astype(np.float32)
    return units
