"""Stations that are named as one's own listeners hear them.

Public broadcasters as the European Broadcasting Union, the Asia-Pacific Broadcasting Union and
their own sites list them, and some large private ones. World services are left out: they are heard
far from home. North American call signs begin with K and W by ITU's table of call sign series.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from audiosvc.geo.evidence.places.told import Told

STATION_TIMES = 8.0

_STATIONS = (
    (
        r"BBC Radio(?! World)|BBC (?:Sounds|News at|London|Scotland|Wales)|Radio 4 (?:Extra|news)",
        "GB",
    ),
    (r"Classic FM|LBC", "GB"),
    (r"National Public Radio|NPR(?: News)?|Public Radio International", "US"),
    (r"CBC (?:Radio|Music|News)|Radio-Canada|Ici Première", "CA"),
    (r"ABC (?:Radio|Classic|News Radio|Local Radio)|Radio National|Triple J", "AU"),
    (r"RNZ|Radio New Zealand", "NZ"),
    (r"RTÉ|RTE Radio", "IE"),
    (r"Deutschlandfunk|WDR \d|Bayern [123]|BR-Klassik|NDR \d|SWR ?\d|MDR \w+|Radio Bremen", "DE"),
    (r"Hitradio Ö3|Ö[13]|ORF", "AT"),
    (r"(?:Radio )?SRF [123]|Radio Télévision Suisse|RSI Rete", "CH"),
    (r"France (?:Inter|Info|Culture|Musique|Bleu)|Europe 1|RMC", "FR"),
    (r"RTBF|La Première|VRT|Studio Brussel", "BE"),
    (r"NPO Radio \d|NOS Radio", "NL"),
    (r"Radio Nacional de España|RNE|Cadena SER|Cadena COPE|Onda Cero", "ES"),
    (r"Antena [123]|RDP|Rádio Renascença", "PT"),
    (r"Rai Radio|Radio ?Rai|Radio Deejay", "IT"),
    (r"Sveriges Radio|P[1-4] Nyheter", "SE"),
    (r"NRK", "NO"),
    (r"Danmarks Radio|DR P[1-8]", "DK"),
    (r"Yle(?: Radio| Uutiset)?", "FI"),
    (r"Polskie Radio|Polskiego Radia|Radio ZET|RMF FM", "PL"),
    (r"Český rozhlas|Českého rozhlasu|Radiožurnál", "CZ"),
    (r"Kossuth Rádió|Magyar Rádió", "HU"),
    (r"Radio România Actualități", "RO"),
    (r"Радио России|Эхо Москвы|Вести ФМ|Русское радио", "RU"),
    (r"Українське радіо|Громадське радіо", "UA"),
    (r"TRT (?:Radyo|Haber|FM)", "TR"),
    (r"גלי צה.?ל|קול ישראל|רשת ב", "IL"),
    (r"All India Radio|Akashvani|आकाशवाणी|Radio Mirchi", "IN"),
    (r"Radio Pakistan", "PK"),
    (r"NHK|エヌエイチケイ|ニッポン放送|文化放送", "JP"),
    (r"中央人民广播电台|中国之声", "CN"),
    (r"中廣|警察廣播電台|飛碟聯播網", "TW"),
    (r"香港電台|RTHK", "HK"),
    (r"KBS|MBC 라디오|SBS 라디오", "KR"),
    (r"Radio Republik Indonesia", "ID"),
    (r"SABC|SAfm|5FM", "ZA"),
    (r"Rádio Nacional|Jovem Pan|CBN", "BR"),
    (r"Radio Mitre|Radio Nacional Argentina", "AR"),
    (r"W Radio Colombia|Caracol Radio|RCN Radio", "CO"),
    (r"إذاعة القرآن الكريم من القاهرة|إذاعة جمهورية مصر", "EG"),
)
# Of scripts with spaces: between others a name may begin anywhere.
_LETTERS = "A-Za-zÀ-ÿА-яёіїєא-ת"
_STATION = re.compile(
    rf"(?<![{_LETTERS}])(?:"
    + "|".join(f"({names})" for names, _ in _STATIONS)
    + rf")(?![{_LETTERS}\d])"
)
_CALL_SIGN = re.compile(
    r"(?:listening to|this is|tuned to|here on|live on)\s+(?:\d{2,3}\.\d,?\s+)?([KW][A-Z]{3})\b"
)


def broadcasters(text: str, language: str) -> Iterator[Told]:  # noqa: ARG001 - as the other readers
    """Every station that the text names."""
    for match in _STATION.finditer(text):
        countries = frozenset(_STATIONS[(match.lastindex or 1) - 1][1].split())
        yield Told("a broadcaster", match.group(), countries, STATION_TIMES)
    for match in _CALL_SIGN.finditer(text):
        yield Told("a station's call sign", match[1], frozenset(("US",)), STATION_TIMES)
