"""How much of what is said in a country is said in which language, after CLDR.

CLDR counts people who can use a language, so that a country's percentages add up to more than a
hundred: 95 % of Sweden has Swedish and 86 % English. What is heard there is mostly the first. The
languages of a country are therefore taken in turn, its own before those it has for schools and
offices, and what is beyond the hundred counts as second languages, little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from babel.core import get_global

# How often a second language is heard, against a first one that as many people have.
SECOND = 0.1

# What a recognizer calls a language of CLDR, where the names differ or it knows only a relative.
HEARD_AS: Mapping[str, str] = {
    "nb": "no",
    "nn": "no",
    "fil": "tl",
    "jv": "jw",
    "gsw": "de",
    "bar": "de",
    "sco": "en",
    "vec": "it",
    "lmo": "it",
    "nap": "it",
    "scn": "it",
    "wuu": "zh",
    "hsn": "zh",
    "hak": "zh",
    "nan": "zh",
    "gan": "zh",
    "arz": "ar",
    "ary": "ar",
    "arq": "ar",
    "aeb": "ar",
    "apc": "ar",
    "azj": "az",
    "swc": "sw",
    "prs": "fa",
    "pcm": "en",
    "nds": "de",
    "vls": "nl",
    "li": "nl",
    "lah": "pa",
    "bho": "hi",
    "awa": "hi",
    "mag": "hi",
    "mai": "hi",
    "mwr": "hi",
    "hne": "hi",
    "bgc": "hi",
    "mad": "jw",
    "ceb": "tl",
    "ilo": "tl",
    "hil": "tl",
}

# Where languages of empires are mother tongues; elsewhere they come after the country's own.
HOMES: Mapping[str, str] = {
    "en": (
        "GB US CA AU NZ IE IM JE GG GI SG JM TT BB BS BZ GY AG DM GD KN LC VC KY BM VG VI TC AI MS"
        " FK SH LR NF"
    ),
    "fr": "FR BE CH CA LU MC GP MQ RE GF PM BL MF NC PF",
    "pt": "PT BR AO ST",
}

# Whose turn it is, by CLDR's official status.
TURNS: Mapping[str, int] = {"official_regional": 0, "official": 1, "de_facto_official": 1}

# Percentages of first speech where CLDR counts everybody who writes or has learnt the language.
CORRECTIONS: Mapping[str, Mapping[str, float]] = {
    "HK": {"yue": 90.0, "zh": 8.0},
    "MO": {"yue": 80.0, "zh": 15.0},
    "FI": {"sv": 5.0},
    "IE": {"ga": 2.0},
    "BY": {"ru": 70.0},
    "GL": {"kl": 88.0},
    "CH": {"de": 62.0, "fr": 23.0, "it": 8.0},
    "CN": {"yue": 5.0},
    "IL": {"ar": 20.0},
    "PK": {"ur": 50.0, "pa": 25.0, "ps": 14.0, "sd": 11.0},
}


def primary_tag(tag: str) -> str:
    """The recognizer's name of a BCP-47 or CLDR tag: ``zh`` of zh-CN, ``no`` of nn."""
    primary = tag.replace("_", "-").split("-")[0].casefold()
    return HEARD_AS.get(primary, primary)


@cache
def shares() -> Mapping[str, Mapping[str, float]]:
    """Shares of speech by country (ISO alpha-2) and language; those of a country add up to 1."""
    found = {}
    for country, entries in get_global("territory_languages").items():
        turns = _first_and_second(list(_in_turn(country, entries)))
        whole = sum(turns.values())
        if len(country) == 2 and whole > 0.0:
            found[country] = {language: part / whole for language, part in turns.items()}
    return found


def _in_turn(
    country: str, entries: Mapping[str, Mapping[str, object]]
) -> Iterator[tuple[str, float]]:
    """The country's languages with their percentages, mother tongues first.

    A language that is official in a region only is the mother tongue of those who are counted for
    it, so it comes before those of the whole country.
    """
    scripts: dict[str, float] = {}
    status: dict[str, int] = {}
    for tag, entry in entries.items():
        spoken, language = tag.split("_")[0], primary_tag(tag)
        scripts[spoken] = max(scripts.get(spoken, 0.0), float(str(entry["population_percent"])))
        ranked = TURNS.get(str(entry["official_status"]), 2)
        status[language] = min(status.get(language, 2), ranked)
    percent: dict[str, float] = {}
    for spoken, people in scripts.items():
        language = primary_tag(spoken)
        percent[language] = min(100.0, percent.get(language, 0.0) + people)
    corrected = CORRECTIONS.get(country, {})
    percent.update(corrected)

    def turn(language: str) -> tuple[bool, bool, int, float]:
        foreign = language in HOMES and country not in HOMES[language].split()
        return language not in corrected, foreign, status.get(language, 2), -percent[language]

    for language in sorted(percent, key=turn):
        yield language, percent[language]


def _first_and_second(turns: list[tuple[str, float]]) -> dict[str, float]:
    left = 100.0
    parts = {}
    for language, percent in turns:
        first = min(percent, left)
        left -= first
        parts[language] = first + SECOND * (percent - first)
    return parts
