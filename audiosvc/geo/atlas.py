"""All that locating knows of the world, and all that takes evidence, loaded once for everybody."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from audiosvc.catalog import import_by_name
from audiosvc.errors import AudiosvcError
from audiosvc.estimates import Evidence, GeoEstimate, Hearing
from audiosvc.ports import AudioLanguageModel, EvidenceExtractor
from audiosvc.types import Notice

if TYPE_CHECKING:
    from audiosvc.geo.gazetteer import Gazetteer
    from audiosvc.geo.grid import Grid

Maker = Callable[["Grid", "Gazetteer", "Path | None"], EvidenceExtractor]
"""Makes an extractor for a map; the folder is that of the cache, None for the usual one."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """The map with its prior, and the extractors that were made for it.

    log_prior: float32 ``(cells,)``. notices: what cannot be listened for here, and why.
    """

    grid: Grid
    gazetteer: Gazetteer
    log_prior: npt.NDArray[np.float32]
    extractors: tuple[EvidenceExtractor, ...]
    notices: tuple[Notice, ...] = ()

    def evidence(self, hearing: Hearing) -> tuple[list[Evidence], tuple[Notice, ...]]:
        """All evidence there is, and a notice for each extractor that failed. Never raises."""
        found: list[Evidence] = []
        notices = list(self.notices)
        for extractor in self.extractors:
            try:
                found += extractor(hearing)
            except Exception as error:  # one that fails does not stop the others
                log.debug("evidence of %s failed", extractor.name, exc_info=True)
                notices.append(_failed(extractor.name, error))
        return found, tuple(notices)

    def asking(self, model: AudioLanguageModel) -> Atlas:
        """The same, with what this model guesses as further evidence."""
        from audiosvc.geo.evidence.guesses import GuessEvidence  # noqa: PLC0415

        guesses = GuessEvidence(self.grid, self.gazetteer, model)
        return replace(self, extractors=(*self.extractors, guesses))

    def estimate(
        self,
        evidence: Sequence[Evidence],
        notices: Sequence[Notice] = (),
        *,
        heat: Mapping[str, float] | None = None,
        top: int = 5,
        listened_s: float = 0.0,
    ) -> GeoEstimate:
        """Where the evidence points.

        notices: what the reader has to know. heat: in place of the prior, as ``Context`` has it.
        Raises OptionError for a heat that is no map.
        """
        from audiosvc.geo.estimate import estimate  # noqa: PLC0415
        from audiosvc.geo.prior import heat_prior  # noqa: PLC0415

        prior = self.log_prior if heat is None else heat_prior(self.grid, heat, self.log_prior)
        found = estimate(self.grid, self.gazetteer, prior, evidence, top=top, listened_s=listened_s)
        return replace(found, notices=tuple(notices))


@functools.cache
def load_atlas(cache_dir: Path | None = None) -> Atlas:
    """The map and every extractor whose packages are here. Takes a second or two."""
    from audiosvc.geo.gazetteer import load_gazetteer  # noqa: PLC0415
    from audiosvc.geo.grid import load_grid  # noqa: PLC0415
    from audiosvc.geo.prior import log_prior  # noqa: PLC0415

    grid, gazetteer = load_grid(cache_dir), load_gazetteer(cache_dir)
    extractors, notices = make_extractors(grid, gazetteer, cache_dir, MAKERS)
    return Atlas(grid, gazetteer, log_prior(grid), extractors, notices)


def make_extractors(
    grid: Grid, gazetteer: Gazetteer, cache_dir: Path | None, makers: Mapping[str, Maker]
) -> tuple[tuple[EvidenceExtractor, ...], tuple[Notice, ...]]:
    """The extractors that can be made here, and a notice for each of the others."""
    extractors: list[EvidenceExtractor] = []
    notices: list[Notice] = []
    for name, make in makers.items():
        try:
            extractors.append(make(grid, gazetteer, cache_dir))
        except (AudiosvcError, ImportError) as error:  # a package that is not here, say
            notices.append(_missing(name, error))
    return tuple(extractors), tuple(notices)


def _on_grid(dotted: str) -> Maker:
    """Makes an extractor that needs the grid alone. dotted: ``module:class``."""
    return lambda grid, _, __: _made(dotted, grid)


def _on_grid_and_cache(dotted: str) -> Maker:
    """Makes an extractor that keeps something in the cache."""
    return lambda grid, _, cache_dir: _made(dotted, grid, cache_dir)


def _on_grid_and_gazetteer(dotted: str) -> Maker:
    """Makes an extractor that looks places up. dotted: ``module:class``."""
    return lambda grid, gazetteer, _: _made(dotted, grid, gazetteer)


def _made(dotted: str, *parts: object) -> EvidenceExtractor:
    """Late, since some need packages that are not here. Raises ModelMissing."""
    return cast(EvidenceExtractor, import_by_name(dotted)(*parts))


MAKERS: Mapping[str, Maker] = {
    "language": _on_grid("audiosvc.geo.evidence.language:LanguageEvidence"),
    "birds": _on_grid_and_cache("audiosvc.geo.evidence.birds:load_birds"),
    "hum": _on_grid("audiosvc.geo.evidence.hum:HumEvidence"),
    "signals": _on_grid("audiosvc.geo.evidence.signals:SignalsEvidence"),
    "places": _on_grid_and_gazetteer("audiosvc.geo.evidence.places.extractor:PlacesEvidence"),
    "liturgy": _on_grid("audiosvc.geo.evidence.liturgy:LiturgyEvidence"),
    "context": _on_grid("audiosvc.geo.evidence.context:ContextEvidence"),
}


def _failed(name: str, error: Exception) -> Notice:
    reason = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
    return Notice("evidence_failed", f"The evidence of {name} could not be taken: {reason}.")


def _missing(name: str, error: Exception) -> Notice:
    reason = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
    return Notice("evidence_missing", f"No evidence of {name} was looked for: {reason}.")
