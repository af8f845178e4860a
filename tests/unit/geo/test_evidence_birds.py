"""Birds point to where they live, more of them more surely, and never rule a place out."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from audiosvc.errors import ModelMissing
from audiosvc.estimates import Context, Evidence, Hearing
from audiosvc.geo.evidence.bird_ranges import load_ranges
from audiosvc.geo.evidence.bird_sureness import Animal
from audiosvc.geo.evidence.birds import FLOOR, MOST_NAMED, BirdsEvidence, forgiving, likelihood
from audiosvc.spans import Span
from audiosvc.types import Audio
from tests.fakes.animals import FakeAnimals
from tests.unit.geo.small_world import GRID as SMALL

GRID: Any = SMALL
CELLS = len(SMALL.cells)
RATE_HZ = 48_000


def hearing(
    duration_s: float = 24.0, *, day: date | None = None, loud: float = 0.1, rate_hz: int = RATE_HZ
) -> Hearing:
    samples = np.full(int(duration_s * rate_hz), loud, np.float32)
    wide = Audio(samples, rate_hz)
    narrow = Audio(samples[::3], 16_000)
    return Hearing(narrow, wide, context=Context(recorded_on=day))


def found(model: FakeAnimals, folder: Path, heard: Hearing | None = None) -> list[Evidence]:
    return BirdsEvidence(GRID, lambda: model, folder)(heard or hearing())


def by_country(pieces: list[Evidence]) -> dict[str, float]:
    """The best cell of each country, 0 in the best of all."""
    total = np.sum([piece.log_likelihood for piece in pieces], axis=0)
    best = {iso: float(total[SMALL.of_country(iso)].max()) for iso in SMALL.countries}
    return {iso: value - max(best.values()) for iso, value in best.items()}


def test_a_bird_points_to_where_it_lives(tmp_path: Path) -> None:
    (piece,) = found(FakeAnimals({"Northern Owl": 8.0}), tmp_path)
    assert (piece.source, piece.category) == ("birds", "animal")
    assert piece.log_likelihood.dtype == np.float32
    assert piece.log_likelihood.shape == (CELLS,)
    assert piece.claim == "Northern Owl, heard once, with a certainty of 0.98"
    assert piece.spans == (Span(0.0, 24.0),)
    likely = by_country([piece])
    assert likely["FI"] > likely["SE"] > -1.5  # of two animals in Sweden this one is a half
    assert max(likely["BR"], likely["JP"], likely["NZ"]) < -3.0


def test_two_birds_that_agree_are_surer_than_one(tmp_path: Path) -> None:
    owl = found(FakeAnimals({"Northern Owl": 8.0}), tmp_path)
    both = found(FakeAnimals({"Northern Owl": 8.0, "Forest Grouse": 8.0}), tmp_path)
    assert len(both) == 2
    assert by_country(both)["SE"] == 0.0
    assert by_country(both)["FI"] < -3.0 < by_country(owl)["SE"]


def test_a_weak_bird_does_little(tmp_path: Path) -> None:
    strong = by_country(found(FakeAnimals({"Brazilian Macaw": [8.0, -9.0]}), tmp_path))
    weak = by_country(found(FakeAnimals({"Brazilian Macaw": [0.5, -9.0]}), tmp_path))
    assert strong["SE"] < weak["SE"] < 0.0


def test_the_season_tells_where_a_bird_that_moves_is(tmp_path: Path) -> None:
    swallow = {"Wandering Swallow": 8.0}
    may = by_country(found(FakeAnimals(swallow), tmp_path, hearing(day=date(2024, 5, 14))))
    january = by_country(found(FakeAnimals(swallow), tmp_path, hearing(day=date(2024, 1, 20))))
    ever = by_country(found(FakeAnimals(swallow), tmp_path))
    assert may["BR"] < -3.0 < may["SE"]
    assert january["SE"] < -3.0 < january["BR"]
    assert min(ever["SE"], ever["BR"]) > -2.0


@pytest.mark.parametrize("heard", [{}, {"Engine": 9.0}, {"Unknown Cricket": 9.0}])
def test_nothing_and_what_lives_everywhere_or_nobody_knows_where_is_no_evidence(
    heard: dict[str, float], tmp_path: Path
) -> None:
    assert found(FakeAnimals(heard), tmp_path) == []


def test_without_animals_nobody_asks_where_they_live(tmp_path: Path) -> None:
    model = FakeAnimals({"Engine": 9.0})
    assert found(model, tmp_path) == []
    assert model.asked == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("duration_s", [0.0, 0.01, 30.0])
def test_silence_does_not_even_load_the_model(duration_s: float, tmp_path: Path) -> None:
    def load() -> FakeAnimals:
        raise ModelMissing("nobody should ask for it")

    assert BirdsEvidence(GRID, load, tmp_path)(hearing(duration_s, loud=0.0)) == []


def test_a_sound_of_half_a_second_has_spans_inside_it(tmp_path: Path) -> None:
    (piece,) = found(FakeAnimals({"Northern Owl": 8.0}), tmp_path, hearing(0.5))
    assert piece.spans == (Span(0.0, 0.5),)


def test_a_few_are_named_and_the_rest_told_of_together(tmp_path: Path) -> None:
    robins = {f"Robin {number}": 6.0 - number / 2 for number in range(8)}
    *named, rest = found(FakeAnimals(robins), tmp_path)
    assert [one.claim[:7] for one in named] == [f"Robin {number}" for number in range(MOST_NAMED)]
    assert rest.claim.startswith("2 other animals, none with a certainty above 0.")
    assert rest.log_likelihood.min() < 0.0
    assert by_country([*named, rest])["NZ"] == 0.0


def test_what_is_neither_sure_nor_telling_is_not_told(tmp_path: Path) -> None:
    assert found(FakeAnimals({"Brazilian Macaw": [-2.9, -12.0]}), tmp_path) == []


def test_what_is_heard_in_noise_of_the_same_colour_tells_nothing(tmp_path: Path) -> None:
    heard = {"Northern Owl": 0.5}
    clear = found(FakeAnimals(heard), tmp_path)
    noisy = found(FakeAnimals(heard, in_noise=heard), tmp_path)
    assert by_country(clear)["BR"] < -1.0
    assert not noisy or by_country(noisy)["BR"] > -0.2


def test_the_ranges_are_made_once_for_all_threads(tmp_path: Path) -> None:
    model = FakeAnimals({"Northern Owl": 8.0})
    birds = BirdsEvidence(GRID, lambda: model, tmp_path)
    threads = [threading.Thread(target=birds, args=(hearing(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = FakeAnimals()
    load_ranges(alone, GRID, tmp_path / "alone")
    assert model.asked == alone.asked


def test_a_mistake_may_be_made_anywhere(tmp_path: Path) -> None:
    ranges = load_ranges(FakeAnimals(), GRID, tmp_path)
    owl = FakeAnimals.number("Northern Owl")
    depths = [
        float(likelihood(ranges, Animal(owl, sureness, ())).min())
        for sureness in (0.01, 0.1, 0.5, 0.9, 0.98)
    ]
    assert depths == sorted(depths, reverse=True)
    assert -0.1 > depths[0] > depths[-1] > FLOOR - 3.0


VOTES = hnp.arrays(np.float64, (3, 20), elements=st.floats(-40.0, 0.0))


@given(votes=VOTES)
def test_birds_never_rule_a_place_out_and_keep_their_order(
    votes: npt.NDArray[np.float64],
) -> None:
    votes = votes - votes.max(axis=1, keepdims=True)
    kept = np.sum(forgiving(list(votes)), axis=0)
    total = votes.sum(axis=0)
    assert np.all(np.isfinite(kept))
    assert kept.max() - kept.min() <= -FLOOR + 1e-9
    assert kept.argmax() == total.argmax() or np.isclose(kept.max(), kept[total.argmax()])
    order = np.argsort(total)
    assert np.all(np.diff(kept[order]) >= -1e-9)


@given(votes=VOTES, order=st.permutations(range(3)))
def test_the_order_of_birds_does_not_matter(
    votes: npt.NDArray[np.float64], order: list[int]
) -> None:
    one = forgiving(list(votes))
    other = forgiving([votes[number] for number in order])
    for place, number in enumerate(order):
        assert np.allclose(other[place], one[number])
