"""Where each species lives, season by season, on the cells of a map.

A model tells how likely a species is met at a place in a week. It is asked for every cell in the
middle of four seasons, once, and what it says is kept in the cache.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from audiosvc.catalog.files import replacing, sweep
from audiosvc.ports import AnimalModel

if TYPE_CHECKING:
    from audiosvc.geo.grid import Grid

Float32 = npt.NDArray[np.float32]

WEEKS = 48
# Mid-February, mid-May, mid-August and mid-November: birds that move have come, bred, gone, come.
SEASONS = (6.5, 18.5, 30.5, 42.5)
# Changes when what is kept, or how, does.
VERSION = 2
# A species that is nowhere likelier than that was never learnt: its values are noise.
LEAST_PEAK = 0.02
# What is kept of a species: cells where it is this likely, or a tenth as likely as at its best.
LEAST = 0.01
LEAST_SHARE = 0.1
# Anything less is not even looked at.
TRACE = LEAST_PEAK * LEAST_SHARE
# Values are kept as the square root, in 255 steps: 1 % is then told from 1.1 %.
STEPS = 255

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """The cells of all species, one after the other.

    starts: ``(species + 1,)``, where those of each begin. cells: ``(entries,)``. values:
    ``(seasons, entries)``, relative to the species' best, as roots in 255 steps. totals:
    ``(seasons, cells of the map)``, the sum over all species.
    """

    starts: npt.NDArray[np.int64]
    cells: npt.NDArray[np.uint16]
    values: npt.NDArray[np.uint8]
    totals: Float32

    def of(self, species: int) -> tuple[npt.NDArray[np.uint16], Float32]:
        """The cells where a species lives and, ``(seasons, cells)``, how usual it is there,
        1 where and when it is most usual. Both are empty when that is not known.
        """
        span = slice(int(self.starts[species]), int(self.starts[species + 1]))
        roots = self.values[:, span].astype(np.float32) / STEPS
        return self.cells[span], np.square(roots)


def season_weights(day: date | None) -> Float32:
    """How much each season counts on a day, ``(seasons,)``, sum 1; evenly when it is unknown."""
    count = len(SEASONS)
    if day is None:
        return np.full(count, 1 / count, np.float32)
    week = (day.timetuple().tm_yday - 1) / 366 * WEEKS + 1
    place = (week - SEASONS[0]) / (WEEKS / count) % count
    before, share = int(place), place % 1
    weights = np.zeros(count, np.float32)
    weights[before] += 1 - share
    weights[(before + 1) % count] += share
    return weights


def load_ranges(model: AnimalModel, grid: Grid, cache_dir: Path) -> Ranges:
    """What the model says, from the cache, where it is put first if it is not there yet.

    That takes some 20 s. Two processes that do it at once do it twice, and neither harms the other.
    Where the cache cannot be written, a line of the log says so, and nothing is kept.
    """
    path = cache_dir / "birds" / f"ranges-{_key(model, grid)}.npz"
    found = _read(path, (len(model.labels), len(grid.cells)))
    if found is None:
        log.info("where birds live is worked out, once on this machine: about 20 s")
        found = compute_ranges(model, grid)
        _write(found, path)
    return found


def compute_ranges(model: AnimalModel, grid: Grid) -> Ranges:
    """Ask the model for every cell and season."""
    traces = list(_traces(model, grid))
    species, cells = (np.concatenate([each[part] for each in traces]) for part in (0, 1))
    values = np.concatenate([each[2] for each in traces], axis=1)
    best = values.max(axis=0).astype(np.float32)
    peaks = np.zeros(len(model.labels), np.float32)
    np.maximum.at(peaks, species, best)
    peak = peaks[species]
    lives = np.flatnonzero((peak >= LEAST_PEAK) & (best >= np.minimum(LEAST, LEAST_SHARE * peak)))
    order = lives[np.argsort(species[lives], kind="stable")]
    cells, peak = cells[order], peak[order]
    kept = np.empty((len(SEASONS), len(order)), np.uint8)
    totals = np.empty((len(SEASONS), len(grid.cells)), np.float32)
    for season, of_season in enumerate(values):
        relative = of_season[order] / peak
        kept[season] = np.rint(np.sqrt(relative) * STEPS)
        totals[season] = np.bincount(cells, relative, minlength=len(grid.cells))
    starts = np.searchsorted(species[order], np.arange(len(peaks) + 1))
    return Ranges(starts.astype(np.int64), cells, kept, totals)


def _traces(
    model: AnimalModel, grid: Grid
) -> Iterator[tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16], npt.NDArray[np.float16]]]:
    """Species, cells, and values by season, wherever a species leaves a trace.

    Some cells at a time, as all of them in all seasons would fill gigabytes.
    """
    first = 0
    for years in _years(model, grid):
        cells, species = np.nonzero(years.max(axis=1) >= TRACE)
        kept = years[cells, :, species].T.astype(np.float16)
        yield species.astype(np.uint16), (cells + first).astype(np.uint16), kept
        first += len(years)


def _years(model: AnimalModel, grid: Grid) -> Iterator[Float32]:
    """What the model says of every cell, ``(some cells, seasons, labels)`` at a time."""
    count = len(SEASONS)
    of_cells = [np.repeat(axis, count) for axis in (grid.lat, grid.lon)]
    places = np.stack([*of_cells, np.tile(SEASONS, len(grid.cells))], axis=1).astype(np.float32)
    rest = np.empty((0, len(model.labels)), np.float32)
    for rows in model.occurrence(places):
        held = np.concatenate([rest, rows])
        whole = len(held) // count * count
        yield held[:whole].reshape(-1, count, held.shape[1])
        rest = held[whole:]


def _key(model: AnimalModel, grid: Grid) -> str:
    parts: Sequence[str] = (str(VERSION), model.ranges_digest, *grid.cells)
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


def _read(path: Path, shape: tuple[int, int]) -> Ranges | None:
    """None when it is not there, or damaged. shape: species and cells of the map."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            found = Ranges(held["starts"], held["cells"], held["values"], held["totals"])
        entries, (species, cells) = len(found.cells), shape
        _expect(found.starts, (species + 1,))
        _expect(found.values, (len(SEASONS), entries))
        _expect(found.totals, (len(SEASONS), cells))
        if found.starts[-1] != entries or (entries and found.cells.max() >= cells):
            raise ValueError("its cells are of another map")
        return found
    except FileNotFoundError:
        return None
    except (OSError, EOFError, KeyError, ValueError, BadZipFile) as error:
        log.warning("%s cannot be read (%s): made anew", path, error)
        return None


def _expect(array: npt.NDArray[np.generic], shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ValueError("its arrays do not match")


def _write(ranges: Ranges, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path.parent)
        with replacing(path) as file:
            np.savez(
                file,
                starts=ranges.starts,
                cells=ranges.cells,
                values=ranges.values,
                totals=ranges.totals,
            )
    except OSError as error:
        log.warning("where birds live cannot be kept in %s: %s", path.parent, error)
