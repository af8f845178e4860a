"""Languages heard, as places: what is sure, what is not, and what travels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiosvc.estimates import Hearing, Point
from audiosvc.geo.evidence.language import LanguageEvidence, language_name, pool_languages
from audiosvc.geo.evidence.language_regions import REGIONS
from audiosvc.geo.evidence.language_shares import primary_tag, shares
from audiosvc.spans import Span
from tests.fakes.small_world import SmallGrid, share_by_country, silence

GRID = SmallGrid()
LANGUAGE = LanguageEvidence(GRID)  # type: ignore[arg-type]


def heard(*stretches: Mapping[str, float], seconds: float = 10.0) -> Hearing:
    languages = tuple(
        (Span(20.0 * i, 20.0 * i + seconds), stretch) for i, stretch in enumerate(stretches)
    )
    return Hearing(silence(), silence(), languages=languages)


def countries(*stretches: Mapping[str, float], seconds: float = 10.0) -> dict[str, float]:
    return share_by_country(GRID, LANGUAGE(heard(*stretches, seconds=seconds)))


@pytest.mark.parametrize(
    ("tag", "country"), [("sv", "SE"), ("ca", "ES"), ("ja", "JP"), ("ar", "EG"), ("sv-SE", "SE")]
)
def test_a_language_of_one_country_is_in_that_country(tag: str, country: str) -> None:
    (piece,) = LANGUAGE(heard({tag: 0.97, "en": 0.02}))
    assert GRID.countries[GRID.country[int(piece.log_likelihood.argmax())]] == country
    found = share_by_country(GRID, [piece])
    assert max(found, key=lambda iso: found[iso]) == country
    assert found[country] > 0.6


def test_english_says_little_and_swedish_much() -> None:
    (swedish,) = LANGUAGE(heard({"sv": 0.99}))
    (english,) = LANGUAGE(heard({"en": 0.99}))
    sweden, japan = GRID.of_country("SE"), GRID.of_country("JP")
    assert swedish.log_likelihood[sweden].max() - swedish.log_likelihood[japan].max() > 6.0
    assert 1.0 < english.log_likelihood.max() - english.log_likelihood[sweden].max() < 4.0


def test_a_traveller_is_possible_anywhere() -> None:
    (japanese,) = LANGUAGE(heard({"ja": 1.0}, seconds=600.0))
    assert japanese.log_likelihood.max() == 0.0
    assert japanese.log_likelihood.min() > -12.0
    assert japanese.log_likelihood.dtype == np.float32
    assert japanese.log_likelihood.shape == (len(GRID.cells),)


def test_one_second_says_less_than_a_minute() -> None:
    (short,) = LANGUAGE(heard({"sv": 0.9, "no": 0.1}, seconds=0.9))
    (long,) = LANGUAGE(heard({"sv": 0.9, "no": 0.1}, seconds=60.0))
    assert short.log_likelihood.min() > long.log_likelihood.min() + 1.0


def test_an_unsure_recognizer_says_less() -> None:
    unsure = dict.fromkeys(("sv", "en", "es", "ja", "ar"), 0.2)
    found = countries(unsure)
    sure = countries({"sv": 0.98})
    assert found["SE"] < 0.25 < sure["SE"]


def test_a_doubtful_language_is_believed_less() -> None:
    welsh, catalan = countries({"cy": 0.6}, seconds=4.0), countries({"ca": 0.6}, seconds=4.0)
    assert welsh["GB"] < catalan["ES"]


def test_two_languages_at_once_widen() -> None:
    one = LANGUAGE(heard({"sv": 0.98}, {"sv": 0.98}))
    two = LANGUAGE(heard({"sv": 0.98}, {"en": 0.98}))
    assert [piece.claim for piece in two] == [
        "Swedish speech, p = 0.98",
        "English speech, p = 0.98",
    ]
    assert share_by_country(GRID, two)["SE"] < share_by_country(GRID, one)["SE"]
    assert share_by_country(GRID, two)["SE"] > countries({"en": 0.98})["SE"] * 5


def test_a_regional_language_is_in_its_region() -> None:
    (catalan,) = LANGUAGE(heard({"ca": 0.95}))
    near = GRID.cell_at(Point(41.0, 2.0))
    far = GRID.cell_at(Point(38.0, -6.5))
    assert near is not None
    assert far is not None
    assert catalan.log_likelihood[near] - catalan.log_likelihood[far] > 1.5


def test_speech_weighs_and_not_the_length_of_a_stretch() -> None:
    hearing = Hearing(
        silence(),
        silence(),
        speech=(Span(0.0, 1.0), Span(20.0, 29.0)),
        languages=((Span(0.0, 10.0), {"de": 0.9}), (Span(20.0, 30.0), {"sv": 0.9})),
    )
    assert [(one.tag, one.speech_s) for one in pool_languages(hearing)] == [
        ("sv", 9.0),
        ("de", 1.0),
    ]


def test_stretches_without_speech_or_languages_are_nothing() -> None:
    assert LANGUAGE(Hearing(silence(), silence())) == []
    assert LANGUAGE(heard({})) == []
    quiet = Hearing(silence(), silence(), (Span(50.0, 55.0),), ((Span(0.0, 10.0), {"en": 1.0}),))
    assert LANGUAGE(quiet) == []


def test_the_claim_says_what_else_it_may_be_and_where_it_was_heard() -> None:
    (found,) = LANGUAGE(heard({"no": 0.6, "da": 0.3}, {"no": 0.6, "da": 0.3}))
    assert found.claim == "Norwegian speech, p = 0.60, or Danish, p = 0.30"
    assert found.spans == (Span(0.0, 10.0), Span(20.0, 30.0))
    assert (found.source, found.category) == ("language", "human_sounds")
    (sure,) = LANGUAGE(heard({"ja": 1.0}))
    assert sure.claim == "Japanese speech, p > 0.99"


@pytest.mark.parametrize(
    ("tag", "name"), [("jw", "Javanese"), ("nn", "Norwegian"), ("haw", "Hawaiian"), ("xx", "xx")]
)
def test_odd_tags_have_names(tag: str, name: str) -> None:
    assert language_name(tag) == name


def test_an_unknown_language_says_nothing() -> None:
    (found,) = LANGUAGE(heard({"la": 0.9}))
    assert float(np.ptp(found.log_likelihood)) < 0.1


def test_a_country_speaks_its_own_language_before_those_it_learns() -> None:
    by_country = shares()
    assert by_country["SE"]["sv"] > 5 * by_country["SE"]["en"]
    assert by_country["FI"]["fi"] > 10 * by_country["FI"]["sv"]
    assert by_country["HK"]["yue"] > by_country["HK"]["zh"]
    assert by_country["NO"]["no"] > 0.9
    assert all(sum(of.values()) == pytest.approx(1.0) for of in by_country.values())


def test_every_region_is_of_a_language_of_its_country() -> None:
    assert [key for key in REGIONS if shares()[key[1]].get(primary_tag(key[0]), 0.0) <= 0.0] == []


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["en", "sv", "zh", "yue", "nn", "haw", "la", "es", "xx"]),
            st.floats(0.0, 1.0),
            max_size=5,
        ),
        max_size=5,
    )
)
def test_any_hearing_gives_finite_evidence_with_its_best_at_zero(
    stretches: list[dict[str, float]],
) -> None:
    for piece in LANGUAGE(heard(*stretches)):
        assert np.isfinite(piece.log_likelihood).all()
        assert piece.log_likelihood.max() == 0.0
        assert piece.log_likelihood.min() >= -12.0
