"""How a place is named: announced as a stop, as where one is going, or merely talked about.

The phrases are those that railways, buses and airports of some twenty languages are known for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["stop", "destination", "talk"]

# What stands before the name of a stop. A name that a loudspeaker gives as the next or the present
# one is near.
_STOPS = (
    r"next (?:station|stop)(?: is| will be)?",
    r"(?:this|our next|the next) (?:station|stop) is",
    r"(?:this is|we are|we will be|train is|bus is) (?:now |shortly |soon )*"
    r"(?:arriving (?:at|in|into)|approaching)",
    r"now (?:arriving (?:at|in|into)|approaching)",
    r"we have (?:now )?arrived (?:at|in)",
    r"(?:der )?nächste[rn]? (?:halt|haltestelle|bahnhof|station)(?: ist)?",
    r"(?:in kürze|nun|jetzt) erreichen wir",
    r"wir erreichen (?:in kürze|jetzt|nun)",
    r"(?:prochaine?) (?:arrêt|station|gare)(?: est)?",
    r"nous arrivons (?:à|en gare de?)",
    r"próxim[ao] (?:estación|parada|estação|paragem)(?: es| é)?",
    r"pròxima (?:parada|estació)(?: és)?",
    r"prossima (?:fermata|stazione)(?: è)?",
    r"volgende (?:halte|station)(?: is)?",
    r"nästa (?:station|hållplats|uppehåll)(?: är)?",
    r"n(?:e|æ)ste (?:stasjon|station|stop|stopp|stoppested|holdeplass)(?: er)?",
    r"seuraava (?:asema|pysäkki)(?: on)?",
    r"następn(?:a stacja|y przystanek)(?: to)?",
    r"příští (?:stanice|zastávka)",
    r"(?:nasledujúca|ďalšia) (?:stanica|zastávka)",
    r"(?:a )?következő (?:állomás|megálló)",
    r"urmează stați[ae]",
    r"следующая (?:станция|остановка)",
    r"прибыва\w+ на станцию",
    r"наступна (?:станція|зупинка)",
    r"επόμεν[ηο]ς? (?:στάση|σταθμός)",
    r"(?:gelecek|bir sonraki|sonraki) (?:istasyon|durak)",
    r"stasiun berikutnya(?: adalah)?",
    r"ga tiếp theo(?: là)?",
    r"अगला स्टेशन",
)
# The same where no space stands before or behind a word, or prefixes are written with it.
_STOPS_UNSPACED = (
    r"התחנה הבאה(?: היא)?",
    r"المحطة (?:القادمة|التالية|المقبلة)(?: هي)?",
    r"สถานีต่อไป",
    r"次の(?:停車駅|駅)は",
    r"次は",
    r"まもなく",
    r"下一站(?:是)?",
    r"前方到站(?:是)?",
    r"(?:이번|다음) (?:역은|정류장은|정거장은|역|정류장)",
)
# What stands before where a train goes, or where one is made welcome. On the line, near or not.
_DESTINATIONS = (
    r"(?:this is the|the next|the delayed|platform \w+,? (?:is )?(?:for )?the) (?:[\w:]+ ){0,4}?"
    r"(?:train|service|bus|tram|ferry) (?:to|for)",
    r"(?:train|service|bus|tram|ferry) bound for",
    r"calling at",
    r"change here for",
    r"train terminat(?:es|ing) at",
    r"welcome to",
    r"(?:herzlich )?willkommen in",
    r"(?:ic|ice|ec|regionalexpress|regionalbahn|s-bahn|s ?\d+|re ?\d+|rb ?\d+)(?: \d+)? nach",
    r"zug \d+ nach",
    r"bienvenue à",
    r"à destination de",
    r"(?:tren|autobús|autocar)(?: \w+)? con destino(?: a)?",
    r"bienvenidos a",
    r"treno (?:\w+ ){0,3}(?:diretto a|delle ore [\w:. ]+ per)",
    r"benvenuti a",
    r"comboio com destino a",
    r"bem-vindos a",
    r"tåget mot",
    r"välkommen till",
    r"toget mot",
    r"(?:intercity|sprinter|stoptrein)(?: \w+)? naar",
    r"welkom in",
    r"pociąg (?:osobowy|pospieszny|regio|intercity|ekspresowy)(?: \w+)? do",
    r"(?:osobní vlak|rychlík|expres)(?: \w+)? (?:do|směr)",
    r"(?:электропоезд|скорый поезд)(?: \w+)? (?:до|на)",
    r"добро пожаловать в",
)
_DESTINATIONS_UNSPACED = (r"欢迎来到", r"歡迎來到", r"开往", r"開往", r"ようこそ")
# What stands behind a name: Nagoya-eki desu, Xizhan dao le, Seoul-yeogimnida.
_AFTER_STOPS = (
    r" is (?:the|our|your) next (?:stop|station)",
    r"\s*駅?(?:に到着|です|に停車|に止まります)(?=[。、\s]|$)",
    r"\s*站?到了",
    r"\s*역입니다",
    r" következik",
)
# Nobody goes by train to where a flight goes.
_FLIGHT = re.compile(r"flight|vuelo|\bvol\b|\bflug|\bvolo\b|\bvoo\b|рейс|便|航班", re.IGNORECASE)
_ARTICLES = re.compile(
    r"(?:the |a |la |le |les |el |die |der |das |o |station |bahnhof |gare de |gare |estación de |"
    r"stazione di |stacja |станция )",
    re.IGNORECASE,
)
_GAP = r"[\s,:;.…–—\"'「『“„«-]*"

_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("stop", re.compile(rf"(?<!\w)(?:{'|'.join(_STOPS)})(?!\w){_GAP}", re.IGNORECASE)),
    ("stop", re.compile(rf"(?:{'|'.join(_STOPS_UNSPACED)}){_GAP}")),
    ("destination", re.compile(rf"(?<!\w)(?:{'|'.join(_DESTINATIONS)})(?!\w){_GAP}", re.I)),
    ("destination", re.compile(rf"(?:{'|'.join(_DESTINATIONS_UNSPACED)}){_GAP}")),
)
_AFTER_STOP = re.compile("|".join(_AFTER_STOPS), re.IGNORECASE)
_AND = r"(?:and|und|sowie|et|y|e|och|og|ja|en|i|a|и|та|と|和|및|ve)"
# Between two names of one list: commas and an "and", and capitalised names that no map has.
_LIST = re.compile(
    rf"\s*[,;、]?\s*(?:{_AND}\s+)?(?:(?:[A-ZÀ-ÞА-Я][\w'’.-]*\s*){{1,3}}(?:[,;、]\s*(?:{_AND}\s+)?|\s{_AND}\s+))*"
)
_SEPARATOR = re.compile(rf"[,;、]|\s{_AND}\s")
LONGEST_LIST = 60


@dataclass(frozen=True, slots=True)
class Announcement:
    """A phrase behind which a name is looked for. start: where the phrase begins in the text."""

    kind: Kind
    start: int


def announcements(text: str) -> dict[int, Announcement]:
    """By the offset at which the announced name may begin."""
    found: dict[int, Announcement] = {}
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if kind == "destination" and _FLIGHT.search(
                text, max(0, match.start() - 30), match.end()
            ):
                continue
            begins = [match.end()]
            if article := _ARTICLES.match(text, match.end()):
                begins.append(article.end())
            for begin in begins:
                found.setdefault(begin, Announcement(kind, match.start()))
    return found


def is_stop_before(text: str, end: int) -> bool:
    """Whether what follows on a name that ends there makes it a stop."""
    return _AFTER_STOP.match(text, end) is not None


def goes_on(between: str) -> bool:
    """Whether what stands between two names makes one list of them."""
    return (
        len(between) <= LONGEST_LIST
        and _SEPARATOR.search(between) is not None
        and _LIST.fullmatch(between) is not None
    )
