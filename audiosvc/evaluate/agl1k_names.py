"""How AGL1K's authors compare names of countries and continents, as their published script does.

Some of it is their choice and not ours: Taiwan counts as China, and a name with "arctic" in it as
Antarctica. Rows are comparable with theirs only under the same rules.
"""

from __future__ import annotations

_ALIASES = {
    "argentina": "",
    "australia": "",
    "austria": "österreich, osterreich",
    "belarus": "belorussia",
    "belgium": "",
    "brazil": "brasil",
    "bulgaria": "",
    "canada": "",
    "chile": "",
    "china": "people's republic of china, prc, mainland china",
    "colombia": "",
    "czechia": "czech republic, czech",
    "denmark": "danmark",
    "egypt": "arab republic of egypt",
    "finland": "suomi",
    "france": "french republic",
    "germany": "deutschland, federal republic of germany",
    "greece": "hellas",
    "hungary": "magyarország, magyarorszag",
    "india": "bharat",
    "indonesia": "",
    "iran": "islamic republic of iran",
    "iraq": "",
    "ireland": "éire, eire",
    "israel": "",
    "italy": "italia",
    "japan": "nippon",
    "kenya": "",
    "luxembourg": "luxemburg",
    "malaysia": "",
    "mexico": "méxico",
    "netherlands": "holland",
    "new zealand": "",
    "nigeria": "",
    "north korea": "democratic people's republic of korea, dprk, n korea",
    "norway": "norge",
    "palestine": "",
    "peru": "perú",
    "philippines": "",
    "poland": "polska",
    "portugal": "",
    "romania": "românia",
    "russia": "russian federation",
    "saudi arabia": "",
    "singapore": "",
    "south africa": "",
    "south korea": "korea, republic of korea, s korea",
    "spain": "españa, espana",
    "sweden": "sverige",
    "switzerland": "suisse, schweiz",
    "thailand": "siam",
    "turkey": "türkiye, turkiye",
    "ukraine": "",
    "united kingdom": "uk, great britain, britain, england",
    "united states": "usa, us, united states of america, america",
    "vietnam": "viet nam",
}
_COUNTRIES = {
    alias: name
    for name, others in _ALIASES.items()
    for alias in (name, *others.split(", "))
    if alias
}
_MARKS = str.maketrans("", "", ",.;")


def country_key(name: str | None) -> str | None:
    """What two spellings of one country share; None for no name."""
    key = (name or "").strip().lower()
    if "taiwan" in key:
        return "china"
    known = key.removeprefix("the ").strip().translate(_MARKS).strip()
    return _COUNTRIES.get(known, key) or None


def continent_key(name: str | None) -> str | None:
    """What two spellings of one continent share; None for no name."""
    key = (name or "").strip().lower()
    if "arctic" in key:
        return "antarctica"
    return "oceania" if key == "australia" else key or None
