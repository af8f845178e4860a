"""Birds heard as places, with a made-up classifier and ranges on the small map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.estimates import Context, Evidence, Hearing, Point
from audiosvc.geo.evidence.bird_ranges import SEASONS, load_ranges, season_weights
from audiosvc.geo.evidence.bird_voices import TRUST, find_voices
from audiosvc.geo.evidence.birds import FLOOR, FLOOR_TOGETHER, BirdsEvidence
from audiosvc.spans import Span
from audiosvc.types import Audio
from tests.fakes.small_world import SmallGrid, share_by_country, silence

GRID = SmallGrid()
# Which country each species lives in, None for a sound that lives nowhere; the tern moves.
LIVES: tuple[tuple[str, str, str | None], ...] = (
    ("Parus suecicus", "Swedish Tit", "SE"),
    ("Parus japonicus", "Japanese Tit", "JP"),
    ("Sturnus americanus", "American Starling", "US"),
    ("Gallus gallus", "Red Junglefowl", "JP"),
    ("Sterna viator", "Moving Tern", "SE"),
    ("Engine", "Engine", None),
    ("Passer ubique", "Common Sparrow", "everywhere"),
)
NAMES = {common: index for index, (_, common, _) in enumerate(LIVES)}
QUIET = -8.0


class FakeBirds:
    """Hears what it is told to. heard: for each window, the logits of common names."""

    labels = tuple((scientific, common) for scientific, common, _ in LIVES)
    ranges_digest = "0" * 64
    window_s = 3.0

    def __init__(self, *heard: dict[str, float]) -> None:
        self.heard = heard
        self.asked = 0

    def detections(self, audio: Audio) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float32]]:
        assert audio.sample_rate_hz == 48_000
        return np.arange(len(self.heard)) * 3.0, logits_of(self.heard)

    def occurrence(self, places: npt.NDArray[np.float32]) -> Iterator[npt.NDArray[np.float32]]:
        self.asked += 1
        cells = [GRID.cell_at(Point(float(lat), float(lon))) for lat, lon, _ in places]
        rows = np.zeros((len(places), len(LIVES)), np.float32)
        for row, cell, (_, _, week) in zip(rows, cells, places, strict=True):
            own = GRID.countries[GRID.country[cell]] if GRID.country[cell] >= 0 else ""
            for index, (_, common, country) in enumerate(LIVES):
                here = "EG" if common == "Moving Tern" and not 12 < week < 36 else country
                row[index] = 0.4 if here in {own, "everywhere"} else 0.0
        yield rows


def logits_of(heard: Sequence[dict[str, float]]) -> npt.NDArray[np.float32]:
    rows = np.full((len(heard), len(LIVES)), QUIET, np.float32)
    for row, window in zip(rows, heard, strict=True):
        for name, logit in window.items():
            row[NAMES[name]] = logit
    return rows


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def birds(
    cache: Path,
    *heard: dict[str, float],
    speech: tuple[Span, ...] = (),
    recorded_on: date | None = None,
) -> list[Evidence]:
    extractor = BirdsEvidence(GRID, cache, FakeBirds(*heard))  # type: ignore[arg-type]
    wide = Audio(np.zeros(48_000, np.float32), 48_000)
    context = Context(recorded_on=recorded_on)
    return extractor(Hearing(silence(), wide, speech=speech, context=context))


def test_a_clear_bird_is_where_it_lives(cache: Path) -> None:
    (piece,) = birds(cache, {"Swedish Tit": 5.0}, {}, {"Swedish Tit": 4.0})
    assert share_by_country(GRID, [piece])["SE"] > 0.6
    assert piece.claim == "Swedish Tit, p = 0.94, heard in 2 stretches"
    assert (piece.source, piece.category) == ("birds", "animal")
    assert piece.spans == (Span(0.0, 3.0), Span(6.0, 9.0))
    assert piece.log_likelihood.dtype == np.float32
    assert piece.log_likelihood.max() == 0.0


def test_nothing_heard_is_no_evidence_and_asks_for_no_ranges(tmp_path: Path) -> None:
    model = FakeBirds({}, {})
    extractor = BirdsEvidence(GRID, tmp_path, model)  # type: ignore[arg-type]
    wide = Audio(np.zeros(48_000, np.float32), 48_000)
    assert extractor(Hearing(silence(), wide)) == []
    assert model.asked == 0
    assert birds(tmp_path) == []


def test_a_doubtful_bird_tells_less_than_a_clear_one(cache: Path) -> None:
    ranges = [
        float(-piece.log_likelihood.min())
        for logit in (0.0, 1.0, 2.0, 4.0)
        for piece in birds(cache, {"Swedish Tit": logit})
    ]
    assert ranges == sorted(ranges)
    assert ranges[0] < ranges[-1] / 3


def test_a_bird_that_comes_again_is_surer(cache: Path) -> None:
    (once,) = birds(cache, {"Swedish Tit": 1.0})
    (often,) = birds(cache, *[{"Swedish Tit": 1.0}] * 6)
    assert often.log_likelihood.min() < once.log_likelihood.min()


def test_a_sound_that_is_an_engine_as_likely_is_believed_less(cache: Path) -> None:
    (alone,) = birds(cache, {"Swedish Tit": 3.0})
    (beside,) = birds(cache, {"Swedish Tit": 3.0, "Engine": 2.9})
    assert beside.log_likelihood.min() > alone.log_likelihood.min() + 0.5
    assert "or Engine, p = 0.4" in beside.claim


def test_look_alikes_share_what_is_known(cache: Path) -> None:
    (piece,) = birds(cache, {"Swedish Tit": 4.0, "Japanese Tit": 3.9})
    both = GRID.of_country("SE") | GRID.of_country("JP")
    assert piece.log_likelihood[both].min() > piece.log_likelihood[~both].max() + 1.5
    assert piece.log_likelihood[both].min() > -2.0


def test_speech_is_taken_for_birds_now_and_then(cache: Path) -> None:
    (alone,) = birds(cache, {"Swedish Tit": 3.0})
    (under,) = birds(cache, {"Swedish Tit": 3.0}, speech=(Span(0.0, 3.0),))
    assert under.log_likelihood.min() > alone.log_likelihood.min() + 1.0


def test_what_lives_nowhere_tells_nothing(cache: Path) -> None:
    assert birds(cache, {"Engine": 6.0}) == []


def test_what_lives_everywhere_tells_little(cache: Path) -> None:
    (piece,) = birds(cache, {"Common Sparrow": 6.0})
    assert piece.log_likelihood.min() > -1.5


def test_a_rooster_is_heard_where_people_are(cache: Path) -> None:
    (wild,) = birds(cache, {"Japanese Tit": 6.0})
    (kept,) = birds(cache, {"Red Junglefowl": 6.0})
    assert kept.log_likelihood.min() > wild.log_likelihood.min() + 1.5


def test_the_season_tells_where_a_bird_that_moves_is(cache: Path) -> None:
    (may,) = birds(cache, {"Moving Tern": 6.0}, recorded_on=date(2024, 5, 15))
    (winter,) = birds(cache, {"Moving Tern": 6.0}, recorded_on=date(2024, 11, 15))
    assert share_by_country(GRID, [may])["SE"] > 0.6
    assert share_by_country(GRID, [winter])["EG"] > 0.6


def test_two_birds_of_far_countries_contradict_and_exclude_nothing(cache: Path) -> None:
    pieces = birds(cache, {"Swedish Tit": 8.0}, {"Japanese Tit": 8.0}, {"American Starling": 8.0})
    assert len(pieces) == 3
    together = np.sum([piece.log_likelihood for piece in pieces], axis=0)
    assert together.max() - together.min() <= -FLOOR_TOGETHER + 1e-4


heard_windows = st.lists(
    st.dictionaries(st.sampled_from(sorted(NAMES)), st.floats(-10, 12), max_size=4), max_size=8
)


@given(heard_windows)
def test_every_piece_is_a_likelihood_that_excludes_nothing(
    cache: Path, heard: list[dict[str, float]]
) -> None:
    for piece in birds(cache, *heard):
        assert piece.log_likelihood.shape == (len(GRID.cells),)
        assert np.isfinite(piece.log_likelihood).all()
        assert piece.log_likelihood.max() == pytest.approx(0.0, abs=1e-6)
        assert piece.log_likelihood.min() >= FLOOR - 1e-5
        assert piece.spans


@given(heard_windows, st.randoms())
def test_the_order_of_windows_makes_no_difference(
    heard: list[dict[str, float]], random: object
) -> None:
    numbers = list(range(len(heard)))
    random.shuffle(numbers)  # type: ignore[attr-defined]
    starts = np.arange(len(heard)) * 3.0
    one = find_voices(starts, logits_of(heard), 3.0)
    other = find_voices(starts[numbers], logits_of([heard[n] for n in numbers]), 3.0)
    assert [(voice.label, voice.windows) for voice in one] == [
        (voice.label, voice.windows) for voice in other
    ]
    for voice in one:
        assert sum(voice.probabilities.values()) <= TRUST + 1e-9


def test_ranges_are_kept_and_made_anew_when_damaged(tmp_path: Path) -> None:
    model = FakeBirds()
    first = load_ranges(model, GRID, tmp_path)  # type: ignore[arg-type]
    asked = model.asked
    again = load_ranges(model, GRID, tmp_path)  # type: ignore[arg-type]
    assert model.asked == asked
    assert np.array_equal(first.values, again.values)
    (file,) = (tmp_path / "birds").iterdir()
    file.write_bytes(file.read_bytes()[:100])
    load_ranges(model, GRID, tmp_path)  # type: ignore[arg-type]
    assert model.asked > asked


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "birds").write_text("in the way")
    assert birds(tmp_path, {"Swedish Tit": 5.0})


@given(st.dates(date(2000, 1, 1), date(2030, 12, 31)))
def test_a_day_lies_between_two_seasons(day: date) -> None:
    weights = season_weights(day)
    assert weights.shape == (len(SEASONS),)
    assert weights.sum() == pytest.approx(1.0)
    assert (weights >= 0).all()
