"""Which birds and other animals are heard, as a reason to believe in the places where they live.

A voice that may be one of several species speaks for the places of each, as surely as it is that
species, and for no place with what is left: a doubtful one does little, a sure one with a small
range a lot, and one that does not fit the others is soon given up.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from audiosvc.catalog import shared
from audiosvc.estimates import Evidence, Hearing
from audiosvc.geo.evidence.bird_ranges import RangeModel, Ranges, load_ranges, season_weights
from audiosvc.geo.evidence.bird_voices import Voice, find_voices
from audiosvc.geo.prior import log_prior
from audiosvc.settings import default_cache_dir
from audiosvc.types import Audio

if TYPE_CHECKING:
    from audiosvc.geo.grid import Grid

MODEL = "birdnet-v2.4"
THREADS = 2

Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]

# Recordists seek what is rare: where a bird is ten times as usual it is recorded three times as
# often.
SEEKING = 0.5
# A species is heard outside its range now and then: strays, and what the range model has wrong.
STRAY = 0.01
# Few species are expected on ice and in deserts, which makes none of them likelier than elsewhere.
POOREST_SHARE = 5.0
# Of what people keep, so many are heard where people live, and the others where the species does.
KEPT_SHARE = 0.7
KEPT = frozenset(
    {
        *("Gallus gallus", "Pavo cristatus", "Numida meleagris", "Meleagris gallopavo"),
        *("Anser anser", "Anser cygnoides", "Cairina moschata", "Columba livia"),
        *("Serinus canaria", "Melopsittacus undulatus", "Nymphicus hollandicus"),
        *("Taeniopygia guttata", "Gracula religiosa", "Psittacus erithacus"),
        *("Canis familiaris", "Equus caballus", "Bos taurus"),
    }
)
# What a voice, and what all of them, may take from a place at most, as natural logarithms: birds
# sing on the radio, too.
FLOOR = -6.0
FLOOR_TOGETHER = -9.0
# Below this a voice is not worth telling of: it changes nothing by more than a tenth.
LEAST_RANGE = 0.1
MOST_VOICES = 8


class AnimalModel(RangeModel, Protocol):
    """Names animals, and knows where they live. window_s: how long it listens at once."""

    window_s: float

    def detections(self, audio: Audio) -> tuple[npt.NDArray[np.float64], Float32]:
        """When each window begins, in seconds, and its logits ``(windows, labels)``."""
        ...


class BirdsEvidence:
    """Finds animals whose ranges are known."""

    name = "birds"

    def __init__(
        self, grid: Grid, cache_dir: Path | None = None, model: AnimalModel | None = None
    ) -> None:
        """model: BirdNET when None. Raises ModelError, when it is not installed for one."""
        self._grid = grid
        self._cache_dir = cache_dir or default_cache_dir()
        self._model = model or shared(cache_dir).load(MODEL, threads=THREADS)
        self._prior: Float64 = np.exp(log_prior(grid).astype(np.float64))

    def __call__(self, hearing: Hearing) -> list[Evidence]:
        """One piece for each voice that tells something, the surest first."""
        starts_s, logits = self._model.detections(hearing.wide)
        voices = find_voices(starts_s, logits, self._model.window_s, hearing.speech)
        if not voices:
            return []
        ranges = load_ranges(self._model, self._grid, self._cache_dir)
        weights = season_weights(hearing.context.recorded_on)
        told = [(voice, self._told(voice, ranges, weights)) for voice in voices[:MOST_VOICES]]
        telling = [pair for pair in told if pair[1].min() < -LEAST_RANGE]
        share = _share([likelihood for _, likelihood in telling])
        return [self._evidence(voice, share * likelihood) for voice, likelihood in telling]

    def _told(self, voice: Voice, ranges: Ranges, weights: Float32) -> Float64:
        """The log-likelihood of hearing this voice in each cell."""
        unknown = 1.0 - sum(voice.probabilities.values())
        likelihood = np.full(len(self._grid.cells), unknown)
        for label, probability in voice.probabilities.items():
            likelihood += probability * self._likelier(label, ranges, weights)
        logs = np.log(likelihood)
        return np.asarray(np.maximum(logs - logs.max(), FLOOR))

    def _likelier(self, label: int, ranges: Ranges, weights: Float32) -> Float64 | float:
        """How much likelier than on average a species is what is recorded in each cell."""
        cells, usual = ranges.of(label)
        if not len(cells):
            return 1.0
        total = (weights @ ranges.totals).astype(np.float64)
        total = np.maximum(total, np.percentile(total[total > 0], POOREST_SHARE))
        share = np.zeros(len(self._grid.cells))
        share[cells] = (weights @ usual) ** SEEKING
        share /= total
        average = float(share @ self._prior)
        if average <= 0:
            return 1.0  # it lives there, but not in this season
        here = STRAY + (1.0 - STRAY) * share / average
        if self._model.labels[label][0] in KEPT:
            here = KEPT_SHARE + (1.0 - KEPT_SHARE) * here
        return np.asarray(here)

    def _evidence(self, voice: Voice, likelihood: Float64) -> Evidence:
        return Evidence(
            source=self.name,
            category="animal",
            claim=self._claim(voice),
            log_likelihood=likelihood.astype(np.float32),
            spans=voice.spans,
        )

    def _claim(self, voice: Voice) -> str:
        (first, surest), *others = voice.probabilities.items()
        claim = f"{self._name(first)}, p = {surest:.2f}"
        if others and others[0][1] >= max(0.1, surest / 4):
            claim += f", or {self._name(others[0][0])}, p = {others[0][1]:.2f}"
        times = "once" if voice.windows == 1 else f"in {voice.windows} stretches"
        return f"{claim}, heard {times}"

    def _name(self, label: int) -> str:
        scientific, common = self._model.labels[label]
        return common or scientific


def _share(likelihoods: list[Float64]) -> float:
    """What each of several counts for, so that all together stay above their floor."""
    if not likelihoods:
        return 1.0
    together = np.sum(likelihoods, axis=0)
    reach = float(together.max() - together.min())
    return min(1.0, -FLOOR_TOGETHER / reach) if reach > 0 else 1.0
