"""Giving each word to one of the voices that are heard while it is said.

A word's times are good to a few tenths of a second, so the nearest voice is often the wrong one at
a change of turn. The whole line is decided at once: a word likes a voice that is heard during it,
and dislikes to leave the voice of the word before, the less so after a pause or a full stop.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from audiosvc.transcription.text import ends_sentence
from audiosvc.transcription.tracks import Tracks
from audiosvc.types import Word

REACH_S = 0.25  # how far a voice may lie from a word and still be its voice
LEAST_SHARE = 0.03
CHANGE_COST = 3.0
CHANGE_COST_AT_PAUSE = 0.75
PAUSE_S = 0.25

Floats = npt.NDArray[np.float64]


def attribute(words: Sequence[Word], tracks: Tracks) -> list[int | None]:
    """The track of each word, or None where nobody is heard within reach of it.

    words: in order of time.
    """
    shares = np.array([_shares(word, tracks) for word in words])
    if not shares.size:
        return [None] * len(words)
    result: list[int | None] = [None] * len(words)
    heard = np.flatnonzero(shares.sum(axis=1) > 0.0)
    for first, last in _lines(heard):
        line = slice(first, last)
        for index, track in zip(
            range(first, last), _best_line(words[line], shares[line]), strict=True
        ):
            result[index] = track
    return result


def _shares(word: Word, tracks: Tracks) -> Floats:
    """How much of the word each track is heard for, and how near, ``(tracks,)``, 0 to 1."""
    inside = tracks.frames(word.span.start_s, word.span.end_s)
    around = tracks.frames(word.span.start_s - REACH_S, word.span.end_s + REACH_S)
    during = tracks.active[:, inside].mean(axis=1) if inside.stop > inside.start else 0.0
    nearby = tracks.active[:, around].mean(axis=1) if around.stop > around.start else 0.0
    shares: Floats = np.asarray(0.8 * during + 0.2 * nearby + np.zeros(len(tracks.active)))
    return shares


def _lines(heard: npt.NDArray[np.intp]) -> list[tuple[int, int]]:
    """First and behind-last index of each run of consecutive indices."""
    if not len(heard):
        return []
    breaks = np.flatnonzero(np.diff(heard) > 1) + 1
    return [(int(run[0]), int(run[-1]) + 1) for run in np.split(heard, breaks)]


def _best_line(words: Sequence[Word], shares: Floats) -> list[int]:
    """The likeliest sequence of tracks (Viterbi, over the tracks heard in this line alone)."""
    candidates = np.flatnonzero(shares.sum(axis=0) > 0.0)
    cost = -np.log(np.maximum(shares[:, candidates], LEAST_SHARE))
    total = cost[0]
    came_from: list[npt.NDArray[np.intp]] = []
    for index in range(1, len(words)):
        change = _change_cost(words[index - 1], words[index])
        best = int(total.argmin())
        switched = total[best] + change
        stays = total <= switched
        came_from.append(np.where(stays, np.arange(len(candidates)), best))
        total = np.where(stays, total, switched) + cost[index]
    state = int(total.argmin())
    line = [state]
    for back in reversed(came_from):
        state = int(back[state])
        line.append(state)
    return [int(candidates[state]) for state in reversed(line)]


def _change_cost(before: Word, after: Word) -> float:
    paused = after.span.start_s - before.span.end_s >= PAUSE_S
    return CHANGE_COST_AT_PAUSE if paused or ends_sentence(before) else CHANGE_COST
