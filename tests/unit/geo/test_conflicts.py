"""What does not fit together, on the whole map: the answer widens, and says what conflicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pytest

from audiosvc.estimates import Evidence, GeoEstimate, Hearing
from audiosvc.geo.estimate import estimate
from audiosvc.geo.evidence.birds import BirdsEvidence
from audiosvc.geo.evidence.language import LanguageEvidence
from audiosvc.geo.gazetteer import load_gazetteer
from audiosvc.geo.grid import load_grid
from audiosvc.geo.prior import log_prior
from audiosvc.spans import Span
from audiosvc.types import Audio
from tests.fakes.small_world import silence

GRID = load_grid()
PRIOR = log_prior(GRID)
LANGUAGE = LanguageEvidence(GRID)


class KenyanStarling:
    """Hears one bird as clearly as can be; it lives in Kenya and Tanzania alone."""

    labels = (("Lamprotornis superbus", "Superb Starling"), ("Passer ubique", "Common Sparrow"))
    ranges_digest = "1" * 64
    window_s = 3.0

    def detections(self, audio: Audio) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float32]]:
        if audio.duration_s <= self.window_s:  # a noise to compare with
            return np.zeros(1), np.full((1, 2), -9.0, np.float32)
        return np.array([0.0, 3.0]), np.array([[7.0, -9.0], [6.0, -9.0]], np.float32)

    def occurrence(self, places: npt.NDArray[np.float32]) -> Iterator[npt.NDArray[np.float32]]:
        lat, lon, _ = places.T
        at_home = (abs(lat + 3.0) < 7.0) & (abs(lon - 36.5) < 4.0)
        yield np.stack([0.5 * at_home, np.full(len(places), 0.5)], axis=1).astype(np.float32)


def heard(*stretches: Mapping[str, float]) -> Hearing:
    spans = [Span(20.0 * n, 20.0 * n + 20.0) for n in range(len(stretches))]
    return Hearing(silence(), silence(), languages=tuple(zip(spans, stretches, strict=True)))


def answer(*evidence: Evidence) -> GeoEstimate:
    return estimate(GRID, load_gazetteer(), PRIOR, evidence)


@pytest.fixture(scope="module")
def starling(tmp_path_factory: pytest.TempPathFactory) -> list[Evidence]:
    extractor = BirdsEvidence(GRID, KenyanStarling, tmp_path_factory.mktemp("cache"))
    return extractor(Hearing(silence(), Audio(np.ones(288_000, np.float32), 48_000)))


SWEDISH = LANGUAGE(heard({"sv": 0.98}, {"sv": 0.98}))
JAPANESE = LANGUAGE(heard({"ja": 0.98}, {"ja": 0.98}))
BOTH = LANGUAGE(heard({"sv": 0.98}, {"ja": 0.98}))


def test_two_languages_at_once_are_two_doubts() -> None:
    both = answer(*BOTH)
    assert both.localizability < answer(*SWEDISH).localizability
    assert both.localizability < answer(*JAPANESE).localizability
    assert both.radius_90_km > answer(*SWEDISH).radius_90_km
    claims = [one.claim for one in both.evidence]
    assert any("Swedish" in claim for claim in claims)
    assert any("Japanese" in claim for claim in claims)


def test_a_language_of_every_continent_narrows_little() -> None:
    english = answer(*LANGUAGE(heard({"en": 0.99}, {"en": 0.99})))
    assert english.radius_90_km > 3_000
    assert english.localizability < answer(*SWEDISH).localizability / 2


def test_a_bird_on_the_radio_in_another_country(starling: list[Evidence]) -> None:
    alone, bird = answer(*SWEDISH), answer(*starling)
    assert bird.candidates[0].country in {"KE", "TZ"}
    together = answer(*SWEDISH, *starling)
    assert together.localizability < alone.localizability
    against = [one for one in together.evidence if one.bits < 0]
    assert [one.source for one in against] in (["birds"], ["language"])
    assert any("against" in line or "contradict" in line for line in together.reasoning)


def test_one_who_agrees_makes_it_surer(starling: list[Evidence]) -> None:
    swahili = LANGUAGE(heard({"sw": 0.95}, {"sw": 0.95}))
    together = answer(*swahili, *starling)
    assert together.candidates[0].country in {"KE", "TZ"}
    assert together.localizability > answer(*swahili).localizability
    assert all(one.bits > 0 for one in together.evidence)
