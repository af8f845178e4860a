"""What the caller says is evidence: strong, soft at the edges, and never beyond doubt."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import h3
import numpy as np
import numpy.typing as npt
import pytest

from audiosvc.errors import OptionError
from audiosvc.estimates import Context, Evidence, Hearing, Point
from audiosvc.geo.evidence.context import ContextEvidence
from audiosvc.types import Audio

STOCKHOLM = Point(59.33, 18.07)


@dataclass
class World:
    """Stockholm's cell, one beside it, and Oslo's, Sydney's; told apart by country."""

    countries: tuple[str, ...] = ("SE", "FI", "NO", "AU")
    country: npt.NDArray[np.int16] = field(default_factory=lambda: np.arange(4, dtype=np.int16))

    def __post_init__(self) -> None:
        home = h3.latlng_to_cell(STOCKHOLM.lat, STOCKHOLM.lon, 3)
        beside = next(cell for cell in h3.grid_ring(home, 1))
        oslo, sydney = h3.latlng_to_cell(59.91, 10.75, 3), h3.latlng_to_cell(-33.87, 151.21, 3)
        self.cells = (home, beside, oslo, sydney)
        self.lat, self.lon = np.array([h3.cell_to_latlng(cell) for cell in self.cells]).T

    def __len__(self) -> int:
        return len(self.cells)

    def of_country(self, iso: str) -> npt.NDArray[np.bool_]:
        return np.array([country == iso for country in self.countries])

    def touching(self, iso: str) -> npt.NDArray[np.bool_]:
        """The cell beside Stockholm's holds some of Sweden."""
        return self.of_country(iso) | (np.arange(4) == 1) & (iso == "SE")

    def distances_km(self, point: Point) -> npt.NDArray[np.float32]:
        centres = list(zip(self.lat, self.lon, strict=True))
        return np.array(
            [h3.great_circle_distance((point.lat, point.lon), each) for each in centres], np.float32
        )


def evidence(context: Context) -> list[Evidence]:
    silence = Audio(np.zeros(160, np.float32), 16_000)
    return ContextEvidence(World())(Hearing(silence, silence, context=context))  # type: ignore[arg-type]


def test_a_country_is_believed_and_a_cell_on_its_border_may_hold_some_of_it() -> None:
    (said,) = evidence(Context(country="se"))
    home, beside, oslo, sydney = said.log_likelihood.tolist()
    assert home == 0.0
    assert -3 < beside < -1
    assert oslo == sydney == -9.0
    assert said.claim == "The caller says it was in Sweden"
    assert (said.source, said.category, said.spans) == ("context", "context", ())


def test_a_locale_is_believed_less_than_a_country() -> None:
    for locale in ("sv_SE", "sv-SE", "pl_SE", "zh_Hant_SE"):
        (said,) = evidence(Context(locale=locale))
        assert said.log_likelihood.tolist() == [0.0, -2.0, -2.0, -2.0]
        assert f"Sweden ({locale})" in said.claim


@pytest.mark.parametrize("locale", ["sv", "en_IN"])
def test_a_locale_without_a_place_on_the_map_says_nothing(locale: str) -> None:
    assert evidence(Context(locale=locale)) == []


def test_a_place_with_a_radius_falls_off_outside() -> None:
    (said,) = evidence(Context(within=(STOCKHOLM, 25.0)))
    home, beside, oslo, sydney = said.log_likelihood.tolist()
    assert home == 0.0
    assert -9.0 < beside < 0.0
    assert oslo == sydney == -9.0
    assert said.claim == "The caller says it was within 25 km of 59.33° N, 18.07° E"


def test_a_wide_radius_holds_the_neighbours() -> None:
    (said,) = evidence(Context(within=(STOCKHOLM, 600.0)))
    assert said.log_likelihood.tolist() == [0.0, 0.0, 0.0, -9.0]


def test_a_place_at_sea_points_to_the_nearest_coast() -> None:
    (said,) = evidence(Context(within=(Point(-36.0, 160.0), 10.0)))
    assert said.log_likelihood.tolist() == [-9.0, -9.0, -9.0, 0.0]


def test_each_thing_that_is_said_is_listed() -> None:
    said = evidence(Context(country="AU", locale="sv_SE", within=(Point(-33.9, 151.2), 5.0)))
    assert len(said) == 3
    assert all(each.log_likelihood.max() == 0.0 for each in said)
    assert all(each.log_likelihood.dtype == np.float32 for each in said)


def test_a_day_and_an_hour_alone_tell_no_place() -> None:
    assert evidence(Context(recorded_on=date(2024, 5, 1), local_hour=4.5)) == []
    assert evidence(Context()) == []


@pytest.mark.parametrize(
    "context",
    [
        Context(country="Sweden"),
        Context(country="QX"),
        Context(country="12"),
        Context(country="FR"),  # not on this map
        Context(locale="swedish please"),
        Context(within=(Point(91.0, 0.0), 5.0)),
        Context(within=(Point(float("nan"), 0.0), 5.0)),
        Context(within=(STOCKHOLM, -1.0)),
        Context(box=(Point(60.0, 0.0), Point(50.0, 1.0))),
        Context(box=(Point(0.0, 0.0), Point(50.0, 181.0))),
        Context(box=(Point(float("nan"), 0.0), Point(50.0, 1.0))),
        Context(within=(STOCKHOLM, float("inf"))),
    ],
)
def test_what_is_no_place_is_refused(context: Context) -> None:
    with pytest.raises(OptionError) as refused:
        evidence(context)
    assert refused.value.field is not None


def test_a_box_is_believed_and_soft_at_its_edges() -> None:
    (said,) = evidence(Context(box=(Point(58.0, 17.0), Point(61.0, 20.0))))
    home, beside, oslo, sydney = said.log_likelihood.tolist()
    assert (home, oslo, sydney) == (0.0, -9.0, -9.0)
    assert beside > -2
    assert said.claim == (
        "The caller says it was between 58.00° N, 17.00° E and 61.00° N, 20.00° E"
    )


def test_a_box_may_cross_the_line_where_the_day_changes() -> None:
    (said,) = evidence(Context(box=(Point(-40.0, 150.0), Point(-30.0, -170.0))))
    assert said.log_likelihood.tolist() == [-9.0, -9.0, -9.0, 0.0]


def test_a_box_around_the_world_says_nothing() -> None:
    (said,) = evidence(Context(box=(Point(-90.0, -180.0), Point(90.0, 180.0))))
    assert not said.log_likelihood.any()


def test_a_heat_map_is_listed_and_moves_nothing_here() -> None:
    (said,) = evidence(Context(heat={"831f8dfffffffff": 1.0}))
    assert said.claim == "The caller's own map says where such recordings are from"
    assert not said.log_likelihood.any()
