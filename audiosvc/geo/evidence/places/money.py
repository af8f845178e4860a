"""Sums of money: which countries' currency is spoken of.

Countries and currencies after ISO 4217. A unit counts behind a number or an amount alone, and those
that the whole world counts in little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from audiosvc.geo.evidence.places.told import Told

MONEY_TIMES = 6.0
# Of what is quoted in the news everywhere.
WORLDWIDE_TIMES = 2.0

_EURO = "DE FR IT ES NL BE AT PT GR FI IE SK SI EE LV LT LU CY MT HR"
_DOLLAR = "US CA AU NZ SG HK TW EC PR BS JM TT"
_PESO = "MX AR CO CL PH UY DO CU"
# Units as patterns; countries.
_UNITS = (
    ("kronor|kr", "SE"),
    ("kroner", "NO DK"),
    ("krónur", "IS"),
    ("quid|pounds sterling|pence", "GB"),
    ("franken|rappen|stutz", "CH"),
    ("zł|zł\\w*|groszy", "PL"),
    ("korun\\w*", "CZ"),
    ("forint\\w*", "HU"),
    ("lei", "RO MD"),
    ("лв|лева", "BG"),
    ("dinara", "RS"),
    ("рубл\\w*|rubles|roubles|₽", "RU BY"),
    ("гривень|гривні|гривен|hryvni\\w*|₴", "UA"),
    ("тенге|tenge", "KZ"),
    ("lira|türk lirası|₺", "TR"),
    ("shekels|שקל\\w*|₪", "IL"),
    ("riyals|ريال", "SA QA OM YE IR"),
    ("dirhams?|درهم", "AE MA"),
    ("جنيه", "EG SD"),
    ("دينار", "JO KW BH IQ LY TN DZ"),
    ("toman|تومان", "IR"),
    ("rupees?|रुपय\\w*|रुपए|रुपये|₹", "IN PK LK NP MU"),
    ("lakh rupees|crore|lakhs?", "IN PK BD NP"),
    ("taka|টাকা", "BD"),
    ("円|yen", "JP"),
    ("元|块钱|yuan|rmb|人民币", "CN"),
    ("塊錢|港元|港幣", "TW HK"),
    ("원", "KR"),
    ("baht|บาท|฿", "TH"),
    ("dong|đồng|₫", "VN"),
    ("ringgit", "MY"),
    ("rupiah|ribu rupiah", "ID"),
    ("naira", "NG"),
    ("cedis?", "GH"),
    ("rands?", "ZA"),
    ("birr", "ET"),
    ("reais", "BR"),
    ("soles", "PE"),
    ("bolívares", "VE"),
    ("quetzales", "GT"),
    ("colones", "CR"),
    ("guaraníes", "PY"),
    ("lempiras", "HN"),
)
_WORLDWIDE = (
    ("euros?|€|ευρώ|евро|ユーロ|欧元", _EURO),
    ("dollars?|bucks|dólares", _DOLLAR),
    ("pesos", _PESO),
)
_NUMBER = (
    r"(?:\d[\d.,\u00a0 ]*\s?|\b(?:two|three|four|five|ten|twenty|fifty|hundred|thousand|million"
    r"|zwei|drei|fünf|zehn|zwanzig|hundert|tausend|cent|mille|mil|cien|två|tre|fem|tio|tjugo|hundra"
    r"|tusen)\s|[一二三四五六七八九]?[十百千万億两兩][一二三四五六七八九十百千万]*\s?)"
)
_ANY_NUMBER = re.compile(_NUMBER, re.IGNORECASE)
_LETTERS = "A-Za-zÀ-ÿА-яёіїє"
_READERS = [
    (
        re.compile(rf"{_NUMBER}(?:{unit})(?![{_LETTERS}])", re.IGNORECASE),
        frozenset(places.split()),
        times,
    )
    for units, times in ((_UNITS, MONEY_TIMES), (_WORLDWIDE, WORLDWIDE_TIMES))
    for unit, places in units
] + [
    (re.compile(r"£\s?\d"), frozenset(("GB",)), MONEY_TIMES),
    (re.compile(r"R\$\s?\d"), frozenset(("BR",)), MONEY_TIMES),
    (re.compile(r"₹\s?\d"), frozenset(("IN",)), MONEY_TIMES),
    (re.compile(r"€\s?\d"), frozenset(_EURO.split()), WORLDWIDE_TIMES),
]


def money(text: str, language: str) -> Iterator[Told]:  # noqa: ARG001 - as the other readers
    """Every sum in a currency that a few countries have."""
    if not _ANY_NUMBER.search(text):
        return
    for pattern, countries, times in _READERS:
        if match := pattern.search(text):
            yield Told("a sum of money", match.group().strip(), countries, times)
