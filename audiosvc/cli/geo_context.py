"""What the caller knows of a recording, as typed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from audiosvc.errors import OptionError
from audiosvc.estimates import Context, Point

FARTHEST_KM = 20_000.0
LONGEST_HEAT_BYTES = 4_000_000


def parse_context(pairs: Sequence[str], recorded_on: date | None = None) -> Context:
    """``country=SE`` and the like; of two for one key the last counts. Raises OptionError."""
    context = Context(recorded_on=recorded_on)
    for pair in pairs:
        key, equals, value = (part.strip() for part in pair.partition("="))
        read = READERS.get(key)
        if read is None or not equals:
            raise OptionError(
                f"--context takes KEY=VALUE with one of the keys {', '.join(READERS)}, "
                f"not {pair!r}."
            )
        context = read(context, value)
    return context


def _country(context: Context, value: str) -> Context:
    from babel import Locale  # noqa: PLC0415 - after --help

    country = value.upper()
    if not re.fullmatch("[A-Z]{2}", country) or country not in Locale("en").territories:
        raise OptionError(f"--context country takes a code such as SE, not {value!r}.")
    return replace(context, country=country)


def _locale(context: Context, value: str) -> Context:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - after --help

    try:
        locale = Locale.parse(value.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        raise OptionError(f"--context locale takes one such as sv_SE, not {value!r}.") from None
    return replace(context, locale=str(locale))


def _near(context: Context, value: str) -> Context:
    numbers = _numbers(value, 3, "near", "59.3,18.1,200: latitude, longitude and kilometres")
    lat, lon, km = numbers
    if not (abs(lat) <= 90.0 and abs(lon) <= 180.0 and 0.0 < km <= FARTHEST_KM):
        raise OptionError(f"--context near: there is no such place as {value!r}.")
    return replace(context, within=(Point(lat, lon), km))


def _box(context: Context, value: str) -> Context:
    form = "59,17,60.5,19: south, west, north and east"
    south, west, north, east = _numbers(value, 4, "box", form)
    if not (-90.0 <= south <= north <= 90.0 and abs(west) <= 180.0 and abs(east) <= 180.0):
        raise OptionError(f"--context box: {value!r} is no box; it takes {form}.")
    return replace(context, box=(Point(south, west), Point(north, east)))


def _heat(context: Context, value: str) -> Context:
    form = 'a JSON file of weights by H3 cell: {"831f8dfffffffff": 0.7, ...}'
    try:
        with Path(value).open("rb") as file:
            text = file.read(LONGEST_HEAT_BYTES + 1)
        if len(text) > LONGEST_HEAT_BYTES:
            raise OptionError(f"--context heat: {value} is too long; 4 MB are the most.")
        heat = json.loads(text)
        weights = {cell: float(weight) for cell, weight in heat.items()}
    except OSError as error:
        reason = error.strerror or str(error)
        raise OptionError(f"--context heat: {value!r} cannot be read: {reason}.") from None
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise OptionError(f"--context heat takes {form}; {value} is none.") from None
    return replace(context, heat=weights)


def _hour(context: Context, value: str) -> Context:
    (hour,) = _numbers(value, 1, "hour", "the local time of day such as 5.5")
    if not 0.0 <= hour <= 24.0:
        raise OptionError(f"--context hour lies from 0 to 24, not at {value!r}.")
    return replace(context, local_hour=hour)


def _numbers(value: str, count: int, key: str, form: str) -> list[float]:
    try:
        numbers = [float(part) for part in value.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != count:
        raise OptionError(f"--context {key} takes {form}, not {value!r}.")
    return numbers


READERS: dict[str, Callable[[Context, str], Context]] = {
    "country": _country,
    "locale": _locale,
    "near": _near,
    "box": _box,
    "heat": _heat,
    "hour": _hour,
}
