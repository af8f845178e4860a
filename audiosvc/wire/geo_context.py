"""What a caller knows of where a recording was made, as a message, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from math import inf

from audiosvc.errors import OptionError
from audiosvc.estimates import Context, Point
from audiosvc.v1 import geo_pb2 as pb
from audiosvc.wire.geo import from_point, to_point

FARTHEST_KM = 20_000.0
SHOWN = 40
MOST_HEAT_CELLS = 20_000
_CELL = re.compile("[0-9a-f]{15}")
_COUNTRY = re.compile("[A-Za-z]{2}")
_LOCALE = re.compile("[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def to_context(context: Context) -> pb.GeoContext:
    """A context as a message."""
    message = pb.GeoContext(
        country=context.country or "",
        locale=context.locale or "",
        recorded_on=context.recorded_on.isoformat() if context.recorded_on else "",
        local_hour=context.local_hour,
    )
    if context.within is not None:
        center, radius_km = context.within
        message.within.CopyFrom(pb.GeoCircle(center=to_point(center), radius_km=radius_km))
    if context.box is not None:
        low, high = context.box
        message.box.CopyFrom(pb.GeoBox(south_west=to_point(low), north_east=to_point(high)))
    for cell, weight in (context.heat or {}).items():
        message.heat[cell] = weight
    return message


def from_context(message: pb.GeoContext) -> Context:
    """A context. Raises OptionError, which names the field, for what there is not."""
    circle, box = message.within, message.box
    return checked_context(
        Context(
            country=message.country or None,
            locale=message.locale or None,
            within=(
                (from_point(circle.center), circle.radius_km)
                if message.HasField("within")
                else None
            ),
            box=(
                (from_point(box.south_west), from_point(box.north_east))
                if message.HasField("box")
                else None
            ),
            heat=dict(message.heat) or None,
            recorded_on=read_day(message.recorded_on) if message.recorded_on else None,
            local_hour=message.local_hour if message.HasField("local_hour") else None,
        )
    )


def checked_context(context: Context) -> Context:
    """The same context, with country and locale as they are written, whatever it came over.

    Raises OptionError, which names the field of the message, for what there is not.
    """
    _check_within(context.within)
    _check_box(context.box)
    _check_heat(context.heat or {})
    _check_hour(context.local_hour)
    return replace(
        context,
        country=_country(context.country) if context.country else None,
        locale=_locale(context.locale) if context.locale else None,
    )


def read_day(text: str) -> date:
    """Such as 2024-05-01. Raises OptionError."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise OptionError(
            f"A day is one such as 2024-05-01, not {text[:SHOWN]!r}.", field="context.recorded_on"
        ) from None


def _country(text: str) -> str:
    from babel import Locale  # noqa: PLC0415 - the client does without

    country = text.upper()
    if not _COUNTRY.fullmatch(text) or country not in Locale("en").territories:
        raise OptionError(
            f"A country is a code such as SE, not {text[:SHOWN]!r}.", field="context.country"
        )
    return country


def _locale(text: str) -> str:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - the client does without

    try:
        if not _LOCALE.fullmatch(text):
            raise ValueError(text)
        return str(Locale.parse(text.replace("-", "_")))
    except (UnknownLocaleError, ValueError, TypeError):
        raise OptionError(
            f"A locale is one such as sv_SE, not {text[:SHOWN]!r}.", field="context.locale"
        ) from None


def _check_within(within: tuple[Point, float] | None) -> None:
    if within is None:
        return
    point, radius_km = within
    # Written so that what is not a number is refused as well.
    if not (abs(point.lat) <= 90.0 and abs(point.lon) <= 180.0):
        raise OptionError(
            f"There is no place at {point.lat:g}, {point.lon:g}: a latitude lies from -90 to 90, "
            "a longitude from -180 to 180.",
            field="context.within.center",
        )
    if not 0.0 < radius_km <= FARTHEST_KM:
        raise OptionError(
            f"A radius is more than 0 and up to {FARTHEST_KM:,.0f} km, not {radius_km:g}.",
            field="context.within.radius_km",
        )


def _check_box(box: tuple[Point, Point] | None) -> None:
    if box is None:
        return
    low, high = box
    if not (-90.0 <= low.lat <= high.lat <= 90.0 and abs(low.lon) <= 180.0 >= abs(high.lon)):
        raise OptionError(
            f"There is no box from {low.lat:g}, {low.lon:g} to {high.lat:g}, {high.lon:g}: it has "
            "a south-western and a north-eastern corner.",
            field="context.box",
        )


def _check_heat(weights: Mapping[str, float]) -> None:
    """Whether its cells are cells is told by the map."""
    if len(weights) > MOST_HEAT_CELLS:
        raise OptionError(
            f"The heat map has {len(weights)} cells; {MOST_HEAT_CELLS} are the most.",
            field="context.heat",
        )
    for cell, weight in weights.items():
        if not _CELL.fullmatch(cell) or not 0.0 <= weight < inf:
            raise OptionError(
                "A heat map has weights of 0 or more by cells of H3 such as 831f8dfffffffff, not "
                f"{weight:g} for {cell[:SHOWN]!r}.",
                field="context.heat",
            )


def _check_hour(hour: float | None) -> None:
    if hour is not None and not 0.0 <= hour <= 24.0:
        raise OptionError(
            f"A time of day lies from 0 to 24, not at {hour:g}.", field="context.local_hour"
        )
