"""What the caller says of a recording, listed among the evidence like anything that is heard.

The service takes the prior without a context and adds this, so that nothing counts twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from babel import Locale, parse_locale

from audiosvc.errors import OptionError
from audiosvc.estimates import Context, Evidence, Hearing, Point

if TYPE_CHECKING:
    from audiosvc.geo.grid import Grid

# Callers are believed, and may err. A cell has one country and may reach into another.
ELSEWHERE = -9.0
NEXT_DOOR = -1.5
# A device's locale tells where its owner feels at home, and they travel.
LOCALE_ELSEWHERE = -2.0
# Half a cell's width: a place may lie this far from the middle of its cell.
CELL_KM = 60.0
# Beyond the radius it falls by one each so many kilometres, at least, or part of the radius.
FALL_KM = 25.0
FALL_SHARE = 0.1
KM_PER_DEGREE = 111.2


class ContextEvidence:
    """Turns the caller's context into evidence: country, locale, a circle or a box.

    A heat map stands in place of the map's prior: it is listed, and moves nothing here. The day is
    for others to use; the time of day alone tells no place.
    """

    name = "context"

    def __init__(self, grid: Grid) -> None:
        self._grid = grid

    def __call__(self, hearing: Hearing) -> list[Evidence]:
        """One for each thing that was said. Raises OptionError for what is no place."""
        context = hearing.context
        return [
            *self._country(context),
            *self._locale(context),
            *self._within(context),
            *self._box(context),
            *self._heat(context),
        ]

    def _country(self, context: Context) -> list[Evidence]:
        if context.country is None:
            return []
        country = context.country.upper()
        name = _territory(country)
        if name is None:
            raise OptionError(
                f"{context.country!r} is no country; give two letters of ISO 3166, such as SE",
                field="context.country",
            )
        inside = self._grid.of_country(country)
        if not inside.any():
            raise OptionError(
                f"the map has no place of its own for {name}; give a point and a radius instead",
                field="context.country",
            )
        likelihood = np.where(inside, 0.0, ELSEWHERE)
        likelihood[self._grid.touching(country) & ~inside] = NEXT_DOOR
        return [self._evidence(f"The caller says it was in {name}", likelihood)]

    def _locale(self, context: Context) -> list[Evidence]:
        if context.locale is None:
            return []
        try:
            territory = parse_locale(context.locale.replace("-", "_"))[1] or ""
        except ValueError:
            raise OptionError(
                f"{context.locale!r} is no locale; give a language and a country, such as sv_SE",
                field="context.locale",
            ) from None
        # A language alone says what is said of it by those who speak it.
        name = _territory(territory)
        inside = self._grid.of_country(territory)
        if name is None or not inside.any():
            return []
        likelihood = np.where(inside, 0.0, LOCALE_ELSEWHERE)
        return [
            self._evidence(f"The caller's device is set to {name} ({context.locale})", likelihood)
        ]

    def _within(self, context: Context) -> list[Evidence]:
        if context.within is None:
            return []
        point, radius_km = context.within
        if not (abs(point.lat) <= 90 and abs(point.lon) <= 180 and 0 <= radius_km < np.inf):
            raise OptionError(
                f"{point.lat}, {point.lon} within {radius_km} km is no place; "
                "give degrees and a radius of 0 or more",
                field="context.within",
            )
        fall_km = max(FALL_KM, FALL_SHARE * radius_km)
        likelihood = _falling(self._grid.distances_km(point) - radius_km, fall_km)
        claim = f"The caller says it was within {radius_km:g} km of {_degrees(point)}"
        return [self._evidence(claim, likelihood)]

    def _box(self, context: Context) -> list[Evidence]:
        if context.box is None:
            return []
        low, high = context.box
        if not (-90 <= low.lat <= high.lat <= 90 and max(abs(low.lon), abs(high.lon)) <= 180):
            raise OptionError(
                f"{low.lat}, {low.lon} to {high.lat}, {high.lon} is no box; "
                "give degrees of its south-western and of its north-eastern corner",
                field="context.box",
            )
        likelihood = _falling(_outside_km(self._grid, low, high), FALL_KM)
        claim = f"The caller says it was between {_degrees(low)} and {_degrees(high)}"
        return [self._evidence(claim, likelihood)]

    def _heat(self, context: Context) -> list[Evidence]:
        if context.heat is None:
            return []
        claim = "The caller's own map says where such recordings are from"
        return [self._evidence(claim, np.zeros(len(self._grid)))]

    def _evidence(self, claim: str, likelihood: npt.NDArray[np.floating]) -> Evidence:
        return Evidence(
            source=self.name,
            category="context",
            claim=claim,
            log_likelihood=(likelihood - likelihood.max()).astype(np.float32),
        )


def _falling(beyond_km: npt.NDArray[np.floating], fall_km: float) -> npt.NDArray[np.floating]:
    """Natural logarithms that fall with the distance from where it surely was."""
    falling = np.minimum((CELL_KM - beyond_km) / fall_km, 0.0)
    # Far out at sea the nearest coast is the best that the map has.
    return np.asarray(np.maximum(falling - falling.max(), ELSEWHERE))


def _outside_km(grid: Grid, low: Point, high: Point) -> npt.NDArray[np.floating]:
    """How far each cell's middle is from a box, about; 0 inside."""
    width = (high.lon - low.lon) % 360 or (360 if high.lon != low.lon else 0)
    east = (grid.lon - low.lon) % 360
    beyond_deg = np.where(east <= width, 0.0, np.minimum(east - width, 360 - east))
    across_km = KM_PER_DEGREE * np.cos(np.radians(grid.lat)) * beyond_deg
    up_km = KM_PER_DEGREE * np.maximum(np.maximum(low.lat - grid.lat, grid.lat - high.lat), 0.0)
    return np.asarray(np.hypot(across_km, up_km))


def _territory(iso: str) -> str | None:
    """The English name of a country."""
    if len(iso) != 2 or not iso.isalpha():
        return None
    name = Locale("en").territories.get(iso.upper())
    return None if name is None else str(name)


def _degrees(point: Point) -> str:
    north = "N" if point.lat >= 0 else "S"
    east = "E" if point.lon >= 0 else "W"
    return f"{abs(point.lat):.2f}° {north}, {abs(point.lon):.2f}° {east}"
