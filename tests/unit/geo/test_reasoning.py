"""What an answer says for itself."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiosvc.estimates import Point
from audiosvc.geo.estimate import estimate
from audiosvc.geo.reasoning import NOTHING, clock, distance, in_bits, times
from audiosvc.geo.regions import joined, regions
from audiosvc.spans import Span
from tests.unit.geo.small_world import (
    GAZETTEER,
    GRID,
    LEVEL,
    around,
    piece,
    pointing_to,
    small_grid,
)

PRIOR = np.exp(LEVEL.astype(np.float64))
SWEDISH = piece(
    pointing_to("SE"), "Swedish speech, p = 0.97", spans=[Span(48.2, 69.5)], source="language"
)
NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def estimated(*evidence):
    return estimate(GRID, GAZETTEER, LEVEL, evidence)


def mass(*countries, where=None):
    """Probability in equal parts on countries, or on the cells of them that fit."""
    inside = np.isin(GRID.country, [GRID.countries.index(iso) for iso in countries])
    if where is not None:
        inside &= where
    return inside / inside.sum()


def test_a_piece_of_evidence_is_a_line():
    (line,) = estimated(SWEDISH).reasoning
    assert re.fullmatch(
        r"0:48–1:10 Swedish speech, p = 0\.97: narrows to Sweden, \d\.\d bits", line
    )


def test_without_evidence_it_says_that():
    found = estimated()
    assert found.reasoning == (NOTHING,)
    assert found.summary == NOTHING == "Nothing in this recording says where it was made."


def test_evidence_that_tells_nothing_is_listed_and_nothing_is_claimed():
    found = estimated(piece(np.zeros(len(LEVEL)), "Rain", spans=[Span(0.0, 9.0)]))
    assert found.reasoning == (NOTHING, "0:00–0:09 Rain: tells nothing of the place, 0.0 bits")
    assert found.summary == NOTHING


def test_what_the_caller_said_is_told_and_not_taken_for_heard():
    said = piece(pointing_to("NZ"), "The caller says New Zealand", "context", "context")
    found = estimated(said)
    assert found.reasoning[0] == NOTHING
    assert "The caller says New Zealand: narrows to New Zealand" in found.reasoning[1]
    assert found.summary.startswith(NOTHING)
    assert "The caller says New Zealand" in found.summary


def test_a_contradiction_is_said():
    bird = piece(pointing_to("JP", strength=4.0), "Japanese bush warbler", "birds", "animal")
    found = estimated(SWEDISH, bird)
    assert found.reasoning[-1].startswith(
        "Japanese bush warbler: points to Japan, against the answer, −"
    )
    assert "Against it speaks Japanese bush warbler (−" in found.summary


def test_the_strongest_is_told_first():
    weak = piece(pointing_to("SE", "FI", strength=1.0), "Cranes", "birds", "animal")
    assert [one.claim for one in estimated(weak, SWEDISH).evidence] == [
        "Swedish speech, p = 0.97",
        "Cranes",
    ]


def test_a_guess_is_called_one():
    faint = piece(pointing_to("SE", "BR", "JP", strength=0.8), "A hum")
    found = estimated(faint)
    assert found.status == "NOT_LOCALIZABLE"
    assert "what follows is a guess" in found.summary


def test_countries_and_parts_of_them():
    lat, lon = GRID.lat, GRID.lon
    assert regions(GRID, mass("SE", "FI"), PRIOR) == "Sweden and Finland"
    west = (GRID.country == 0) | (lon < 25.0)
    assert regions(GRID, mass("SE", "FI", where=west), PRIOR) == "Sweden and western Finland"
    south_east = (lat < -20.0) & (lon > -45.0)
    assert regions(GRID, mass("BR", where=south_east), PRIOR) == "south-eastern Brazil"


def test_a_part_is_not_named_where_the_prior_was_there_already():
    south = mass("BR", where=GRID.lat < -20.0)
    assert regions(GRID, south, PRIOR) == "southern Brazil"
    southern = 0.5 * south + 0.5 * mass("JP")
    assert regions(GRID, south, southern) == "Brazil"


def test_many_countries_are_told_as_continents_and_the_whole_world_not_at_all():
    europe = ("DE", "FR", "IT", "ES", "PL", "SE")
    africa = ("KE", "TZ", "UG", "ET", "NG")
    other = ("JP", "IN", "BR", "AR", "PE", "NZ", "AU", "US", "MX")
    grid = small_grid(
        {iso: (0.0, 1.0, 4.0 * n, 4.0 * n + 1) for n, iso in enumerate(europe + africa + other)}
    )
    level = np.full(len(grid.cells), 1.0 / len(grid.cells))

    def told(*countries):
        likelihood = np.exp(pointing_to(*countries, grid=grid).astype(np.float64))
        return regions(grid, likelihood / likelihood.sum(), level)

    assert told(*europe) == "Europe"
    assert told(*europe, *africa) == "Europe and Africa"
    assert told("KE", "DE") == "Germany and Kenya"
    assert told(*europe, *africa[:3], *other[:-2]) is None
    assert regions(grid, level, level) is None


def test_what_became_no_likelier_is_not_named():
    # Half of the probability stays spread over Brazil, which had more before.
    likelihood = mass("FI") * 0.6 + mass("BR") * 0.4
    assert regions(GRID, likelihood, PRIOR) == "Finland"


@pytest.mark.parametrize(
    ("names", "told"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_names_are_joined(names, told):
    assert joined(names) == told


def test_times_and_figures_as_people_write_them():
    assert clock(65) == "1:05"
    assert clock(3665) == "1:01:05"
    assert times([]) == ""
    assert times([Span(5.0, 6.0), Span(1.0, 2.5), Span(2.9, 4.0)]) == "0:01–0:06"
    assert times([Span(0.0, 8.2), Span(9.6, 25.0)]) == "0:00–0:25"
    many = [Span(float(start), start + 1.0) for start in range(0, 100, 10)]
    assert times(many) == "0:00–0:01, 0:10–0:11, 0:20–0:21 and 7 more stretches"
    assert in_bits(-2.34) == "−2.3 bits"
    assert in_bits(-0.04) == "0.0 bits"
    assert distance(1234.0) == "1,200 km"
    assert distance(44.4) == "44 km"


evidence_with_figures = st.lists(
    st.builds(
        lambda isos, strength, claim, start_s, source: piece(
            pointing_to(*isos, strength=strength), claim, source, spans=[Span(start_s, start_s + 7)]
        ),
        st.lists(st.sampled_from(GRID.countries), min_size=1, max_size=2),
        st.floats(0.0, 9.0),
        st.sampled_from(["Speech, p = 0.83", "Hum at 50 Hz", "17 cranes", "A bell"]),
        st.integers(0, 500),
        st.sampled_from(["language", "hum", "birds"]),
    ),
    max_size=4,
)


@settings(max_examples=40)
@given(evidence_with_figures)
def test_nothing_is_said_without_evidence_and_no_number_is_invented(evidence):
    found = estimated(*evidence)
    lines = [line for line in found.reasoning if line != NOTHING]
    assert len(lines) == len(evidence)
    for line, one in zip(lines, found.evidence, strict=True):
        assert one.claim in line
    known = {"1,000", distance(found.radius_50_km), distance(found.radius_90_km)}
    known |= {f"{found.localizability:.2f}"}
    known |= {f"{one.probability:.2f}" for one in found.candidates}
    for one in found.evidence:
        known |= {one.claim, times(one.spans), in_bits(one.bits)}
    allowed = {number for text in known for number in NUMBER.findall(text)}
    said = " ".join([*found.reasoning, found.summary])
    assert set(NUMBER.findall(said)) <= allowed


@given(st.lists(st.floats(0.0, 1.0), min_size=5, max_size=5).filter(lambda some: sum(some) > 0.1))
def test_a_country_that_is_named_became_likelier(masses):
    by_cell = np.array(masses)[GRID.country] / np.bincount(GRID.country)[GRID.country]
    told = regions(GRID, by_cell / by_cell.sum(), PRIOR)
    names = {"SE": "Sweden", "FI": "Finland", "BR": "Brazil", "JP": "Japan", "NZ": "New Zealand"}
    before = np.bincount(GRID.country, weights=PRIOR)
    for iso, share, prior in zip(
        GRID.countries, np.array(masses) / sum(masses), before, strict=True
    ):
        if names[iso] in (told or ""):
            assert share > prior


def test_a_place_far_from_every_town_is_no_mistake():
    lonely = piece(around(Point(-3.0, -58.0), 30.0), "Howler monkeys", "birds", "animal")
    assert "those of Brazil (" in estimated(lonely).summary
