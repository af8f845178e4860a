import pytest

from audiosvc.geo.countries import CONTINENTS, continent_of, name_of, neighbours
from audiosvc.geo.grid import load_grid


@pytest.mark.parametrize(
    ("iso", "name", "continent"),
    [
        ("SE", "Sweden", "Europe"),
        ("XK", "Kosovo", "Europe"),
        ("HK", "Hong Kong", "Asia"),
        ("CI", "Côte d’Ivoire", "Africa"),
        ("FJ", "Fiji", "Oceania"),
        ("PE", "Peru", "South America"),
        ("CU", "Cuba", "North America"),
        ("AQ", "Antarctica", "Antarctica"),
    ],
)
def test_a_country_has_a_name_and_a_continent(iso: str, name: str, continent: str) -> None:
    assert name_of(iso) == name
    assert continent_of(iso) == continent


def test_every_country_of_the_map_has_both() -> None:
    for iso in load_grid().countries:
        assert name_of(iso) != iso
        assert continent_of(iso) in CONTINENTS.values()


def test_neighbours_border_each_other() -> None:
    assert set(neighbours("SE")) == {"NO", "FI"}
    assert neighbours("IS") == ()
    for iso in ("FR", "BR", "IN", "ZA"):
        assert all(iso in neighbours(other) for other in neighbours(iso))


def test_an_unknown_code_is_its_own_name_and_lies_nowhere() -> None:
    assert name_of("XX") == "XX"
    assert continent_of("XX") is None
    assert neighbours("XX") == ()
