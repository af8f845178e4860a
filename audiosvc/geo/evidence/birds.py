"""Birds, and what else a model can name, by where each of them lives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from audiosvc.catalog import shared
from audiosvc.catalog.extras import expect_packages
from audiosvc.estimates import Evidence, Hearing
from audiosvc.geo.evidence.bird_noise import noise_like
from audiosvc.geo.evidence.bird_ranges import Ranges, load_ranges, season_weights
from audiosvc.geo.evidence.bird_sureness import Animal, animals
from audiosvc.ports import AnimalModel
from audiosvc.settings import default_cache_dir, usable_processors
from audiosvc.spans import Span, merge_spans

if TYPE_CHECKING:
    from audiosvc.geo.grid import Grid

Float64 = npt.NDArray[np.float64]

BIRDNET = "birdnet-v2.4"
MOST_THREADS = 2
# What is heard of an animal in a cell is its share of all that live there. A mistake is as likely
# everywhere, and could have been any of thousands of animals: this is its share.
MISTAKEN_SHARE = 6e-4
# So often all birds of a recording are heard far from home: a film, an aviary, a lure.
ELSEWHERE = 0.02
# Even so, nothing is less likely than this, as a natural logarithm.
FLOOR = -9.0
# So many animals are told of by name: sure ones, and such as are not too unsure and tell something
# (in nats). The others are told of together, unless all of them tell next to nothing.
MOST_NAMED = 6
SURE = 0.5
UNSURE = 0.1
TELLING = 0.05
LEAST_TELLING = 0.01


class BirdsEvidence:
    """Takes ranges of animals from their voices; no evidence where none is heard.

    Any number of threads may call it. The model is loaded when it is first needed.
    """

    name = "birds"

    def __init__(
        self, grid: Grid, load: Callable[[], AnimalModel], cache_dir: Path | None = None
    ) -> None:
        """load: gives the model. cache_dir: where the ranges are kept."""
        self._grid = grid
        self._load = load
        self._cache_dir = cache_dir or default_cache_dir()
        self._lock = threading.Lock()
        self._ranges: Ranges | None = None

    def __call__(self, hearing: Hearing) -> list[Evidence]:
        """One for each of the animals that tell most, and one for all others together."""
        wide = hearing.wide
        if not wide.samples.any():
            return []
        model = self._load()
        starts_s, logits = model.detections(wide)
        end_s = wide.span.end_s
        windows = [Span(start, min(start + model.window_s, end_s)) for start in starts_s.tolist()]
        _, in_noise = model.detections(noise_like(wide, model.window_s))
        heard = animals(model.labels, windows, logits, in_noise.max(axis=0), hearing.speech)
        if not heard:
            return []
        ranges = self._known_ranges(model)
        day = hearing.context.recorded_on
        told = [(one, likelihood(ranges, one, day)) for one in heard]
        told = sorted(
            ((one, by_cell) for one, by_cell in told if by_cell.any()),
            key=lambda pair: (-_depth(pair[1]), pair[0].label),
        )
        return self._evidence(model, told)

    def _known_ranges(self, model: AnimalModel) -> Ranges:
        with self._lock:  # one thread makes them, while others wait
            if self._ranges is None:
                self._ranges = load_ranges(model, self._grid, self._cache_dir)
            return self._ranges

    def _evidence(
        self, model: AnimalModel, told: Sequence[tuple[Animal, Float64]]
    ) -> list[Evidence]:
        if not told or _depth(np.sum([by_cell for _, by_cell in told], axis=0)) < LEAST_TELLING:
            return []
        first = [pair for pair in told if _has_name(*pair)][:MOST_NAMED]
        by_name = {one.label for one, _ in first}
        rest = [(one, by_cell) for one, by_cell in told if one.label not in by_name]
        claims = [_claim(model.labels[one.label][1], one) for one, _ in first]
        spans = [one.spans for one, _ in first]
        votes = [by_cell for _, by_cell in first]
        if rest:
            claims.append(_claim_of_all([one for one, _ in rest]))
            spans.append(merge_spans(span for one, _ in rest for span in one.spans))
            votes.append(np.sum([by_cell for _, by_cell in rest], axis=0))
        return [
            Evidence(self.name, "animal", claim, vote.astype(np.float32), where)
            for claim, vote, where in zip(claims, forgiving(votes), spans, strict=True)
        ]


def load_birds(grid: Grid, cache_dir: Path | None = None) -> BirdsEvidence:
    """With BirdNET. Raises ModelMissing without its packages, ModelCorrupt when it is damaged."""
    models = shared(cache_dir)
    expect_packages(models.find(BIRDNET))
    models.path(BIRDNET)
    threads = min(MOST_THREADS, usable_processors())
    return BirdsEvidence(grid, lambda: models.load(BIRDNET, threads=threads), cache_dir)


def likelihood(ranges: Ranges, animal: Animal, day: date | None = None) -> Float64:
    """The log-likelihood of hearing an animal in each cell, ``(cells,)``, the highest 0.

    It is really there, with its sureness, or it is a mistake that can be made anywhere. 0
    everywhere when nobody knows where it lives. day: without one, all seasons count.
    """
    weights = season_weights(day)
    cells, usual = ranges.of(animal.label)
    total = (weights @ ranges.totals).astype(np.float64)
    # Whether it lives there tells more than how usual it is: the rare is recorded with zeal.
    share = np.zeros(len(total))
    share[cells] = (weights @ np.sqrt(usual)) / np.maximum(total[cells], 1.0)
    if not share.any():
        return share
    found = np.log(animal.sureness * share / MISTAKEN_SHARE + 1.0 - animal.sureness)
    return np.asarray(found - found.max(), np.float64)


def forgiving(votes: Sequence[Float64]) -> list[Float64]:
    """The same log-likelihoods, each 0 at most, when all of them may be from elsewhere at once.

    Their sum is that of a mixture with what is heard on average anywhere, and stays above a floor.
    Each vote keeps its share of the sum.
    """
    total = np.sum(votes, axis=0)
    top = float(total.max())
    likely = np.exp(total - top)
    mixed = np.log(likely + ELSEWHERE * likely.mean()) - np.log1p(ELSEWHERE * likely.mean())
    kept = np.maximum(mixed, FLOOR) + top
    shrunk = np.divide(kept, total, out=np.ones_like(total), where=total < 0.0)
    return [vote * shrunk for vote in votes]


def _has_name(one: Animal, by_cell: Float64) -> bool:
    return one.sureness >= SURE or (one.sureness >= UNSURE and _depth(by_cell) >= TELLING)


def _depth(by_cell: Float64) -> float:
    """How much a log-likelihood tells, in nats: the best cell against the average."""
    return round(-float(np.log(np.exp(by_cell - by_cell.max()).mean())), 6)


def _claim(name: str, one: Animal) -> str:
    times = {1: "once", 2: "twice"}.get(len(one.spans), f"{len(one.spans)} times")
    return f"{name}, heard {times}, with a certainty of {one.sureness:.2f}"


def _claim_of_all(rest: Sequence[Animal]) -> str:
    surest = max(one.sureness for one in rest)
    if len(rest) == 1:
        return f"One more animal, with a certainty of {surest:.2f}"
    return f"{len(rest)} other animals, none with a certainty above {surest:.2f}"
