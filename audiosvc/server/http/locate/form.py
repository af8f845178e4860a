"""What is asked of where a recording was made, in a form."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from audiosvc.errors import OptionError
from audiosvc.estimates import Context, Point, Precision
from audiosvc.wire.geo_config import DEFAULT_TOP, LocateWish, checked
from audiosvc.wire.geo_context import checked_context, read_day

SHOWN = 40
NEAR = "59.3,18.1,200: latitude, longitude and kilometres"
BOX = "55,11,69,24: south, west, north and east"
HEAT = '{"831f8dfffffffff": 0.7, "831f8cfffffffff": 0.3}'


class LocateForm(BaseModel):
    """What to tell, and what is known already."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["json", "geojson", "html"] = "json"
    top: int = Field(default=DEFAULT_TOP, description="How many candidates, up to 50.")
    precision: Precision = Field(default="city", description="How much to tell of the place.")
    guess: bool = Field(
        default=True, description="Also name a place when it cannot be located at all."
    )
    cells: bool = Field(
        default=False, description="Also tell the likeliest cells of the map: `heat` in `json`."
    )
    language: str | None = Field(
        default=None, description="What is spoken, a BCP-47 tag; detected if left out."
    )
    start_s: float = Field(default=0.0, description="The part to listen to, from here")
    end_s: float | None = Field(default=None, description="to here.")
    country: str | None = Field(default=None, description="Where it was made: SE.")
    locale: str | None = Field(default=None, description="Of the device: sv_SE.")
    near: str | None = Field(default=None, description=f"Where it surely was made: {NEAR}.")
    box: str | None = Field(default=None, description=f"The same as a box: {BOX}.")
    heat: str | None = Field(
        default=None, description=f"Where such recordings are from, by cell of H3: {HEAT}."
    )
    date: str | None = Field(default=None, description="When it was recorded: 2024-05-01.")
    hour: float | None = Field(default=None, description="The local time of day, 0 to 24: 5.5.")

    def wish(self) -> LocateWish:
        """The same, checked. Raises OptionError."""
        return checked(
            LocateWish(
                context=self._context(),
                top=self.top,
                precision=self.precision,
                guess=self.guess,
                language=self.language or None,
                start_s=self.start_s,
                end_s=self.end_s,
            )
        )

    def _context(self) -> Context:
        within = box = None
        if self.near:
            lat, lon, km = _numbers(self.near, "near", 3, NEAR)
            within = (Point(lat, lon), km)
        if self.box:
            south, west, north, east = _numbers(self.box, "box", 4, BOX)
            box = (Point(south, west), Point(north, east))
        return checked_context(
            Context(
                country=self.country or None,
                locale=self.locale or None,
                within=within,
                box=box,
                heat=_heat(self.heat) if self.heat else None,
                recorded_on=read_day(self.date) if self.date else None,
                local_hour=self.hour,
            )
        )


def _numbers(text: str, field: str, count: int, form: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != count:
        raise OptionError(f"It takes {form}; not {text[:SHOWN]!r}.", field=field)
    return numbers


def _heat(text: str) -> dict[str, float]:
    try:
        return {cell: float(weight) for cell, weight in json.loads(text).items()}
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError):
        raise OptionError(f"A heat map is JSON such as {HEAT}.", field="heat") from None
