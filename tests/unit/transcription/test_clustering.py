"""How many people speak: not more in a long recording than in a short one, nor by repetition."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiosvc.transcription.clustering import (
    MIN_DECIDING_S,
    STYLE_VARIANCE,
    UTTERANCE_VARIANCE,
    agglomerate,
    cluster,
)
from audiosvc.types import SpeakerCount
from tests.unit.transcription.voices import DIMENSIONS, Cloud, cloud, same_partition

seeds = st.integers(0, 100_000)


def labels_of(voices: Cloud, count: SpeakerCount | None = None) -> npt.NDArray[np.intp]:
    return cluster(voices.vectors, voices.speech_s, count)


def number(labels: npt.NDArray[np.intp]) -> int:
    return len(set(labels.tolist()) - {-1})


@pytest.mark.parametrize("utterances", [1, 2, 3, 10, 100, 1500])
def test_one_voice_is_one_speaker_however_often_it_speaks(utterances: int) -> None:
    assert number(labels_of(cloud(1, utterances, moods=4))) == 1


@pytest.mark.parametrize("utterances", [21, 70, 700])
def test_seven_voices_are_seven_speakers_however_often_they_speak(utterances: int) -> None:
    voices = cloud(7, utterances, moods=3)
    assert same_partition(labels_of(voices), voices.speakers)


@settings(max_examples=60)
@given(st.integers(1, 6), st.integers(4, 12), st.floats(0.6, 0.95), seeds)
def test_separate_voices_are_told_apart(voices: int, each: int, likeness: float, seed: int) -> None:
    made = cloud(voices, voices * each, seed=seed, likeness=likeness)
    assert same_partition(labels_of(made), made.speakers)


@settings(max_examples=40)
@given(st.integers(1, 5), st.integers(2, 6), seeds)
def test_the_same_recording_played_again_has_no_more_speakers(
    voices: int, times: int, seed: int
) -> None:
    made = cloud(voices, 5 * voices, seed=seed)
    once = labels_of(made)
    again = cluster(np.tile(made.vectors, (times, 1)), np.tile(made.speech_s, times))
    assert same_partition(again, np.tile(once, times))


@settings(max_examples=40)
@given(st.integers(1, 5), seeds)
def test_the_order_of_utterances_changes_only_numbers(voices: int, seed: int) -> None:
    made = cloud(voices, 6 * voices, seed=seed)
    order = np.random.default_rng(seed).permutation(len(made.vectors))
    shuffled = cluster(made.vectors[order], made.speech_s[order])
    assert same_partition(shuffled, labels_of(made)[order])


@settings(max_examples=60)
@given(st.integers(1, 6), st.integers(1, 8), seeds)
def test_an_exact_number_is_met(voices: int, wanted: int, seed: int) -> None:
    made = cloud(voices, 10 * voices + 8, seed=seed)
    assert number(labels_of(made, SpeakerCount(exact=wanted))) == wanted


@settings(max_examples=60)
@given(st.integers(1, 6), st.integers(1, 8), seeds)
def test_bounds_are_kept_and_change_nothing_that_is_within_them(
    voices: int, bound: int, seed: int
) -> None:
    made = cloud(voices, 10 * voices + 8, seed=seed)
    assert number(labels_of(made, SpeakerCount(at_most=bound))) == min(voices, bound)
    assert number(labels_of(made, SpeakerCount(at_least=bound))) == max(voices, bound)
    between = SpeakerCount(at_least=max(1, voices - 1), at_most=voices + 1)
    assert same_partition(labels_of(made, between), made.speakers)


def test_more_speakers_than_utterances_cannot_be() -> None:
    assert number(labels_of(cloud(2, 3), SpeakerCount(exact=9))) <= 3


def test_fewer_speakers_than_there_are_joins_the_nearest() -> None:
    made = cloud(3, 30)
    near = made.vectors.copy()
    near[made.speakers == 2] += 0.7 * made.vectors[made.speakers == 1].mean(axis=0)
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    labels = cluster(near, made.speech_s, SpeakerCount(exact=2))
    assert same_partition(labels == labels[0], made.speakers == 0)


def test_short_utterances_are_assigned_and_decide_nothing() -> None:
    made, stray = cloud(2, 20), cloud(5, 5, seed=99)
    short_s = np.full(5, 0.8 * MIN_DECIDING_S)
    labels = cluster(
        np.concatenate([made.vectors, stray.vectors, made.vectors[:1]]),
        np.concatenate([made.speech_s, short_s, short_s[:1]]),
    )
    assert same_partition(labels[:20], made.speakers)
    assert set(labels.tolist()) == {0, 1}
    assert labels[-1] == labels[0]


def test_a_stray_noise_is_no_speaker_and_somebody_who_says_little_is() -> None:
    made, other = cloud(2, 100), cloud(1, 4, seed=7)
    vectors = np.concatenate([made.vectors, other.vectors])
    little = cluster(vectors, np.concatenate([made.speech_s, [3.0, 3.0, 3.0, 3.0]]))
    assert number(little) == 3
    noise = cluster(vectors[:101], np.concatenate([made.speech_s, [MIN_DECIDING_S]]))
    assert number(noise) == 2


def test_no_voice_no_speaker() -> None:
    made = cloud(2, 10)
    vectors = np.concatenate([made.vectors, np.zeros((2, DIMENSIONS), np.float32)])
    labels = cluster(vectors, np.append(made.speech_s, [3.0, 0.0]))
    assert labels[-2:].tolist() == [-1, -1]
    assert same_partition(labels[:10], made.speakers)
    nobody = np.zeros((3, DIMENSIONS), np.float32)
    assert cluster(nobody, np.ones(3)).tolist() == [-1, -1, -1]
    assert cluster(nobody[:0], np.ones(0)).tolist() == []


def test_a_clip_with_nothing_but_short_speech_still_has_speakers() -> None:
    made = cloud(1, 3, likeness=0.9)
    assert cluster(made.vectors, np.full(3, 0.5)).tolist() == [0, 0, 0]


def cost_of(points: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> float:
    """Of merging two groups, told by their members. points: the two means."""
    squared = float(((points[0] - points[1]) ** 2).sum())
    return squared / (STYLE_VARIANCE + UTTERANCE_VARIANCE * float((1 / weights).sum()) / 2)


@settings(max_examples=40)
@given(st.integers(1, 14), st.booleans(), seeds)
def test_each_merge_is_the_cheapest_of_all_pairs(n: int, weighed: bool, seed: int) -> None:
    """Against a reference that knows every member and looks at every pair at every step."""
    generator = np.random.default_rng(seed)
    points = generator.normal(size=(n, 5))
    weights = generator.uniform(0.2, 1.5, n) if weighed else np.ones(n)
    groups = {index: [index] for index in range(n)}
    merges = agglomerate(points, weights if weighed else None)
    assert len(merges) == n - 1
    for merge in merges:
        total = {name: weights[members].sum() for name, members in groups.items()}
        mean = {
            name: (points[members] * weights[members, None]).sum(axis=0) / total[name]
            for name, members in groups.items()
        }
        costs = {
            (one, other): cost_of(
                np.stack([mean[one], mean[other]]), np.array([total[one], total[other]])
            )
            for one in groups
            for other in groups
            if one < other
        }
        cheapest = min(costs.values())
        pair = (min(merge.kept, merge.gone), max(merge.kept, merge.gone))
        assert costs[pair] == pytest.approx(cheapest, rel=1e-5)
        assert merge.cost == pytest.approx(cheapest, rel=1e-5)
        groups[merge.kept] += groups.pop(merge.gone)
    assert [sorted(members) for members in groups.values()] == [list(range(n))]
