"""Local speakers of short chunks, linked into tracks over a whole window.

A segmentation model numbers its speakers anew in every chunk. Two chunks that overlap see the
same frames, so their speakers can be told by when they speak.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audiosvc.types import ChunkActivity

Bools = npt.NDArray[np.bool_]

# A chunk's first and last frames were judged with half of their surroundings missing.
EDGE_S = 0.75
MIN_SHARED_S = 0.2  # two chunks must agree on this much speech before a link is made
MIN_AGREEMENT = 0.7  # shared speech over the speech that either chunk heard
MIN_SPEECH_S = 0.05
MOST_AT_ONCE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """Who speaks when in a window.

    active: bool ``(tracks, frames)``. A track is one voice for as long as chunks could be linked;
    the same person may have several. start_s: the first frame's beginning. frame_s: the step.
    """

    active: Bools
    frame_s: float
    start_s: float

    def frames(self, start_s: float, end_s: float) -> slice:
        """The frames between two times."""
        last = self.active.shape[1]
        first = min(last, max(0, round((start_s - self.start_s) / self.frame_s)))
        return slice(first, min(last, max(first, round((end_s - self.start_s) / self.frame_s))))

    def time_s(self, frame: int) -> float:
        """When a frame begins."""
        return self.start_s + frame * self.frame_s


def link(chunks: Sequence[ChunkActivity]) -> Tracks:
    """Tracks over consecutive, overlapping chunks.

    Every frame has as many speakers as its chunks counted on average, and they are those that
    most of its chunks heard.
    """
    if not chunks:
        return Tracks(np.zeros((0, 0), np.bool_), 1.0, 0.0)
    frame_s, start_s = chunks[0].frame_s, chunks[0].start_s
    firsts = [round((chunk.start_s - start_s) / frame_s) for chunk in chunks]
    trusted = _trusted(chunks, round(EDGE_S / frame_s))
    heard = [chunk.active & mask[:, None] for chunk, mask in zip(chunks, trusted, strict=True)]
    names, count = _name(heard, trusted, firsts, frame_s)
    frames = max(first + len(chunk.active) for first, chunk in zip(firsts, chunks, strict=True))
    votes = np.zeros((count, frames), np.float32)
    voters = np.zeros(frames, np.float32)
    for first, active, mask, own in zip(firsts, heard, trusted, names, strict=True):
        part = slice(first, first + len(active))
        voters[part] += mask
        for speaker, name in enumerate(own):
            if name >= 0:
                votes[name, part] += active[:, speaker]
    votes /= np.maximum(voters, 1.0)
    return Tracks(_elect(votes), frame_s, start_s)


def _trusted(chunks: Sequence[ChunkActivity], edge: int) -> list[Bools]:
    """Which frames of each chunk count: all but its edges, save at the ends of the recording."""
    masks = []
    for index, chunk in enumerate(chunks):
        mask = np.ones(len(chunk.active), np.bool_)
        mask[: edge if index else 0] = False
        mask[len(mask) - (edge if index < len(chunks) - 1 else 0) :] = False
        masks.append(mask)
    return masks


def _name(
    heard: Sequence[Bools], trusted: Sequence[Bools], firsts: Sequence[int], frame_s: float
) -> tuple[list[list[int]], int]:
    """The track of each local speaker of each chunk, -1 for one that is never heard."""
    names: list[list[int]] = []
    count = 0
    for index, active in enumerate(heard):
        own = [-1] * active.shape[1]
        if index:
            shift = firsts[index] - firsts[index - 1]
            shared = max(0, len(heard[index - 1]) - shift)
            before = heard[index - 1][shift:] & trusted[index][:shared, None]
            after = active[:shared] & trusted[index - 1][shift:, None]
            for left, right in _links(before, after, frame_s):
                own[right] = names[-1][left]
        for speaker in range(active.shape[1]):
            if own[speaker] < 0 and active[:, speaker].sum() * frame_s >= MIN_SPEECH_S:
                own[speaker], count = count, count + 1
        names.append(own)
    return names, count


def _links(before: Bools, after: Bools, frame_s: float) -> list[tuple[int, int]]:
    """Which speaker of the one chunk is which of the next, by the frames that both heard.

    Where two speak through all of those frames, nobody can say which is which, and neither is
    linked: how a chunk numbers its speakers decides nothing.
    """
    both = before.T.astype(np.float32) @ after.astype(np.float32)
    either = before.sum(axis=0)[:, None] + after.sum(axis=0)[None, :] - both
    agreement = both / np.maximum(either, 1.0)
    return [
        (row, column)
        for row, column in np.argwhere(agreement >= MIN_AGREEMENT).tolist()
        if both[row, column] * frame_s >= MIN_SHARED_S
        and np.count_nonzero(agreement[row] >= agreement[row, column]) == 1
        and np.count_nonzero(agreement[:, column] >= agreement[row, column]) == 1
    ]


def _elect(votes: npt.NDArray[np.float32]) -> Bools:
    """The tracks with most votes in each frame, as many as speak there on average."""
    active = np.zeros(votes.shape, np.bool_)
    counts = np.rint(votes.sum(axis=0)).astype(int)
    ranked = np.argsort(-votes, axis=0, kind="stable")[:MOST_AT_ONCE]
    for place, row in enumerate(ranked):
        frames = np.flatnonzero(counts > place)
        active[row[frames], frames] = votes[row[frames], frames] > 0.0
    return active
