"""Countries that are named, in the language that is spoken, and people of theirs in English.

Names are CLDR's. A country is talked about everywhere, so that it counts little.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from babel import Locale, UnknownLocaleError

from audiosvc.geo.evidence.places.told import Told

NAMED_TIMES = 3.0
PEOPLE_TIMES = 1.6

# Also a bird, a name, a sea, or part of many other names.
_DOUBTFUL = "IM GP TD JO GE GN TR JE ML IO AQ GS UM TF HM BV CC CX NF PN SJ EH XA XB ZZ EU EZ UN QO"
_ALSO = {
    "en": {
        "america": "US",
        "the us": "US",
        "u.s.": "US",
        "uk": "GB",
        "u.k.": "GB",
        "britain": "GB",
        "england": "GB",
        "scotland": "GB",
        "wales": "GB",
        "holland": "NL",
        "the netherlands": "NL",
        **dict.fromkeys(("california", "texas", "florida", "illinois", "ohio", "michigan"), "US"),
        **dict.fromkeys(("pennsylvania", "massachusetts", "oregon", "arizona", "colorado"), "US"),
        **dict.fromkeys(("minnesota", "wisconsin", "tennessee", "kentucky", "alabama"), "US"),
        **dict.fromkeys(("new jersey", "new mexico", "north carolina", "south carolina"), "US"),
        **dict.fromkeys(("ontario", "british columbia", "alberta", "nova scotia"), "CA"),
        **dict.fromkeys(("new south wales", "queensland", "tasmania"), "AU"),
        **dict.fromkeys(("kerala", "gujarat", "maharashtra", "tamil nadu", "punjab"), "IN"),
    },
    "de": {
        "england": "GB",
        "amerika": "US",
        "usa": "US",
        "holland": "NL",
        **dict.fromkeys(("bayern", "sachsen", "hessen", "thüringen", "niedersachsen"), "DE"),
        **dict.fromkeys(("nordrhein-westfalen", "baden-württemberg", "brandenburg"), "DE"),
        **dict.fromkeys(("tirol", "kärnten", "steiermark"), "AT"),
    },
    "fr": {"angleterre": "GB", "états-unis": "US", "bretagne": "FR", "provence": "FR"},
    "es": {"inglaterra": "GB", "andalucía": "ES", "cataluña": "ES"},
    "ja": {"アメリカ": "US", "韓国": "KR", "台湾": "TW"},
    "zh": {"台灣": "TW", "台湾": "TW", "香港": "HK", "澳門": "MO"},
}
_PEOPLE = """
american US|british GB|scottish GB|irish IE|canadian CA|australian AU|german DE|austrian AT|swiss CH
dutch NL|belgian BE|french FR|spanish ES|portuguese PT|italian IT|greek GR|danish DK|swedish SE
norwegian NO|finnish FI|icelandic IS|polish PL|czech CZ|slovak SK|hungarian HU|romanian RO
bulgarian BG|serbian RS|croatian HR|slovenian SI|albanian AL|estonian EE|latvian LV|lithuanian LT
ukrainian UA|belarusian BY|russian RU|georgian GE|armenian AM|turkish TR|israeli IL|lebanese LB
syrian SY|iraqi IQ|iranian IR|egyptian EG|moroccan MA|algerian DZ|tunisian TN|nigerian NG
ghanaian GH|kenyan KE|ethiopian ET|tanzanian TZ|ugandan UG|pakistani PK|indian IN|bangladeshi BD
nepalese NP|chinese CN|taiwanese TW|japanese JP|korean KR|thai TH|vietnamese VN|indonesian ID
malaysian MY|filipino PH|mongolian MN|kazakh KZ|brazilian BR|argentine AR|argentinian AR|chilean CL
peruvian PE|colombian CO|venezuelan VE|mexican MX|cuban CU|jamaican JM
"""
_NAMED, _OF_PEOPLE = "a country or region talked about", "a nationality"
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_LOCALES = {"jw": "jv", "tl": "fil", "iw": "he", "mo": "ro"}


def countries(text: str, language: str) -> Iterator[Told]:
    """Every country that the text names, and in English its people."""
    pattern, isos = _names(language.split("-", maxsplit=1)[0])
    if pattern is not None:
        for match in pattern.finditer(text):
            # Fine china is no country.
            if not match.group().islower():
                iso = isos[match.group().casefold()]
                yield Told(_NAMED, match.group(), frozenset((iso,)), NAMED_TIMES)
    if language.startswith("en"):
        for match in _people()[0].finditer(text):
            iso = _people()[1][match.group().casefold()]
            yield Told(_OF_PEOPLE, match.group(), frozenset((iso,)), PEOPLE_TIMES)


def country_words(language: str) -> frozenset[str]:
    """Names of countries, without case; no town is meant by them."""
    return frozenset(_names(language.split("-", maxsplit=1)[0])[1])


@functools.cache
def _names(language: str) -> tuple[re.Pattern[str] | None, dict[str, str]]:
    isos: dict[str, str] = {}
    for tag in (f"{language}_Hant", language) if language == "zh" else (language,):
        for iso, name in _territories(tag).items():
            least = 2 if _UNSPACED.search(name) else 3
            if len(iso) == 2 and iso not in _DOUBTFUL.split() and len(name) >= least:
                isos[name.casefold()] = iso
    isos.update(_ALSO.get(language, {}))
    return _pattern(isos), isos


@functools.cache
def _people() -> tuple[re.Pattern[str], dict[str, str]]:
    pairs = [pair.split() for pair in _PEOPLE.replace("\n", "|").split("|") if pair]
    isos = {pair[0]: pair[1] for pair in pairs}
    pattern = _pattern(isos)
    assert pattern is not None
    return pattern, isos


def _territories(tag: str) -> dict[str, str]:
    try:
        found = Locale.parse(_LOCALES.get(tag, tag)).territories
    except (UnknownLocaleError, ValueError):
        return {}
    return {str(iso): str(name) for iso, name in found.items()}


def _pattern(isos: dict[str, str]) -> re.Pattern[str] | None:
    """The longest first, each a whole word where words have spaces between; None of nothing."""
    whole: list[str] = []
    part: list[str] = []
    for name in sorted(isos, key=len, reverse=True):
        (part if _UNSPACED.search(name) else whole).append(re.escape(name))
    forms = [rf"\b(?:{'|'.join(whole)})(?!\w)"] if whole else []
    if part:
        forms.append(rf"(?<![\u30a0-\u30ff])(?:{'|'.join(part)})(?![\u30a0-\u30ff])")
    return re.compile("|".join(forms), re.IGNORECASE) if forms else None
