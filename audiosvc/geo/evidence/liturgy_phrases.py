"""Words of worship and of anthems, with where they are heard.

Shares of faiths: round figures after Pew Research Center's The Global Religious Landscape and
Mapping the Global Muslim Population; of countries that are not listed, none to speak of. Anthems:
their first lines, as the countries have them by law or custom.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rite:
    """A form of worship. phrases: each in all its spellings.

    needed: how many different phrases have to be heard. shares: of the people whose rite it is, by
    country. times: how much more often it is heard where that is everybody's than where nobody's.
    """

    claim: str
    phrases: tuple[tuple[str, ...], ...]
    needed: int
    shares: Mapping[str, float]
    times: float


def _shares(text: str) -> dict[str, float]:
    """Percentages by country: ``AF 99 AL 57``."""
    parts = text.split()
    return {iso: float(share) / 100 for iso, share in zip(parts[::2], parts[1::2], strict=True)}


_MUSLIM = _shares(
    "AF 99 AL 55 DZ 98 AZ 96 BH 70 BD 91 BA 50 BN 79 BF 62 TD 55 KM 98 DJ 97 EG 94 GM 95 GN 88"
    " ID 87 IR 99 IQ 98 JO 96 KZ 70 XK 94 KW 75 KG 88 LB 60 LY 97 MY 63 MV 98 ML 94 MR 99 MA 99"
    " NE 98 NG 50 OM 86 PK 96 PS 97 QA 67 SA 93 SN 96 SL 78 SO 99 SD 91 SY 92 TJ 97 TN 99 TR 98"
    " TM 93 AE 76 EH 99 UZ 96 YE 99 GW 45 CI 40 ET 34 ER 40 TZ 35 MK 33 BJ 26 CY 25 CM 20 GH 18"
    " ME 19 MZ 18 MU 17 IL 18 IN 14 SG 15 TG 15 UG 13 BG 12 MW 13 KE 11 LR 12 GE 10 RU 10 LK 10"
    " CF 9 TH 5 PH 5 FR 8 BE 6 SE 6 DE 6 GB 5 NL 6 AT 6 CH 5 DK 5 NO 4 GR 5 IT 4 ES 3 MM 4 NP 5"
    " CN 2 CA 3 AU 2 US 1"
)
_SHIA = _shares("IR 92 AZ 65 IQ 60 BH 50 YE 35 LB 30 KW 20 TR 10 SA 10 PK 10 AF 10 SY 12 IN 2")
_ORTHODOX_SLAVONIC = _shares("RU 71 UA 77 BY 83 BG 83 RS 86 MK 65 ME 72 MD 95 BA 35 KZ 20 LV 25")
_ORTHODOX_GREEK = _shares("GR 88 CY 73")
_JEWISH = _shares("IL 75 US 2 CA 1 FR 1 GB 1")
_PURE_LAND = _shares("JP 36 TW 22 CN 15 HK 13 KR 20 VN 14 SG 30")
_NICHIREN = _shares("JP 25")
_THERAVADA = _shares("TH 93 KH 96 MM 85 LK 69 LA 66 BD 1")

RITES = (
    Rite(
        "Phrases of the Muslim call to prayer",
        (
            ("الله أكبر", "allahu akbar", "allah akbar", "allahu ekber", "аллаху акбар"),
            ("أشهد أن لا إله إلا الله", "ashhadu an la ilaha", "eşhedü en la ilahe"),
            ("أشهد أن محمدا رسول الله", "ashhadu anna muhammad", "eşhedü enne muhammeden"),
            ("حي على الصلاة", "hayya ala salah", "hayya alas salah", "hayya ala s salah"),
            ("حي على الفلاح", "hayya ala falah", "hayya alal falah", "hayya ala l falah"),
            ("الصلاة خير من النوم", "as salatu khayrun minan nawm"),
        ),
        3,
        _MUSLIM,
        40.0,
    ),
    Rite(
        "Words that only the Shia call to prayer has",
        (
            ("حي على خير العمل", "hayya ala khayril amal"),
            ("أشهد أن عليا ولي الله", "ashhadu anna aliyan waliyullah"),
        ),
        1,
        _SHIA,
        20.0,
    ),
    Rite(
        "An Orthodox litany in Slavonic",
        (
            ("господи помилуй",),
            ("подай господи",),
            ("миром господу помолимся", "паки и паки"),
            ("и ныне и присно и во веки веков",),
        ),
        2,
        _ORTHODOX_SLAVONIC,
        15.0,
    ),
    Rite(
        "An Orthodox litany in Greek",
        (("κύριε ελέησον",), ("του κυρίου δεηθώμεν",), ("παράσχου κύριε",)),
        2,
        _ORTHODOX_GREEK,
        15.0,
    ),
    Rite(
        "A Jewish blessing",
        (
            ("ברוך אתה", "baruch atah adonai", "baruch ata adonai"),
            ("אלוהינו מלך העולם", "אלהינו מלך העולם", "eloheinu melech ha olam"),
            ("שמע ישראל", "shema yisrael"),
        ),
        2,
        _JEWISH,
        10.0,
    ),
    Rite(
        "The name of Amida Buddha, chanted",
        (("南無阿弥陀仏", "南無阿彌陀佛", "南无阿弥陀佛", "나무아미타불"),),
        1,
        _PURE_LAND,
        10.0,
    ),
    Rite("The title of the Lotus Sutra, chanted", (("南無妙法蓮華経",),), 1, _NICHIREN, 10.0),
    Rite(
        "The refuges of Theravada Buddhism, in Pali",
        (
            ("buddham saranam gacchami", "พุทธัง สะระณัง คัจฉามิ", "බුද්ධං සරණං ගච්ඡාමි"),
            ("dhammam saranam gacchami",),
            ("namo tassa bhagavato", "นะโม ตัสสะ ภะคะวะโต", "නමෝ තස්ස භගවතෝ"),
        ),
        1,
        _THERAVADA,
        15.0,
    ),
)

ANTHEMS: Mapping[str, tuple[str, ...]] = {
    "US": ("can you see by the dawn's early light",),
    "CA": ("o canada our home and native land", "o canada terre de nos aïeux"),
    "GB": ("god save our gracious king", "god save our gracious queen"),
    "AU": ("australians all let us rejoice",),
    "NZ": ("god of nations at thy feet",),
    "FR": ("allons enfants de la patrie",),
    "DE": ("einigkeit und recht und freiheit",),
    "IT": ("fratelli d'italia l'italia s'è desta",),
    "PT": ("heróis do mar nobre povo",),
    "BR": ("ouviram do ipiranga",),
    "MX": ("mexicanos al grito de guerra",),
    "AR": ("oíd mortales el grito sagrado",),
    "PL": ("jeszcze polska nie zginęła",),
    "RU": ("россия священная наша держава",),
    "UA": ("ще не вмерла україни",),
    "TR": ("korkma sönmez bu şafaklarda",),
    "SE": ("du gamla du fria du fjällhöga nord",),
    "NL": ("wilhelmus van nassouwe",),
    "EG": ("بلادي بلادي لك حبي وفؤادي",),
    "IL": ("כל עוד בלבב פנימה",),
    "IN": ("जन गण मन अधिनायक", "jana gana mana adhinayaka"),
    "ID": ("indonesia tanah airku tanah tumpah darahku",),
    "JP": ("千代に八千代に",),
    "CN": ("起来不愿做奴隶的人们",),
    "KR": ("동해물과 백두산이 마르고 닳도록",),
}
