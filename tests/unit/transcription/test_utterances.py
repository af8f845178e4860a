"""Utterances: a few seconds of one track, and where its voice is heard best."""

from __future__ import annotations

from itertools import groupby, pairwise
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from audiosvc.spans import Span, total_s
from audiosvc.transcription.tracks import Tracks
from audiosvc.transcription.utterances import (
    BRIDGED_S,
    LONGEST_S,
    MIN_ALONE_S,
    cut_utterances,
    runs,
)

FRAME_S = 0.05


def tracks_of(*rows: list[tuple[float, float]], end_s: float = 40.0) -> Tracks:
    active = np.zeros((len(rows), round(end_s / FRAME_S)), np.bool_)
    for row, pairs in zip(active, rows, strict=True):
        for start_s, end in pairs:
            row[round(start_s / FRAME_S) : round(end / FRAME_S)] = True
    return Tracks(active, FRAME_S, 0.0)


some_tracks = st.builds(
    lambda pattern, repeats: Tracks(np.repeat(pattern, repeats, axis=1), FRAME_S, 100.0),
    arrays.arrays(np.bool_, st.tuples(st.integers(0, 3), st.integers(1, 40))),
    st.integers(1, 12),
)


@given(arrays.arrays(np.bool_, st.integers(0, 60)))
def test_runs_are_those_of_counting(active: np.typing.NDArray[np.bool_]) -> None:
    expected, place = [], 0
    for value, group in groupby(active.tolist()):
        length = len(list(group))
        if value:
            expected.append((place, place + length))
        place += length
    assert runs(active) == expected


@given(arrays.arrays(np.bool_, st.integers(0, 60)), st.integers(0, 8))
def test_short_gaps_between_runs_are_bridged(
    active: np.typing.NDArray[np.bool_], bridged: int
) -> None:
    joined = runs(active, bridged)
    gaps = [after[0] - before[1] for before, after in pairwise(joined)]
    assert all(gap > bridged for gap in gaps)
    assert all(any(a <= first and last <= b for a, b in joined) for first, last in runs(active))
    for first, last in joined:
        assert active[first]
        assert active[last - 1]


@given(some_tracks)
def test_every_active_frame_is_in_one_utterance_of_its_track(tracks: Tracks) -> None:
    covered = np.zeros(tracks.active.shape, int)
    for utterance in cut_utterances(tracks):
        inside = tracks.frames(utterance.span.start_s, utterance.span.end_s)
        covered[utterance.track, inside] += 1
    assert covered.max(initial=0) <= 1
    assert np.all(covered[tracks.active] == 1)


@given(some_tracks)
def test_utterances_are_in_order_short_and_heard_inside_themselves(tracks: Tracks) -> None:
    utterances = cut_utterances(tracks)
    assert [one.span for one in utterances] == sorted(one.span for one in utterances)
    for one in utterances:
        assert one.span.duration_s <= LONGEST_S + FRAME_S
        assert one.speech_s == pytest.approx(total_s(one.heard))
        assert one.speech_s > 0.0
        for part in one.heard:
            assert one.span.start_s - 1e-9 <= part.start_s < part.end_s <= one.span.end_s + 1e-9


@given(some_tracks)
def test_a_voice_is_taken_from_where_it_is_alone_if_that_is_long_enough(tracks: Tracks) -> None:
    crowded = tracks.active.sum(axis=0) > 1
    for one in cut_utterances(tracks):
        inside = tracks.frames(one.span.start_s, one.span.end_s)
        active = tracks.active[one.track, inside]
        alone = active & ~crowded[inside]
        wanted = alone if alone.sum() * FRAME_S >= MIN_ALONE_S else active
        heard = np.zeros(len(active), np.bool_)
        for part in one.heard:
            where = tracks.frames(part.start_s, part.end_s)
            heard[where.start - inside.start : where.stop - inside.start] = True
        assert heard.tolist() == wanted.tolist()


def test_a_pause_for_breath_does_not_end_an_utterance_and_a_longer_one_does() -> None:
    short, long = BRIDGED_S - FRAME_S, BRIDGED_S + FRAME_S
    breath = tracks_of([(1.0, 2.0), (2.0 + short, 3.0)])
    pause = tracks_of([(1.0, 2.0), (2.0 + long, 3.0)])
    assert [one.span for one in cut_utterances(breath)] == [Span(1.0, 3.0)]
    assert len(cut_utterances(pause)) == 2


def test_a_long_turn_is_cut_into_equal_parts() -> None:
    utterances = cut_utterances(tracks_of([(0.0, 40.0)]))
    assert len(utterances) == ceil(40.0 / LONGEST_S)
    lengths_s = [one.span.duration_s for one in utterances]
    assert max(lengths_s) - min(lengths_s) < 1.5 * FRAME_S


def test_overlapped_speech_alone_is_better_than_no_voice() -> None:
    tracks = tracks_of([(0.0, 4.0)], [(1.5, 2.5)])
    beneath = next(one for one in cut_utterances(tracks) if one.track == 1)
    assert beneath.heard == (Span(1.5, 2.5),)
    above = next(one for one in cut_utterances(tracks) if one.track == 0)
    assert above.heard == (Span(0.0, 1.5), Span(2.5, 4.0))
