"""Where animals live is worked out once, kept, and made again when what was kept is damaged."""

from __future__ import annotations

import logging
import os
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.geo.evidence.bird_ranges import SEASONS, load_ranges, season_weights
from tests.fakes.animals import FakeAnimals
from tests.unit.geo.small_world import GRID as SMALL

GRID: Any = SMALL
OWL, SWALLOW, CRICKET = (
    FakeAnimals.number(name) for name in ("Northern Owl", "Wandering Swallow", "Unknown Cricket")
)


def kept(folder: Path) -> Path:
    (path,) = folder.glob("birds/ranges-*.npz")
    return path


def test_an_animal_lives_where_the_model_says(tmp_path: Path) -> None:
    cells, usual = load_ranges(FakeAnimals(), GRID, tmp_path).of(OWL)
    north = SMALL.of_country("SE") | SMALL.of_country("FI")
    assert sorted(cells.tolist()) == np.flatnonzero(north).tolist()
    assert usual.shape == (len(SEASONS), len(cells))
    assert np.all(usual == 1.0)


def test_an_animal_that_moves_lives_elsewhere_in_another_season(tmp_path: Path) -> None:
    ranges = load_ranges(FakeAnimals(), GRID, tmp_path)
    cells, usual = ranges.of(SWALLOW)
    in_sweden = SMALL.of_country("SE")[cells]
    winter, spring = usual[0], usual[1]
    assert winter[in_sweden].max() == spring[~in_sweden].max() == 0.0
    assert winter[~in_sweden].min() == spring[in_sweden].min() == 1.0
    assert ranges.totals.shape == (len(SEASONS), len(SMALL.cells))
    assert ranges.totals[1][SMALL.of_country("SE")].tolist() == [3.0] * in_sweden.sum()


def test_what_lives_nowhere_has_no_cells(tmp_path: Path) -> None:
    cells, usual = load_ranges(FakeAnimals(), GRID, tmp_path).of(CRICKET)
    assert len(cells) == usual.shape[1] == 0


def test_the_model_is_asked_once_for_every_machine(tmp_path: Path) -> None:
    first = FakeAnimals()
    made = load_ranges(first, GRID, tmp_path)
    second = FakeAnimals()
    read = load_ranges(second, GRID, tmp_path)
    assert first.asked > 0
    assert second.asked == 0
    for species in range(len(first.labels)):
        for one, other in zip(made.of(species), read.of(species), strict=True):
            assert np.array_equal(one, other)


def test_another_model_has_another_file(tmp_path: Path) -> None:
    load_ranges(FakeAnimals(), GRID, tmp_path)
    other = FakeAnimals()
    other.ranges_digest = "1" * 64
    load_ranges(other, GRID, tmp_path)
    assert len(list(tmp_path.glob("birds/ranges-*.npz"))) == 2


@pytest.mark.parametrize("damage", ["empty", "cut", "not an archive", "of another map"])
def test_a_damaged_file_is_made_again(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    load_ranges(FakeAnimals(), GRID, tmp_path)
    path = kept(tmp_path)
    whole = path.read_bytes()
    if damage == "of another map":
        with np.load(path) as held:
            arrays = dict(held)
        arrays["totals"] = arrays["totals"][:, 1:]
        np.savez(path, **arrays)
    else:
        cut = {"empty": b"", "cut": whole[: len(whole) // 2]}
        path.write_bytes(cut.get(damage, b"no" * 99))
    asked = FakeAnimals()
    cells, _ = load_ranges(asked, GRID, tmp_path).of(OWL)
    assert asked.asked > 0
    assert len(cells)
    assert "cannot be read" in caplog.text
    assert path.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_done_without_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "birds").write_text("a file where the folder would be")
    with caplog.at_level(logging.WARNING):
        cells, _ = load_ranges(FakeAnimals(), GRID, tmp_path).of(OWL)
    assert len(cells)
    assert "cannot be kept" in caplog.text


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_read_only_cache_is_done_without(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        cells, _ = load_ranges(FakeAnimals(), GRID, tmp_path).of(OWL)
    finally:
        tmp_path.chmod(0o700)
    assert len(cells)


def test_on_a_day_the_season_around_it_counts() -> None:
    assert season_weights(None).tolist() == [0.25] * 4
    assert season_weights(date(2024, 5, 14)).argmax() == 1
    assert season_weights(date(2024, 5, 14)).max() > 0.9
    new_year = season_weights(date(2024, 1, 1))
    assert new_year[0] > 0.4
    assert new_year[3] > 0.4


@given(day=st.dates())
def test_the_seasons_of_every_day_sum_to_one(day: date) -> None:
    weights = season_weights(day)
    assert weights.min() >= 0.0
    assert weights.sum() == pytest.approx(1.0)
    assert np.count_nonzero(weights) <= 2
