"""Worship and anthems by their words: several at once, precise, and weak."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiosvc.estimates import Evidence, Hearing
from audiosvc.geo.evidence.liturgy import LiturgyEvidence
from audiosvc.geo.evidence.liturgy_phrases import ANTHEMS, RITES
from audiosvc.geo.grid import Grid, load_grid
from tests.fakes.small_world import SmallGrid, heard_text, silence
from tests.unit.geo.plain_prose import PROSE

GRID = SmallGrid()
LITURGY = LiturgyEvidence(GRID)  # type: ignore[arg-type]


def evidence(*texts: str) -> list[Evidence]:
    return LITURGY(heard_text(*texts))


def level_in(piece: Evidence, iso: str) -> float:
    return float(piece.log_likelihood[GRID.of_country(iso)].max())


def test_nothing_said_is_nothing_found() -> None:
    assert LITURGY(Hearing(silence(), silence())) == []
    assert evidence("", "It rained all day.") == []


@pytest.mark.parametrize(
    "texts",
    [
        ("الله أكبر الله أكبر", "أشهد أن لا إله إلا الله", "حي على الصلاة"),
        ("اللَّهُ أَكْبَر. حَيَّ عَلَى الصَّلَاةِ، حي علي الفلاح",),
        ("Allahu akbar, Allahu akbar.", "Ashhadu an la ilaha illa llah.", "Hayya ala-s-salah"),
        ("Allahu Akbar", "Hayya 'ala salah, hayya 'ala salah", "Hayya 'ala falah"),
    ],
)
def test_the_call_to_prayer_in_its_spellings(texts: tuple[str, ...]) -> None:
    (piece,) = evidence(*texts)
    assert piece.claim == "Phrases of the Muslim call to prayer"
    assert level_in(piece, "EG") == 0.0
    assert level_in(piece, "JP") < -3.0
    assert level_in(piece, "GB") > level_in(piece, "JP")


def test_one_or_two_phrases_are_no_call_to_prayer() -> None:
    assert evidence("Allahu akbar, he shouted.", "allahu akbar") == []
    assert evidence("الله أكبر", "أشهد أن لا إله إلا الله") == []


def test_phrases_of_different_hours_are_no_service() -> None:
    phrases = ["Allahu akbar"] + ["It rained."] * 30 + ["Hayya ala salah", "Hayya ala falah"]
    assert evidence(*phrases) == []


def test_words_in_words_are_not_heard() -> None:
    assert evidence("baruch atah adonaise eloheinu melech haolamim") == []


def test_an_anthem_is_heard_at_home_and_a_little_everywhere() -> None:
    (piece,) = evidence("God save our gracious King, long live our noble King.")
    assert piece.claim == "A line of a national anthem"
    assert level_in(piece, "GB") == 0.0
    assert -3.0 < level_in(piece, "ES") < -1.0
    (spaced,) = evidence("君が代は 千代に 八千代に")
    assert level_in(spaced, "JP") == 0.0


@pytest.mark.parametrize("language", sorted(PROSE))
def test_ordinary_talk_is_no_worship(language: str) -> None:
    assert evidence(PROSE[language]) == []


def test_every_phrase_is_found_by_itself_and_every_country_is_on_the_map() -> None:
    world: Grid = load_grid()
    on_world = LiturgyEvidence(world)
    for iso, lines in ANTHEMS.items():
        for line in lines:
            (piece,) = on_world(heard_text(f"{line.title()}."))
            assert piece.log_likelihood[world.of_country(iso)].max() == 0.0
    for rite in RITES:
        for forms in zip(*(phrase * 9 for phrase in rite.phrases), strict=False):
            pieces = on_world(heard_text(*forms))
            assert rite.claim in [piece.claim for piece in pieces]
        assert set(rite.shares) <= set(world.countries)


@given(st.permutations(["Allahu akbar", "Hayya ala salah", "Hayya ala falah", "And rain"]))
def test_the_order_is_no_matter(texts: list[str]) -> None:
    (piece,) = evidence(*texts)
    (other,) = evidence("Allahu akbar", "Hayya ala salah", "Hayya ala falah")
    np.testing.assert_array_equal(piece.log_likelihood, other.log_likelihood)
