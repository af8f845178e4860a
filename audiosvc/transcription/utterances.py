"""Cutting tracks into utterances: a few seconds of one voice, each of which gets an embedding."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from audiosvc.spans import Span
from audiosvc.transcription.tracks import Bools, Tracks

BRIDGED_S = 0.1  # a shorter pause does not end an utterance
LONGEST_S = 4.0  # a change of voice that the tracks missed spoils no more than this
MIN_ALONE_S = 0.3  # with less speech alone, the voice is taken from overlapped speech too


@dataclass(frozen=True, slots=True)
class Utterance:
    """Part of a track. heard: where the voice is best heard. speech_s: how long that is."""

    track: int
    span: Span
    heard: tuple[Span, ...]
    speech_s: float


def cut_utterances(tracks: Tracks) -> list[Utterance]:
    """All utterances, in order of time."""
    crowded = tracks.active.sum(axis=0) > 1
    bridged = round(BRIDGED_S / tracks.frame_s)
    longest = round(LONGEST_S / tracks.frame_s)
    found: list[Utterance] = []
    for track, active in enumerate(tracks.active):
        for first, last in runs(active, bridged):
            parts = -(-(last - first) // longest)
            edges = np.linspace(first, last, parts + 1).astype(int).tolist()
            for start, end in pairwise(edges):
                found.append(_utterance(tracks, track, start, end, crowded))
    return sorted(found, key=lambda utterance: utterance.span)


def runs(active: Bools, bridged: int = 0) -> list[tuple[int, int]]:
    """First and behind-last frame of each run of true values; shorter gaps are bridged."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]])))
    joined: list[tuple[int, int]] = []
    for first, last in edges.reshape(-1, 2).tolist():
        if joined and first - joined[-1][1] <= bridged:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _utterance(tracks: Tracks, track: int, first: int, last: int, crowded: Bools) -> Utterance:
    active = tracks.active[track, first:last]
    alone = active & ~crowded[first:last]
    heard = alone if alone.sum() * tracks.frame_s >= MIN_ALONE_S else active
    return Utterance(
        track=track,
        span=Span(tracks.time_s(first), tracks.time_s(last)),
        heard=tuple(
            Span(tracks.time_s(first + start), tracks.time_s(first + end))
            for start, end in runs(heard)
        ),
        speech_s=float(heard.sum() * tracks.frame_s),
    )
